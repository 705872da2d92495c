"""Writes that span features: publishing after a look at the categories, copying an event, running the platform."""
