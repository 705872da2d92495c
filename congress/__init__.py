"""Congress: registration, programme, meetings, badges and calendars for professional events."""
