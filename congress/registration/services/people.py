"""What is passed into the services: who, and what they chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from congress.core.addresses import address_key
from congress.registration.models import Registration
from congress.registration.search import search_text


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's data as they wrote it, already cleaned by a form."""

    given_name: str
    family_name: str
    email: str
    organisation: str = ""
    job_title: str = ""
    language: str = "fr"

    def columns(self) -> dict[str, Any]:
        """The values of the columns that hold a person."""
        return {
            "given_name": self.given_name,
            "family_name": self.family_name,
            "email": self.email,
            "email_key": address_key(self.email),
            "organisation": self.organisation,
            "job_title": self.job_title,
            "language": self.language,
            "search_text": search_text(
                self.given_name, self.family_name, self.email, self.organisation, self.job_title
            ),
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """One event and the category chosen for it."""

    event_id: int
    category_id: int


def person_of(registration: Registration) -> Person:
    """The data of a registration, for a form to show."""
    return Person(
        registration.given_name,
        registration.family_name,
        registration.email,
        registration.organisation,
        registration.job_title,
        registration.language,
    )
