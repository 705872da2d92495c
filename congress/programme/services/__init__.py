"""Writes of the programme, one verb per intention."""
