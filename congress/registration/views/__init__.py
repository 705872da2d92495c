"""Screens of registrations: for the public, by link, and for organisers."""
