"""Mails about signing in and joining a team. Their links expire, so an old one is not sent late."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.accounts.models import Account, SignInLink
from congress.core import clock
from congress.core.languages import translated
from congress.events.models import Event, Invitation, Series
from congress.events.words import ROLES
from congress.extensions import db
from congress.mail.messages import Message, NoLongerTrue, message
from congress.mail.models import Mail
from congress.notifications import links


@message("sign_in")
def sign_in(mail: Mail) -> Message:
    """The one-use link. For an address without an account the row was written, and nothing is sent."""
    link = db.session.get(SignInLink, mail.context["link_id"])
    if link is None or link.account_id is None or link.used_at is not None or link.expires_at <= clock.now():
        raise NoLongerTrue
    account = db.session.get_one(Account, link.account_id)
    if account.disabled_at is not None or account.email_key != mail.recipient_key:
        raise NoLongerTrue
    minutes = round((link.expires_at - link.created_at).total_seconds() / 60)
    return Message(values={"link": links.sign_in(link.salt, mail.language), "minutes": minutes})


@message("team_invitation")
def team_invitation(mail: Mail) -> Message:
    """Who invites to what, with which role, and the link that accepts."""
    found = db.session.get(Invitation, mail.context["invitation_id"])
    if found is None or found.accepted_at or found.revoked_at or found.expires_at <= clock.now():
        raise NoLongerTrue
    inviter = db.session.get(Account, found.invited_by_id) if found.invited_by_id else None
    what, colour = _scope(found, mail.language)
    return Message(
        values={
            "what": what,
            "role": str(ROLES[found.role]),
            "inviter": inviter.name if inviter else "",
            "link": links.invitation(found.salt, mail.language),
            "expires_at": found.expires_at,
            "colour": colour,
        },
        reply_to=inviter.email if inviter else None,
    )


def _scope(invitation: Invitation, language: str) -> tuple[str, str | None]:
    if invitation.series_id is not None:
        series = db.session.get_one(Series, invitation.series_id)
        return translated(series.name, language), series.colour
    event = db.session.scalars(
        sa.select(Event).where(Event.id == invitation.event_id).options(joinedload(Event.series))
    ).one()
    return translated(event.name, language), event.colour or event.series.colour
