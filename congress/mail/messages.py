"""What a kind of mail says: features above register a builder per template, called when the mail leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from congress.mail.models import Mail


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail; `content_type` as "application/pdf"."""

    file_name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """The content of one mail, in its recipient's language.

    `values` fill `templates/mails/<template>/{subject.txt,body.txt,body.html}`. `calendar` is an iCalendar object
    and its METHOD, sent as the last alternative.
    """

    values: dict[str, Any]
    reply_to: str | None = None
    attachments: list[Attachment] = field(default_factory=list)
    calendar: tuple[str, bytes] | None = None


class NoLongerTrue(Exception):
    """What the mail would say is not so any more: it is not sent."""


Builder = Callable[[Mail], Message]
_builders: dict[str, Builder] = {}


def message(template: str) -> Callable[[Builder], Builder]:
    """Register the builder of one template; it runs in the recipient's language, inside `speaking`."""

    def register(builder: Builder) -> Builder:
        if _builders.setdefault(template, builder) is not builder:
            msg = f"two builders for {template}"
            raise RuntimeError(msg)
        return builder

    return register


def builder_of(template: str) -> Builder:
    """The builder of one template."""
    return _builders[template]
