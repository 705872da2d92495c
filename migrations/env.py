"""How Alembic finds the database and the tables."""

from __future__ import annotations

from alembic import context
from flask import current_app

target = current_app.extensions["migrate"]
db = target.db


def run_migrations() -> None:
    """Run on the application's own engine, in batch mode so that SQLite can alter tables."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            compare_server_default=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run_migrations()
