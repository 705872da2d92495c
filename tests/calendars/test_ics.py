from __future__ import annotations

import dataclasses
import datetime as dt
import subprocess
import sys

import pytest

from congress.calendars import colours
from congress.calendars.ics import ItemStatus, Party, Wording, feed, invitation, mail_method
from tests.calendars.samples import CHANGED, FULL, details, item
from tests.support.ics_readers import names, unfolded, values


def test_a_feed_line_by_line():
    lines = unfolded(feed(details(), [FULL]))
    head = lines[: lines.index("BEGIN:VTIMEZONE")]
    event = lines[lines.index("BEGIN:VEVENT") :]
    assert head == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Congress//Calendars 1.0//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:Congrès de l’été",
        "X-WR-CALNAME:Congrès de l’été",
        "DESCRIPTION:Toutes les séances",
        "X-WR-CALDESC:Toutes les séances",
        "X-WR-TIMEZONE:Europe/Paris",
        "LAST-MODIFIED:20261101T080000Z",
        "URL:https://example.org/fr/events/ete/",
        "SOURCE;VALUE=URI:https://example.org/calendars/ete.ics",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "COLOR:steelblue",
        "X-APPLE-CALENDAR-COLOR:#4682b4",
    ]
    assert event == [
        "BEGIN:VEVENT",
        "UID:session-1@example.org",
        "DTSTAMP:20261101T080000Z",
        "CREATED:20261001T080000Z",
        "LAST-MODIFIED:20261101T080000Z",
        "SEQUENCE:3",
        "DTSTART;TZID=Europe/Paris:20261208T090000",
        "DTEND;TZID=Europe/Paris:20261208T103000",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "SUMMARY:Séance plénière : « données & énergie »",
        (
            "DESCRIPTION:Accès\\, détails\\; inscription\\n\\nÀ bientôt\u202f! 🎉\\n\\n"
            "Rejoindre en ligne\\nhttps://visio.example.org/j/abc?x=1\\,2"
        ),
        "LOCATION:Amphithéâtre Émile-Durkheim\\, bâtiment Â",
        "GEO:47.2378;6.0241",
        "URL:https://example.org/e/1",
        "CATEGORIES:Congrès,Plénière\\, ouverture",
        "COLOR:crimson",
        "IMAGE;VALUE=URI;DISPLAY=BADGE:https://example.org/i/1.png",
        "CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Rejoindre en ligne:https://visio.example.org/j/abc?x=1,2",
        'ORGANIZER;CN="L’équipe du congrès":mailto:orga@example.org',
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Séance plénière : « données & énergie »",
        "TRIGGER:-PT15M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_nothing_optional_leaves_an_empty_line():
    bare = item(title="", description="", location="", organiser=Party(""))
    raw = feed(details(description="", url="", colour=""), [bare])
    assert values(raw, "SUMMARY") == [":-"]
    assert values(raw, "ORGANIZER") == [":invalid:nomail"]
    assert {"LOCATION", "URL", "GEO", "CATEGORIES", "COLOR", "CONFERENCE", "IMAGE", "ATTENDEE"}.isdisjoint(names(raw))


def test_a_calendar_with_a_picture():
    raw = feed(details(image="https://example.org/logo.png"), [item()])
    assert values(raw, "IMAGE") == [";VALUE=URI;DISPLAY=BADGE:https://example.org/logo.png"]


def test_two_builds_are_the_same_bytes_in_any_order():
    other = item(uid="session-2@example.org", starts=CHANGED, zone="Indian/Reunion")
    raw = feed(details(), [FULL, other])
    assert values(raw, "UID") == [":session-2@example.org", ":session-1@example.org"], "in the order of time"
    assert feed(details(), [other, FULL]) == raw
    assert feed(details(), [other, dataclasses.replace(FULL, title="Moved")]) != raw


def test_a_uid_is_there_once_in_its_latest_state():
    raw = feed(details(), [item(sequence=2, title="New"), item(sequence=1, title="Old")])
    assert values(raw, "SUMMARY") == [":New"]


def test_a_feed_names_no_attendee_and_the_calendar_no_uid():
    raw = feed(details(), [FULL])
    assert "ATTENDEE" not in names(raw)
    assert names(raw).count("UID") == 1


@pytest.mark.parametrize(
    ("language", "title"), [("fr", "[Annulé] Visite"), ("en", "[Cancelled] Visite"), ("de", "[Cancelled] Visite")]
)
def test_a_cancelled_item_stays_and_says_so(language, title):
    cancelled = item(title="Visite", status=ItemStatus.CANCELLED, alarm_minutes=15)
    raw = feed(details(language=language), [cancelled])
    assert values(raw, "SUMMARY") == [f":{title}"]
    assert values(raw, "STATUS") == [":CANCELLED"]
    assert values(raw, "TRANSP") == [":TRANSPARENT"]
    assert "TRIGGER" not in names(raw)


def test_the_words_may_be_given():
    words = {"en": Wording("[Off]", "Join"), "de": Wording("[Abgesagt]", "Teilnehmen")}
    raw = feed(details(language="de"), [item(title="Rundgang", status=ItemStatus.CANCELLED)], words)
    assert values(raw, "SUMMARY") == [":[Abgesagt] Rundgang"]


def test_tentative_and_not_busy():
    raw = feed(details(), [item(status=ItemStatus.TENTATIVE, busy=False)])
    assert values(raw, "STATUS") == [":TENTATIVE"]
    assert values(raw, "TRANSP") == [":TRANSPARENT"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//example.org", "http://[", "é", ""])
def test_an_address_that_is_no_web_address_is_left_out(address):
    raw = feed(details(url=address), [item(url=address, join_url=address, image=address)])
    assert {"URL", "CONFERENCE", "IMAGE"}.isdisjoint(names(raw))


def test_a_phone_number_may_be_joined():
    assert values(feed(details(), [item(join_url="tel:+33123456789")]), "CONFERENCE")[0].endswith(":tel:+33123456789")


def test_an_alarm_at_the_start():
    assert values(feed(details(), [item(alarm_minutes=0)]), "TRIGGER") == [":P0D"]


@pytest.mark.parametrize(
    ("degrees", "written"), [((0.00002, -0.00009), ":0.0;0.0"), ((-21.1151234567, 55.5), ":-21.115123;55.5")]
)
def test_a_position_is_written_without_exponent(degrees, written):
    assert values(feed(details(), [item(geo=degrees)]), "GEO") == [written]


def test_the_application_starts_without_the_library():
    """It takes a tenth of a second to load, and only who asks for a file needs it."""
    program = "import sys, congress.app, congress.calendars.ics; sys.exit('icalendar' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#4682B4", "steelblue"),
        ("#4682b5", "steelblue"),
        ("#f00", "red"),
        ("Crimson", "crimson"),
        ("url(x)", ""),
        ("", ""),
    ],
)
def test_a_colour_becomes_a_name(colour, name):
    assert colours.nearest_name(colour) == name


@pytest.mark.parametrize(
    "changes",
    [
        {"starts": dt.datetime(2026, 12, 8, 9), "ends": dt.datetime(2026, 12, 8, 10)},
        {"starts": dt.date(2026, 12, 8)},
        {"ends": dt.datetime(2026, 12, 8, 8, tzinfo=dt.UTC)},
        {"changed": dt.datetime(2026, 11, 1)},
    ],
)
def test_times_that_no_client_could_show_are_refused(changes):
    with pytest.raises(ValueError, match=r"item|need"):
        item(**changes)


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_one_item_for_one_person_is_an_invitation(method):
    raw = invitation([FULL], method, "fr")
    assert mail_method([FULL], method) == method
    assert values(raw, "METHOD") == [f":{method}"]
    assert values(raw, "ATTENDEE") == [
        ';CN="Zoé Müller";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:zoe@example.net'
    ]
    assert {"UID", "DTSTAMP", "SEQUENCE", "ORGANIZER"} < set(names(raw))
    assert {"NAME", "SOURCE", "REFRESH-INTERVAL"}.isdisjoint(names(raw))


def test_a_change_and_a_cancellation_speak_of_the_same_uid():
    asked, moved = invitation([FULL], "REQUEST", "fr"), dataclasses.replace(FULL, sequence=4)
    called_off = invitation([moved], "CANCEL", "fr")
    assert values(asked, "UID") == values(called_off, "UID")
    assert values(called_off, "SEQUENCE") == [":4"]
    assert values(called_off, "STATUS") == [":CANCELLED"]
    assert values(called_off, "SUMMARY")[0].startswith(":[Annulé] ")
    assert "BEGIN:VALARM" not in unfolded(called_off)


def test_several_items_are_published_without_names():
    several = [FULL, dataclasses.replace(FULL, uid="session-2@example.org")]
    raw = invitation(several, "REQUEST", "en")
    assert mail_method(several, "REQUEST") == "PUBLISH"
    assert values(raw, "METHOD") == [":PUBLISH"]
    assert len(values(raw, "UID")) == 2
    assert "ATTENDEE" not in names(raw)


def test_an_item_without_attendee_is_published():
    assert values(invitation([item()], "REQUEST", "en"), "METHOD") == [":PUBLISH"]
