"""The ways out: a mail server, or a folder of files that the demo shows as a mailbox."""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from congress.core import storage
from congress.core.rendering import setting

SECONDS = 30
PERMANENT = range(500, 600)
FOLDER = "mailbox"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class NotNow(Exception):
    """The way out is closed for the moment; the same mail may leave later."""


class Refused(Exception):
    """The mail server will never take this mail; the text is its reason."""


class Transport(Protocol):
    """Something that takes a mail over, or raises `NotNow` or `Refused`."""

    def send(self, message: EmailMessage) -> None: ...


def configured() -> Transport | None:
    """The way out of this installation; None in production without a mail server: mails wait."""
    if setting("SMTP_URL"):
        return MailServer.from_url(setting("SMTP_URL"))
    return Folder() if setting("DEMO") or setting("TESTING") else None


@dataclass(frozen=True, slots=True)
class MailServer:
    """An SMTP server: TLS from the start (smtps), or STARTTLS when another machine offers it."""

    host: str
    port: int
    user: str
    password: str
    tls: bool

    @classmethod
    def from_url(cls, url: str) -> MailServer:
        """`smtp://user:password@host:587` or `smtps://user:password@host`."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        return cls(
            parts.hostname or "localhost",
            parts.port or (465 if tls else 25),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            tls,
        )

    def send(self, message: EmailMessage) -> None:
        """Hand one mail over. Once the server has accepted it, nothing that follows makes it a failure."""
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise NotNow(_reason(error)) from error
        try:
            server.send_message(message)
        except smtplib.SMTPException as error:
            failure = Refused if _is_permanent(error) else NotNow
            raise failure(_reason(error)) from error
        except OSError as error:
            raise NotNow(_reason(error)) from error
        finally:
            _hang_up(server)

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        try:
            server.ehlo_or_helo_if_needed()
            if not self.tls and self.host not in LOOPBACK and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


class Folder:
    """A file per mail, named after its Message-ID: sending it twice leaves one."""

    def send(self, message: EmailMessage) -> None:
        """Write the file, complete or not at all."""
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        target = mailbox_file(name)
        part = target.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(message.as_bytes())
        part.replace(target)


def mailbox_file(name: str) -> Path:
    """Where the folder keeps the mail with this `Mail.message_id`."""
    return storage.folder(FOLDER) / f"{name}.eml"


def _is_permanent(error: smtplib.SMTPException) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code in PERMANENT for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return True
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code in PERMANENT


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _in_one_line(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException):
        return _in_one_line(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"[:200]


def _in_one_line(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(words.split())}"[:200]


def _hang_up(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
