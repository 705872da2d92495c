"""Pages of the door: the scanner for volunteers, doors and devices for organisers."""
