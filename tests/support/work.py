"""Letting the worker do what is due, and reading what it sent."""

from __future__ import annotations

import email.policy
from email.message import EmailMessage

from flask import Flask

from congress.jobs.worker import run_due_jobs
from congress.mail.transports import mailbox_file


def do_jobs(app: Flask) -> int:
    """Commit what the test wrote, then do every job that is due."""
    return run_due_jobs(app.app_context)


def mailbox(app: Flask) -> list[EmailMessage]:
    """Every mail that left, in the order of leaving."""
    with app.app_context():
        folder = mailbox_file("x").parent
        files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]


def empty_mailbox(app: Flask) -> None:
    """Throw away what earlier tests sent."""
    with app.app_context():
        for path in mailbox_file("x").parent.iterdir():
            path.unlink()


def part(message: EmailMessage, content_type: str) -> str:
    """The text of the first part of this type that is not an attachment."""
    for one in message.walk():
        if one.get_content_type() == content_type and not one.get_filename():
            return one.get_payload(decode=True).decode()
    raise AssertionError(f"no {content_type} in {[one.get_content_type() for one in message.walk()]}")
