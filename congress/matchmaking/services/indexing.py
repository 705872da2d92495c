"""Keeping what the directory searches in step with the profiles."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from congress.extensions import db
from congress.matchmaking.models import Profile
from congress.matchmaking.queries.profiles import WITH_EVERYTHING
from congress.matchmaking.visibility import index

BATCH = 500


def renew(profile_ids: Collection[int]) -> None:
    """Write anew what all who are listed see of these profiles. Every write that changes it ends here."""
    db.session.flush()
    ids = sorted(profile_ids)
    for start in range(0, len(ids), BATCH):
        statement = sa.select(Profile).where(Profile.id.in_(ids[start : start + BATCH])).options(*WITH_EVERYTHING)
        for profile in db.session.scalars(statement.execution_options(populate_existing=True)):
            profile.search_text, profile.facets = index(profile)
    db.session.flush()
