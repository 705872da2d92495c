"""Screens of matchmaking."""
