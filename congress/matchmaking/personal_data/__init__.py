"""What matchmaking knows of a person, and what an erasure leaves of it."""
