"""What each mail says: one builder per template of `templates/mails`."""

from congress.notifications.messages import accounts, events, registrations

__all__ = ["accounts", "events", "registrations"]
