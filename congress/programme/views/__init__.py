"""Screens of the programme."""
