"""Reading sign-in links as their recipient would: from the rows, with the secret."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from congress.accounts.models import SignInLink
from congress.core.tokens import derive_token
from congress.extensions import db


def newest_link(app: Flask) -> str:
    """The path in the last mail."""
    with app.app_context():
        salt = db.session.scalars(sa.select(SignInLink.salt).order_by(SignInLink.id.desc()).limit(1)).one()
        return f"/en/account/link/{derive_token('sign-in', salt)}/"
