"""What each mail says: one builder per template of `templates/mails`."""

from congress.notifications.messages import accounts, decisions, events, programme_releases, registrations, sign_ups

__all__ = ["accounts", "decisions", "events", "programme_releases", "registrations", "sign_ups"]
