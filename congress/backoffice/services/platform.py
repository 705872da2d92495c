"""Running the platform: accounts and failed work."""

from __future__ import annotations

import sqlalchemy as sa

from congress.accounts.models import Account, AccountSession
from congress.accounts.queries import account_by_address
from congress.audit.services import record
from congress.backoffice.errors import AddressTaken, NotFailed, OwnAccount
from congress.core import clock
from congress.core.addresses import address_key
from congress.core.errors import Missing
from congress.core.transactions import after_commit
from congress.extensions import db
from congress.jobs import bell
from congress.jobs.enums import JobState
from congress.jobs.models import Job


def account_of(account_id: int) -> Account:
    """An account; `Missing` without one."""
    account = db.session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise Missing
    return account


def create_account(email: str, name: str, language: str) -> Account:
    """An account whose owner signs in by a link sent to the address."""
    if account_by_address(email) is not None:
        raise AddressTaken
    account = Account(email=email, email_key=address_key(email), name=name, language=language, created_at=clock.now())
    db.session.add(account)
    db.session.flush()
    record("account.created", "account", account.id)
    return account


def disable_account(actor: Account, account_id: int) -> None:
    """Sign an account out everywhere and let it in no more."""
    account = account_of(account_id)
    if account.id == actor.id:
        raise OwnAccount
    if account.disabled_at is None:
        account.disabled_at = clock.now()
        db.session.execute(
            sa.update(AccountSession)
            .where(AccountSession.account_id == account.id, AccountSession.revoked_at.is_(None))
            .values(revoked_at=clock.now())
        )
        record("account.disabled", "account", account.id)


def enable_account(account_id: int) -> None:
    """Let an account in again; its earlier sessions stay ended."""
    account = account_of(account_id)
    if account.disabled_at is not None:
        account.disabled_at = None
        record("account.enabled", "account", account.id)


def set_administrator(actor: Account, account_id: int, *, wanted: bool) -> None:
    """Make an account an administrator of the platform, or no longer."""
    account = account_of(account_id)
    if account.id == actor.id:
        raise OwnAccount
    if account.is_administrator != wanted:
        account.is_administrator = wanted
        record(
            "account.administrator_changed",
            "account",
            account.id,
            before={"is_administrator": not wanted},
            after={"is_administrator": wanted},
        )


def retry_job(job_id: int) -> None:
    """Let failed work be tried again, from the first attempt."""
    job = db.session.get(Job, job_id, with_for_update=True)
    if job is None:
        raise Missing
    if job.state != JobState.FAILED:
        raise NotFailed
    job.state, job.attempts, job.run_at = JobState.QUEUED, 0, clock.now()
    job.error, job.finished_at = None, None
    record("job.retried", "job", job.id)
    after_commit(bell.ring)
