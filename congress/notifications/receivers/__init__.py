"""When something happens, queue the mails that follow: rows in the same transaction, nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from congress.accounts.models import SignInLink
from congress.agenda.enums import LeftBy, SignUpState
from congress.agenda.models import SignUp
from congress.core import clock
from congress.core.languages import current_language
from congress.events.models import Event, Invitation
from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.services import enqueue
from congress.mail.services import queue
from congress.notifications.jobs import (
    REMIND_DRAFT,
    TELL_CHANGED,
    TELL_MOVED,
    TELL_REGISTERED,
    TELL_SIGN_UPS,
    TELL_SPEAKERS,
)
from congress.notifications.messages import speakers
from congress.notifications.messages.decisions import TEMPLATES, recipients
from congress.notifications.messages.programme_releases import tidings
from congress.programme.differences import differences
from congress.programme.enums import IN_PROPOSAL, LinkReason, PersonState, ProposalState
from congress.programme.models import Call, Proposal, ProposalPerson, Release, Speaker
from congress.programme.snapshot import Programme
from congress.registration.enums import HOLDS_PLACE, RegistrationSource
from congress.registration.models import Registration, RegistrationGroup

CHUNK = 200
REMINDED_BEFORE = dt.timedelta(days=1)
TOLD_OTHERWISE = frozenset({"email", "status", "ticket"})
"""Changes that are followed by a confirmation of their own."""


def send_confirmation(_sender: object, *, group: RegistrationGroup) -> None:
    """A new registration: one mail for all that was sent in one form."""
    registrations = group.registrations
    if registrations[0].source is not RegistrationSource.DEMO:
        _queue_for("registration_confirmation", registrations)


def send_confirmation_again(_sender: object, *, registrations: Sequence[Registration], **_more: object) -> None:
    """Asked for by an organiser or the person, or due to a new address or ticket."""
    _queue_for("registration_confirmation", registrations)


def tell_of_change(_sender: object, *, registration: Registration, before: Mapping[str, Any]) -> None:
    """One mail per act, however many registrations of the group it touched: the job gathers them."""
    fields = sorted(before.keys() - TOLD_OTHERWISE)
    if fields and not before.keys() & TOLD_OTHERWISE:
        instant: dt.datetime = registration.changed_at
        payload = {"group_id": registration.group_id, "at": instant.isoformat(), "fields": fields}
        key = f"{TELL_CHANGED}:{registration.group_id}:{instant.isoformat()}"
        enqueue(TELL_CHANGED, payload, lane=Lane.URGENT, unique_key=key)


def warn_old_address(
    _sender: object, *, registrations: Sequence[Registration], old_address: str, **_more: object
) -> None:
    """The old mailbox learns that nothing goes there any more."""
    _queue_for("address_changed", registrations, recipient=old_address)


def send_cancellation(_sender: object, *, registration: Registration, by: object) -> None:
    """The person learns of it, whoever did it."""
    _queue_for("registration_cancelled", [registration], by=str(by))


def send_sign_in_link(_sender: object, *, link: SignInLink, address: str) -> None:
    """The same rows for every address; the builder sends nothing to strangers."""
    queue("sign_in", address, current_language(), {"link_id": link.id})


def send_invitation(_sender: object, *, invitation: Invitation) -> None:
    """To a future colleague."""
    shown_in = [(invitation.event_id, None)] if invitation.event_id else []
    queue(
        "team_invitation",
        invitation.email,
        invitation.language,
        {"invitation_id": invitation.id},
        shown_in=shown_in,
    )


def tell_of_new_schedule(_sender: object, *, event: Event) -> None:
    """Everybody who holds a place now is told of the new time or place."""
    _tell_registered(event, "event_rescheduled")


def tell_of_cancelled_event(_sender: object, *, event: Event) -> None:
    """Everybody who holds a place now is told that the event does not take place."""
    _tell_registered(event, "event_cancelled")


def tell_of_sign_up(_sender: object, *, sign_up: SignUp) -> None:
    """A place in a session, or one on its waiting list."""
    template = "sign_up_waiting" if sign_up.state is SignUpState.WAITING else "sign_up_confirmed"
    _tell_of_sign_up(template, sign_up)


def tell_of_promotion(_sender: object, *, sign_up: SignUp) -> None:
    """Who waited has a place now."""
    _tell_of_sign_up("sign_up_promoted", sign_up)


def tell_of_leaving(_sender: object, *, sign_up: SignUp, before: SignUpState, by: LeftBy) -> None:
    """The place is gone, whoever did it. Who only waited has no entry to take out of a calendar."""
    _tell_of_sign_up("sign_up_cancelled", sign_up, by=by.value, had_place=before is SignUpState.CONFIRMED)


def tell_of_moves(
    event: Event, *, release: Release, before: Programme | None, after: Programme, **_more: object
) -> None:
    """One mail per release to everybody who has a place in a session that is at another time or place now."""
    kept = after.slots_by_session.keys() & (before.slots_by_session.keys() if before else set())
    moved = sorted({change.session_id for change in differences(before, after)} & kept)
    ids = db.session.scalars(
        sa.select(SignUp.registration_id)
        .where(
            SignUp.session_id.in_(moved),
            SignUp.state == SignUpState.CONFIRMED,
            SignUp.changed_at < release.created_at,
        )
        .distinct()
        .order_by(SignUp.registration_id)
    ).all()
    for start in range(0, len(ids), CHUNK):
        payload = {
            "event_id": event.id,
            "release": release.number,
            "session_ids": moved,
            "registration_ids": list(ids[start : start + CHUNK]),
        }
        enqueue(TELL_MOVED, payload, lane=Lane.BULK)


def _tell_of_sign_up(template: str, sign_up: SignUp, **context: Any) -> None:
    """One mail per act, however many sessions it touched: the job gathers them.

    It writes the rows that name the registration, because here another one may be held that waits for this session.
    """
    at = sign_up.changed_at.isoformat()
    words = [template, str(sign_up.registration_id), at, *(str(one) for one in context.values())]
    payload = {"template": template, "registration_id": sign_up.registration_id, "at": at, "context": context}
    enqueue(TELL_SIGN_UPS, payload, lane=Lane.URGENT, unique_key=":".join([TELL_SIGN_UPS, *words]))


def tell_speakers(
    event: Event,
    *,
    release: Release,
    before: Programme | None,
    after: Programme,
    tell_speakers: bool,
) -> None:
    """Each speaker whom the release concerns; the jobs write their mails in portions."""
    if not tell_speakers:
        return
    ids = [one.speaker.id for one in tidings(event, before, after) if one.speaker.email]
    for start in range(0, len(ids), CHUNK):
        payload = {"release_id": release.id, "speaker_ids": ids[start : start + CHUNK]}
        enqueue(TELL_SPEAKERS, payload, lane=Lane.BULK)


def send_speaker_link(_sender: object, *, speaker: Speaker, reason: LinkReason) -> None:
    """The link to the own page, in the speaker's language; nobody without an address is asked."""
    if speaker.email:
        template = speakers.CONFIRM if reason is LinkReason.CONFIRM else speakers.LINK
        shown_in = [(speaker.event_id, None)]
        queue(template, speaker.email, speaker.language, {"speaker_id": speaker.id}, shown_in=shown_in)


def tell_decisions(_sender: object, *, proposals: Sequence[Proposal], tell: bool) -> None:
    """The people of each decided proposal, each in their own language."""
    for proposal in proposals if tell else ():
        for person in recipients(proposal):
            queue(
                TEMPLATES[proposal.state],
                person.email,
                person.language,
                {"person_id": person.id},
                shown_in=[(proposal.event_id, None)],
                lane=Lane.BULK,
            )


def send_draft(_sender: object, *, proposal: Proposal) -> None:
    """The link to a draft, to whoever made it."""
    _tell_people("proposal_draft", proposal, IN_PROPOSAL)


def confirm_proposal(_sender: object, *, proposal: Proposal) -> None:
    """Everybody who said yes to being part of it learns that it was sent."""
    _tell_people("proposal_received", proposal, IN_PROPOSAL)


def tell_of_withdrawal(_sender: object, *, proposal: Proposal) -> None:
    """Everybody who said yes to being part of it learns that it was taken back."""
    _tell_people("proposal_withdrawn", proposal, IN_PROPOSAL)


def invite_co_submitter(_sender: object, *, person: ProposalPerson) -> None:
    """The link with which somebody joins or declines."""
    event_id = db.session.scalar(sa.select(Proposal.event_id).where(Proposal.id == person.proposal_id))
    shown_in = [(event_id, None)] if event_id else []
    queue("proposal_invitation", person.email, person.language, {"person_id": person.id}, shown_in=shown_in)


def remind_of_drafts(_sender: object) -> None:
    """A day before the deadline, one job per draft that is still one; every hour asks, and the first counts."""
    now = clock.now()
    rows = db.session.execute(
        sa.select(Proposal.id, Call.closes_at)
        .join(Call, Call.id == Proposal.call_id)
        .where(
            Proposal.state == ProposalState.DRAFT,
            Call.published_at.is_not(None),
            Call.closes_at > now,
            Call.closes_at <= now + REMINDED_BEFORE,
        )
    ).all()
    for row in rows:
        key = f"{REMIND_DRAFT}:{row.id}:{row.closes_at.isoformat()}"
        enqueue(REMIND_DRAFT, {"proposal_id": row.id}, lane=Lane.BULK, unique_key=key)


def _tell_people(template: str, proposal: Proposal, states: Collection[PersonState]) -> None:
    people = sa.select(ProposalPerson).where(
        ProposalPerson.proposal_id == proposal.id, ProposalPerson.state.in_(states)
    )
    for person in db.session.scalars(people.order_by(ProposalPerson.id)):
        queue(
            template,
            person.email,
            person.language,
            {"person_id": person.id},
            shown_in=[(proposal.event_id, None)],
        )


def _tell_registered(event: Event, template: str) -> None:
    """The recipients are frozen here; the jobs write their mails in portions."""
    ids = db.session.scalars(
        sa.select(Registration.id)
        .where(Registration.event_id == event.id, Registration.status.in_(HOLDS_PLACE))
        .order_by(Registration.id)
    ).all()
    for start in range(0, len(ids), CHUNK):
        payload = {"template": template, "registration_ids": list(ids[start : start + CHUNK])}
        enqueue(TELL_REGISTERED, payload, lane=Lane.BULK)


def _queue_for(template: str, registrations: Sequence[Registration], *, recipient: str = "", **context: Any) -> None:
    first = registrations[0]
    queue(
        template,
        recipient or first.email,
        first.language,
        {"registration_ids": [one.id for one in registrations], **context},
        shown_in=[(one.event_id, one.id) for one in registrations],
    )
