"""What becomes of profiles when a registration changes, and of lists of people when time passes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from congress.extensions import db
from congress.matchmaking.models import Profile
from congress.matchmaking.services.indexing import renew
from congress.matchmaking.services.people_import import forget_files
from congress.matchmaking.services.profiles import locked
from congress.matchmaking.signals import profile_changed
from congress.registration.models import Registration

SHOWN = frozenset({"given_name", "family_name", "organisation", "job_title", "category_id"})
"""What of a registration others see or search in the directory; online categories are there by video."""


def renew_profile(_sender: object, registration: Registration, before: dict[str, Any]) -> None:
    """The directory finds people by their new names, and suggestions know their new organisation."""
    if not SHOWN & before.keys():
        return
    profile_id = db.session.scalar(sa.select(Profile.id).where(Profile.registration_id == registration.id))
    if profile_id is not None:
        renew([profile_id])
        profile_changed.send(None, profile=locked(profile_id))


def forget_previewed_people(_sender: object) -> None:
    """Every hour: lists that were previewed and never imported."""
    forget_files()
