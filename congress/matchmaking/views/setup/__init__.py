"""The organisers' screens that prepare matchmaking."""
