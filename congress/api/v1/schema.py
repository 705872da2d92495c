"""The shapes of what the API takes and gives. The document at /api/v1/openapi.json is made from these classes."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from congress.checkin.enums import RefusalReason, ScanAction, ScanMethod, ScanOutcome
from congress.registration.enums import Attendance, RegistrationStatus

MAX_SCANS = 50
Nonce = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
        min_length=36,
        max_length=36,
        description="A random UUID that the device makes, one per scan; sending it again repeats the first answer.",
    ),
]


_DATE_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]")


def _instant(value: object) -> dt.datetime:
    """Only ISO 8601: the library's own parser would take "0" as a number of seconds."""
    if not isinstance(value, str) or not _DATE_AND_TIME.match(value):
        msg = "an instant in ISO 8601 with an offset"
        raise ValueError(msg)
    return dt.datetime.fromisoformat(value.upper())


DeviceTime = Annotated[AwareDatetime, BeforeValidator(_instant)]
WITHOUT_NUL = r"^[^\x00]+$"


class Taken(BaseModel):
    """A body that we take: nothing but what is named here, in the type that is named."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ScanIn(Taken):
    """One scan: one of `payload`, `reference`, `registration` says whose; an undo may give `undoes` instead."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": [name]} for name in ("payload", "reference", "registration", "undoes")],
            "if": {"properties": {"action": {"const": "entry"}}},
            "then": {"not": {"required": ["undoes"]}},
        }
    )

    nonce: Nonce
    scanned_at: DeviceTime = Field(description="By the clock of the device.")
    action: ScanAction
    method: ScanMethod
    payload: str = Field(
        default_factory=str, min_length=1, max_length=200, pattern=WITHOUT_NUL, description="The text of the QR code."
    )
    reference: str = Field(
        default_factory=str,
        min_length=1,
        max_length=64,
        pattern=WITHOUT_NUL,
        description="The code printed on the ticket, as typed.",
    )
    registration: str = Field(
        default_factory=str, min_length=1, max_length=64, pattern=WITHOUT_NUL, description="From a search."
    )
    undoes: Nonce = Field(default_factory=str, description="The nonce of the entry to take back.")

    @model_validator(mode="after")
    def _one_subject(self) -> ScanIn:
        given = self.model_fields_set & {"payload", "reference", "registration", "undoes"}
        if len(given) != 1 or ("undoes" in given and self.action is not ScanAction.UNDO):
            msg = "give one of payload, reference, registration; or undoes, for an undo"
            raise ValueError(msg)
        return self


class ScansIn(Taken):
    """Scans of one device, in any order. `device_time` is the device's clock at the moment of sending."""

    device_time: DeviceTime
    scans: Annotated[list[ScanIn], Field(min_length=1, max_length=MAX_SCANS)]


class Person(BaseModel):
    """All that a door is shown of a person."""

    name: str
    organisation: str
    category: str
    reference: str
    registration: str = Field(description="A public id, for a scan of method search.")
    attendance: Attendance


class FirstEntry(BaseModel):
    """The entry by which somebody is in."""

    at: AwareDatetime
    door: str


class ScanResult(BaseModel):
    """What the door is told. `message` is a sentence in the language of the request or the device."""

    nonce: str
    outcome: ScanOutcome
    reason: RefusalReason | None
    message: str
    person: Person | None
    first: FirstEntry | None
    admitted_at: AwareDatetime | None


class Counts(BaseModel):
    """People inside today, and people expected today."""

    inside: int
    expected: int


class CountsOut(Counts):
    """The figures, and when the last scan came."""

    changed: AwareDatetime | None


class ScansOut(BaseModel):
    """One result per scan, in the order of the request."""

    results: list[ScanResult]
    counts: Counts


class DeviceOut(BaseModel):
    """The calling device."""

    id: str
    label: str


class EventOut(BaseModel):
    """The one event of the device; its days are those of its place."""

    id: str
    name: str
    zone: str
    starts_on: dt.date
    ends_on: dt.date
    colour: str | None


class CheckpointOut(BaseModel):
    """The door at which the device stands."""

    id: str
    name: str
    rehearsal: bool


class KeyOut(BaseModel):
    """A public key of the event's tickets: Ed25519, raw, base64url without padding."""

    key_id: int
    public_key: str


class DoorOut(BaseModel):
    """Where the device stands."""

    device: DeviceOut
    event: EventOut
    checkpoint: CheckpointOut
    keys: list[KeyOut]
    counts: Counts
    server_time: AwareDatetime
    language: Literal["fr", "en"]


class PersonFound(Person):
    """A person of this event, with today's first entry."""

    state: RegistrationStatus
    admitted_at: AwareDatetime | None
    admitted_door: str | None


class PeopleOut(BaseModel):
    """At most 20 people, those who may enter first."""

    people: list[PersonFound]


class ShapeProblem(BaseModel):
    """One place where a body differs from what is documented."""

    at: str
    problem: str


class Problem(BaseModel):
    """An error (RFC 9457); `detail` is a sentence for people."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ShapeProblem] = []
