"""Pages and downloads of tickets and badges."""
