"""Invented people: names from Faker in several languages, addresses at example.org, companies that cannot exist."""

from __future__ import annotations

import random
from collections.abc import Iterator

from faker import Faker

from congress.backoffice.demo.facts import invented
from congress.core.text import slugified
from congress.registration.services.people import Person

SEED = 20210617
LOCALES = {
    "fr_FR": 80,
    "en_GB": 7,
    "de_DE": 5,
    "es_ES": 2,
    "it_IT": 2,
    "nl_NL": 1,
    "pl_PL": 1,
    "ar_AA": 1,
    "ja_JP": 1,
}
"""How many in a hundred carry a name of each language."""


class Crowd:
    """People, one after the other; the same ones in the same order whenever it is made anew."""

    def __init__(self, seed: int = SEED) -> None:
        self.chance = random.Random(seed)  # noqa: S311 (a reproducible crowd, no secret)
        self._fakers = {locale: _faker(locale, seed) for locale in LOCALES}
        self._numbers: Iterator[int] = iter(range(1, 1_000_000))

    def person(self, category: str) -> Person:
        """Somebody who would register in this category."""
        locale = self.chance.choices(list(LOCALES), list(LOCALES.values()))[0]
        faker = self._fakers[locale]
        given, family = faker.first_name(), faker.last_name()
        name = ".".join(filter(None, (slugified(given), slugified(family)))) or "participant"
        jobs = invented()["jobs"]
        return Person(
            given_name=given,
            family_name=family,
            email=f"{name}.{next(self._numbers)}@example.org",
            organisation=self._organisation(category),
            job_title=self.chance.choice(jobs.get(category.removesuffix("_one_day"), jobs["online"])),
            language="fr" if locale == "fr_FR" or self.chance.random() < 0.3 else "en",  # noqa: PLR2004
        )

    def _organisation(self, category: str) -> str:
        words = invented()["companies"]
        pick = self.chance.choice
        if category in {"academic", "student", "student_one_day"}:
            return str(pick(words["academic"]) % pick(words["cities"]))
        if category == "press":
            return str(pick(words["press"]))
        return f"{pick(words['first'])} {pick(words['second'])} {pick(words['form'])}"


def _faker(locale: str, seed: int) -> Faker:
    faker = Faker(locale)
    faker.seed_instance(seed)
    return faker
