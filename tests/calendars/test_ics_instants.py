from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.calendars.ics import feed, invitation
from tests.calendars.samples import FULL, details, every_time, item, local
from tests.support.ics_readers import every_reader, own_zone_names, unfolded, values, whole_readers

MOMENTS = {
    "winter": ("Europe/Paris", local("Europe/Paris", 2026, 12, 8, 9)),
    "summer": ("Europe/Paris", local("Europe/Paris", 2027, 7, 14, 9)),
    "spring night, before": ("Europe/Paris", local("Europe/Paris", 2027, 3, 28, 1, 30)),
    "spring night, after": ("Europe/Paris", local("Europe/Paris", 2027, 3, 28, 3, 0)),
    "autumn night, first 02:30": ("Europe/Paris", local("Europe/Paris", 2027, 10, 31, 2, 30)),
    "autumn night, second 02:30": ("Europe/Paris", local("Europe/Paris", 2027, 10, 31, 2, 30, fold=1)),
    "Martinique": ("America/Martinique", local("America/Martinique", 2027, 7, 14, 18)),
    "Réunion": ("Indian/Reunion", local("Indian/Reunion", 2027, 1, 1, 0)),
    "New York": ("America/New_York", local("America/New_York", 2027, 3, 14, 3, 15)),
    "Ramadan": ("Africa/Casablanca", local("Africa/Casablanca", 2027, 2, 20, 12)),
    "after Ramadan": ("Africa/Casablanca", local("Africa/Casablanca", 2027, 4, 20, 12)),
    "Cairo": ("Africa/Cairo", local("Africa/Cairo", 2027, 11, 20, 12)),
    "Nuuk": ("America/Nuuk", local("America/Nuuk", 2027, 7, 20, 12)),
    "UTC": ("UTC", dt.datetime(2027, 7, 14, tzinfo=dt.UTC)),
}


def at(moment):
    zone, starts = MOMENTS[moment]
    ends = starts + dt.timedelta(hours=2)
    return (starts, ends), feed(details(zone=zone), [item(zone=zone, starts=starts, ends=ends)])


@pytest.mark.parametrize("read", every_reader)
@pytest.mark.parametrize("moment", MOMENTS)
def test_readers_see_the_instant_by_the_name_of_the_zone(read, moment):
    times, raw = at(moment)
    (seen,) = read(raw)
    assert (seen.starts, seen.ends) == times


@pytest.mark.parametrize("read", whole_readers)
@pytest.mark.parametrize("moment", MOMENTS)
def test_readers_see_the_instant_by_the_file_alone(read, moment):
    times, raw = at(moment)
    (seen,) = read(own_zone_names(raw))
    assert (seen.starts, seen.ends) == times


@pytest.mark.parametrize(
    ("moment", "starts", "ends"),
    [
        ("autumn night, first 02:30", ":20271031T003000Z", ";TZID=Europe/Paris:20271031T033000"),
        ("autumn night, second 02:30", ":20271031T013000Z", ";TZID=Europe/Paris:20271031T043000"),
    ],
)
def test_a_local_time_that_comes_twice_is_written_in_utc(moment, starts, ends):
    zone, when = MOMENTS[moment]
    raw = feed(details(), [item(zone=zone, starts=when, ends=when + dt.timedelta(hours=2))])
    assert values(raw, "DTSTART")[-1:] == [starts]
    assert values(raw, "DTEND") == [ends]


@pytest.mark.parametrize("read", every_reader)
def test_readers_see_an_all_day_item(read):
    raw = feed(details(), [item(starts=dt.date(2027, 6, 1), ends=dt.date(2027, 6, 3))])
    (seen,) = read(raw)
    assert (seen.starts, seen.ends) == (dt.date(2027, 6, 1), dt.date(2027, 6, 3))
    assert "BEGIN:VTIMEZONE" not in unfolded(raw)


@pytest.mark.parametrize("read", every_reader)
def test_readers_see_the_words(read):
    (seen,) = read(invitation([dataclasses.replace(FULL, join_url="")], "REQUEST", "fr"))
    assert (seen.uid, seen.sequence, seen.status) == (FULL.uid, 3, "CONFIRMED")
    assert (seen.title, seen.location, seen.description) == (FULL.title, FULL.location, FULL.description)


@pytest.mark.parametrize("read", whole_readers)
def test_readers_notice_a_wrong_zone(read):
    raw = own_zone_names(feed(details(), [item()]))
    (right,) = read(raw)
    (wrong,) = read(own_zone_names(raw.replace(b"TZOFFSETTO:+0100", b"TZOFFSETTO:+0300")))
    assert wrong.starts == right.starts - dt.timedelta(hours=2)


@pytest.mark.parametrize("read", every_reader)
def test_each_reader_notices_a_wrong_file(read):
    raw = feed(details(), [item()])
    (right,) = read(raw)
    for old, new in (
        (b"T090000", b"T091500"),
        (b"STATUS:CONFIRMED", b"STATUS:TENTATIVE"),
        (b"SEQUENCE:0", b"SEQUENCE:7"),
        ("plénière".encode(), b"finale"),
        ("Amphithéâtre".encode(), b"Salle"),
    ):
        assert raw.count(old) == 1
        (wrong,) = read(raw.replace(old, new))
        assert wrong != right, old


@pytest.mark.parametrize("read", whole_readers)
@given(
    starts=st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2030, 1, 1)).map(
        lambda when: when.replace(microsecond=0, tzinfo=dt.UTC)
    ),
    zone=st.sampled_from(
        ["Europe/Paris", "Europe/Dublin", "America/New_York", "Indian/Reunion", "Pacific/Chatham", "Asia/Gaza"]
    ),
    minutes=st.integers(1, 3000),
)
@every_time
def test_any_instant_is_kept(read, starts, zone, minutes):
    ends = starts + dt.timedelta(minutes=minutes)
    (seen,) = read(own_zone_names(feed(details(), [item(zone=zone, starts=starts, ends=ends)])))
    assert (seen.starts, seen.ends) == (starts, ends)
