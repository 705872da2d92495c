"""The addresses of feeds, and what belongs to a personal calendar."""
