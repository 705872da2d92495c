"""Forms of matchmaking."""
