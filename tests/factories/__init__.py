"""Typed factories: rows with sensible defaults, written through the session."""
