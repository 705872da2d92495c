"""Screens that span features: public site, home, overview, history, platform administration, health.

Also what runs an installation: set-up, serving, backup, demo. Owns no table; nothing but the application imports it.
"""
