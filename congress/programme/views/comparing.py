"""Two people at one form: what is stored now beside what was typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wtforms import Field, FormField

from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.events.forms.base import StaffForm

NOT_COMPARED = frozenset({"csrf_token", "idempotency_key", "version"})


def differences(form: StaffForm, stored: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(label, what is stored now, what this form says) for every field that differs."""
    return [
        (label, _in_words(field, theirs), _in_words(field, mine))
        for name, outer in form._fields.items()
        if name not in NOT_COMPARED
        for label, field, theirs, mine in _parts(outer, stored.get(name))
        if (theirs or None) != (mine or None)
    ]


def _parts(field: Field, stored: Any) -> Iterator[tuple[str, Field, Any, Any]]:
    if isinstance(field, FormField):
        for part in field.form:
            yield part.label.text, part, (stored or {}).get(part.short_name), part.data
    else:
        yield field.label.text, field, stored, field.data


def _in_words(field: Field, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    for choice in getattr(field, "choices", None) or ():
        if str(choice.value) == str(value):
            return str(choice.label)
    if isinstance(value, Mapping):
        return translated(value)
    return "–" if value in (None, "") else str(value)
