"""What each mail says: one builder per template of `templates/mails`."""

from congress.notifications.messages import accounts, events, programme_releases, registrations

__all__ = ["accounts", "events", "programme_releases", "registrations"]
