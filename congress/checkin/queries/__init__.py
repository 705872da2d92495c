"""Reads of the door: `door` and `entries` for devices, on the way of every scan; `overview` for organisers."""
