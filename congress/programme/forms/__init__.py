"""Shapes of input of the programme."""
