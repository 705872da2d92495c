"""Screens that span features: home, dashboards, platform administration, health, the demo mailbox."""
