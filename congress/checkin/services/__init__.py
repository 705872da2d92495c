"""Writes of the door: `scans` by devices, `doors` by organisers."""
