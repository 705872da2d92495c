"""How a timetable is changed: Kempe chains between two slots, along which nobody is ever in two meetings at once."""
