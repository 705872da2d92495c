"""Running the platform: accounts and failed work."""

from __future__ import annotations

from congress.accounts import services as accounts
from congress.accounts.models import Account
from congress.audit.services import record
from congress.backoffice.errors import NotFailed, OwnAccount
from congress.core import clock
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


def disable_account(actor: Account, account_id: int) -> None:
    """Sign an account out everywhere and let it in no more."""
    accounts.disable(_somebody_else(actor, account_id))


def enable_account(account_id: int) -> None:
    """Let an account in again; its earlier sessions stay ended."""
    accounts.enable(account_of(account_id))


def set_administrator(actor: Account, account_id: int, *, wanted: bool) -> None:
    """Make an account an administrator of the platform, or no longer."""
    accounts.set_administrator(_somebody_else(actor, account_id), administrator=wanted)


def _somebody_else(actor: Account, account_id: int) -> Account:
    account = account_of(account_id)
    if account.id == actor.id:
        raise OwnAccount
    return account


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
