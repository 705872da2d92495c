"""Pages about series and events, and the scope in which other features load an event."""
