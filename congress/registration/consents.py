"""What people are asked and what they answered: texts in versions, answers added and never overwritten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa

from congress.core import clock
from congress.core.upserts import insert_unless_there
from congress.extensions import db
from congress.registration.enums import ConsentKind
from congress.registration.models import Consent, ConsentText

PLATFORM_TEXTS: dict[ConsentKind, dict[str, str]] = {
    ConsentKind.PRIVACY_NOTICE: {
        "fr": "Vos données servent à organiser l’événement : votre inscription, votre billet, votre badge et les "
        "messages qui s’y rapportent. Seules les équipes qui organisent cet événement les voient. Vous pouvez les "
        "consulter, les corriger ou vous désinscrire à tout moment par le lien reçu par courriel.",
        "en": "Your data are used to run the event: your registration, your ticket, your badge and the messages "
        "about them. Only the teams that organise this event see them. You can read and correct them, or cancel, at "
        "any time by the link that you receive by mail.",
    },
    ConsentKind.PARTICIPANT_LIST: {
        "fr": "J’accepte que mon nom, ma fonction et mon organisation figurent dans la liste des participants.",
        "en": "I agree that my name, job title and organisation appear in the list of participants.",
    },
    ConsentKind.PHOTO: {
        "fr": "J’accepte que des photos et des vidéos sur lesquelles j’apparais soient prises et publiées par les "
        "organisateurs.",
        "en": "I agree that the organisers take and publish photos and videos in which I appear.",
    },
    ConsentKind.SPONSORS: {
        "fr": "J’accepte que mon nom, ma fonction, mon organisation et ma présentation soient transmis aux "
        "partenaires de l’événement.",
        "en": "I agree that my name, job title, organisation and presentation are passed on to the event’s sponsors.",
    },
}
"""The platform's own texts, used until an event or the platform stores others."""


@dataclass(frozen=True, slots=True)
class TextInForce:
    """The version that is shown today; `id` is None while the platform's own text was never answered."""

    id: int | None
    text: Mapping[str, str]


_TEXTS = (
    sa.select(ConsentText.id, ConsentText.event_id, ConsentText.kind, ConsentText.text)
    .where(sa.or_(ConsentText.event_id.is_(None), ConsentText.event_id.in_(sa.bindparam("ids", expanding=True))))
    .order_by(ConsentText.version, ConsentText.id)
)
_INSERT = sa.insert(cast("sa.Table", Consent.__table__))


def texts_in_force(event_ids: Collection[int]) -> dict[int, dict[ConsentKind, TextInForce]]:
    """Per event and kind the newest version: the event's own, else the platform's; one query."""
    rows = db.session.execute(_TEXTS, {"ids": list(event_ids)}).all()
    newest = {(row.event_id, row.kind): TextInForce(row.id, row.text) for row in rows}
    return {
        event_id: {
            kind: newest.get((event_id, kind)) or newest.get((None, kind)) or TextInForce(None, text)
            for kind, text in PLATFORM_TEXTS.items()
        }
        for event_id in event_ids
    }


def store_answers(registration_events: Mapping[int, int], answers: Mapping[ConsentKind, bool]) -> None:
    """Note the answers of registrations (registration id: event id) to the texts in force."""
    texts = texts_in_force(set(registration_events.values()))
    ids = _stored_platform_texts() if any(_unstored(of_event) for of_event in texts.values()) else {}
    now = clock.now()
    rows = [
        {"registration_id": registration_id, "text_id": in_force.id or ids[kind], "given": answers[kind], "at": now}
        for registration_id, event_id in registration_events.items()
        for kind, in_force in texts[event_id].items()
        if kind in answers
    ]
    if rows:
        db.session.execute(_INSERT, rows)


def answers_of(registration_ids: Collection[int]) -> dict[int, dict[ConsentKind, bool]]:
    """The last answer per registration and kind; a kind never answered is absent."""
    rows = db.session.execute(
        sa.select(Consent.registration_id, ConsentText.kind, Consent.given)
        .join(ConsentText, ConsentText.id == Consent.text_id)
        .where(Consent.registration_id.in_(registration_ids))
        .order_by(Consent.id)
    )
    found: dict[int, dict[ConsentKind, bool]] = {registration_id: {} for registration_id in registration_ids}
    for registration_id, kind, given in rows:
        found[registration_id][kind] = given
    return found


def _unstored(texts: Mapping[ConsentKind, TextInForce]) -> bool:
    return any(text.id is None for text in texts.values())


def _stored_platform_texts() -> dict[ConsentKind, int]:
    """Write the platform's texts down the first time somebody answers them; the index keeps version 1 unique."""
    now = clock.now()
    for kind, text in PLATFORM_TEXTS.items():
        values = {"event_id": None, "kind": kind, "version": 1, "text": text, "created_at": now}
        insert_unless_there(ConsentText, values, ("kind", "version"), "event_id IS NULL")
    found = db.session.execute(
        sa.select(ConsentText.kind, ConsentText.id).where(ConsentText.event_id.is_(None), ConsentText.version == 1)
    )
    return dict(found.all())
