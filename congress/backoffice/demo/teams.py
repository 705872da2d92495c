"""Who can sign in to the demo, and the doors that are ready."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from congress.accounts.models import Account
from congress.backoffice.demo.facts import invented
from congress.checkin.devices import LIFETIME_AFTER_EVENT, PURPOSE, device_token
from congress.checkin.models import Checkpoint, Device
from congress.core import clock
from congress.core.addresses import address_key
from congress.core.links import absolute
from congress.core.tokens import derive_token, hash_token, new_link
from congress.events.enums import Role
from congress.events.models import Event, Series, TeamMember
from congress.extensions import db
from congress.matchmaking.enums import OrganisationType
from congress.matchmaking.models import Profile
from congress.organisations.enums import MembershipRole
from congress.organisations.models import Membership, Organisation
from congress.registration.links import MANAGE
from congress.registration.models import Registration, RegistrationGroup

DOMAIN = "congress.example"
WORDS_IN_PASSWORD = 5

ACCOUNTS = {
    "admin": ("Ada Admin", "the whole platform"),
    "tour": ("Théo Tournée", "owner of the tour: all seven stages"),
    "congres": ("Camille Congrès", "owner of the congress"),
    "grand-est": ("Gaëlle Grandest", "organiser of the Grand Est stage only"),
    "programme": ("Prune Programme", "programme of the congress: calls, schedule, releases"),
    "rendez-vous": ("Rose Rendezvous", "meetings of the congress: profiles, timetable, desk"),
    "jury": ("Jules Jury", "reviewer of the congress's call for pitches"),
    "accueil": ("Aline Accueil", "registration desk: West and Île-de-France"),
    "porte": ("Paul Portier", "door of the West stage, which takes place today"),
    "lecture": ("Lucie Lecture", "viewer of the tour"),
}
"""Before the @: a name that looks invented, and what this account may do."""


def demo_password() -> str:
    """The password of all demo accounts: some words that follow from this installation's secret key."""
    number = int.from_bytes(hash_token(derive_token("demo", b"password")), "big")
    words: list[str] = invented()["words"]
    parts = []
    for _ in range(WORDS_IN_PASSWORD):
        number, index = divmod(number, len(words))
        parts.append(words[index])
    return "-".join([*parts, f"{number % 10_000:04}"])


def address(name: str) -> str:
    """The address of a demo account."""
    return f"{name}@{DOMAIN}"


def make_accounts(password_hash: str) -> dict[str, Account]:
    """The accounts, without any role yet."""
    now = clock.now()
    made = {
        key: Account(
            email=address(key),
            email_key=address_key(address(key)),
            name=name,
            password_hash=password_hash,
            password_changed_at=now,
            is_administrator=key == "admin",
            created_at=now,
        )
        for key, (name, _may) in ACCOUNTS.items()
    }
    db.session.add_all(made.values())
    db.session.flush()
    return made


def make_teams(
    accounts: dict[str, Account],
    tour: Series,
    congress: Series,
    edition: Event,
    stages: dict[str, Event],
    host: Organisation,
) -> None:
    """Who may do what where; the owner of the tour also founds series in the name of `host`."""
    now = clock.now()
    roles: list[tuple[str, Role, Series | Event]] = [
        ("tour", Role.OWNER, tour),
        ("congres", Role.OWNER, congress),
        ("programme", Role.PROGRAMME, edition),
        ("rendez-vous", Role.MATCHMAKING, edition),
        ("jury", Role.REVIEWER, edition),
        ("grand-est", Role.ORGANISER, stages["grand-est"]),
        ("accueil", Role.REGISTRATION, stages["ouest"]),
        ("accueil", Role.REGISTRATION, stages["ile-de-france"]),
        ("porte", Role.DOOR, stages["ouest"]),
        ("lecture", Role.VIEWER, tour),
    ]
    for key, role, scope in roles:
        member = TeamMember(account_id=accounts[key].id, role=role, created_at=now)
        if isinstance(scope, Series):
            member.series_id = scope.id
        else:
            member.event_id = scope.id
        db.session.add(member)
    db.session.add(
        Membership(
            organisation_id=host.id, account_id=accounts["tour"].id, role=MembershipRole.MANAGER, created_at=now
        )
    )


def make_doors(today: Event, later: Event) -> None:
    """A door that counts at the stage of today, and one for rehearsals at a later stage."""
    now = clock.now()
    for event, name, rehearsal in ((today, "Entrée principale", False), (later, "Répétition", True)):
        checkpoint = Checkpoint(event_id=event.id, name=name, rehearsal=rehearsal, created_at=now)
        db.session.add(checkpoint)
        db.session.flush()
        salt, token_hash = new_link(PURPOSE)
        db.session.add(
            Device(
                event_id=event.id,
                checkpoint_id=checkpoint.id,
                label="Téléphone de démonstration",
                salt=salt,
                token_hash=token_hash,
                created_at=now,
                expires_at=event.ends_at + LIFETIME_AFTER_EVENT,
            )
        )
    db.session.flush()


def sign_ins() -> dict[str, str]:
    """What to print after the start: accounts, their password, the links of the doors; empty without the demo."""
    there = set(
        db.session.scalars(sa.select(Account.email).where(Account.email.in_(address(key) for key in ACCOUNTS)))
    )
    lines = {address(key): may for key, (_name, may) in ACCOUNTS.items() if address(key) in there}
    if lines:
        lines["Password of all"] = demo_password()
        lines |= _door_links(clock.now()) | _participant_links()
    return lines


def _participant_links() -> dict[str, str]:
    """Two people of the meetings at the congress: one alone, and the head of a delegation."""
    found = {}
    for name, heads in (("Meetings, a founder", False), ("Meetings, head of a delegation", True)):
        row = db.session.execute(
            sa.select(RegistrationGroup.link_salt, Registration.public_id)
            .join(Registration, Registration.group_id == RegistrationGroup.id)
            .join(Profile, Profile.registration_id == Registration.id)
            .where(
                Profile.manages_delegation.is_(heads),
                Profile.type == (OrganisationType.INDUSTRY if heads else OrganisationType.BIOTECH),
                Profile.delegation_id.is_not(None) if heads else Profile.delegation_id.is_(None),
            )
            .order_by(Profile.id)
            .limit(1)
        ).one_or_none()
        if row is not None:
            found[name] = absolute(f"/fr/r/{derive_token(MANAGE, row.link_salt)}/meetings/{row.public_id}/")
    return found


def _door_links(now: dt.datetime) -> dict[str, str]:
    rows = db.session.execute(
        sa.select(Device.salt, Checkpoint.rehearsal)
        .join(Checkpoint, Checkpoint.id == Device.checkpoint_id)
        .where(Device.revoked_at.is_(None), Device.expires_at > now, Checkpoint.closed_at.is_(None))
        .order_by(Device.id.desc())
    )
    names = {False: "Door, today", True: "Door, rehearsal"}
    return {names[rehearsal]: absolute(f"/fr/door/#{device_token(salt)}") for salt, rehearsal in rows}
