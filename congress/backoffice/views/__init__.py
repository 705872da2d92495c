"""Screens that span features: the organiser's home, an event's overview, publication, history, the platform."""
