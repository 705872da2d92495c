from __future__ import annotations

import datetime as dt
import zoneinfo

import icalendar
import pytest

from congress.calendars.vtimezone import posix_footer, vtimezone, yearly_rules
from tests.support.ics_readers import offset_by_rules, unfolded

HOUR, DAY = 3600, 86400
START = int(dt.datetime(2026, 1, 1, tzinfo=dt.UTC).timestamp())
END = int(dt.datetime(2030, 1, 1, tzinfo=dt.UTC).timestamp())

PARIS = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Paris",
    "BEGIN:DAYLIGHT",
    "TZNAME:CEST",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "DTSTART:19700329T020000",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "TZNAME:CET",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "DTSTART:19701025T030000",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def lines_of(part: icalendar.Component) -> tuple[str, ...]:
    return tuple(unfolded(part.to_ical(sorted=False)))


def zone_lines(tzid: str, first_year: int, last_year: int) -> tuple[str, ...]:
    return lines_of(vtimezone(tzid, first_year, last_year))


def real_offset(tzid: str, stamp: int) -> int:
    return int(dt.datetime.fromtimestamp(stamp, zoneinfo.ZoneInfo(tzid)).utcoffset().total_seconds())


def stamps_to_try(tzid: str) -> list[int]:
    """Every hour of two days around each change of 2026 to 2029 and the seconds next to it; else every day."""
    stamps = list(range(START, END, DAY))
    for stamp in range(START, END, DAY):
        if real_offset(tzid, stamp) != real_offset(tzid, stamp + DAY):
            stamps.extend(range(stamp - 2 * DAY, stamp + 3 * DAY, HOUR))
            stamps.extend(range(stamp - 1, stamp + DAY, HOUR))
            stamps.extend(range(stamp - 1, stamp + DAY, HOUR // 2))
    return stamps


def wrong_stamps(tzid: str, lines: tuple[str, ...]) -> list[int]:
    told = offset_by_rules(lines)
    return [stamp for stamp in stamps_to_try(tzid) if told(stamp) != real_offset(tzid, stamp)]


def rules_of(lines: tuple[str, ...]) -> list[str]:
    return [line.removeprefix("RRULE:FREQ=YEARLY;") for line in lines if line.startswith("RRULE")]


def test_paris_is_written_as_large_calendars_write_it():
    assert zone_lines("Europe/Paris", 2026, 2029) == PARIS


def test_every_zone_has_the_offset_of_every_hour_near_a_change():
    zones = sorted(zoneinfo.available_timezones())
    assert len(zones) > 400
    assert {zone: wrong for zone in zones if (wrong := wrong_stamps(zone, zone_lines(zone, 2025, 2030)))} == {}


def test_the_comparison_notices_a_wrong_rule():
    assert wrong_stamps("America/New_York", PARIS)
    third_sunday = tuple(line.replace("BYDAY=-1SU", "BYDAY=3SU") for line in PARIS)
    with pytest.raises(AssertionError, match="onset of its own rule"):
        offset_by_rules(third_sunday)
    late = tuple(line.replace("T020000", "T030000") for line in PARIS)
    assert wrong_stamps("Europe/Paris", late)
    assert wrong_stamps("Europe/Paris", PARIS) == []


@pytest.mark.parametrize("tzid", ["America/Martinique", "Indian/Reunion", "Pacific/Noumea", "Asia/Kolkata"])
def test_a_zone_without_summer_time_is_one_observance(tzid):
    lines = zone_lines(tzid, 2026, 2029)
    assert [line for line in lines if line.startswith("BEGIN:")] == ["BEGIN:VTIMEZONE", "BEGIN:STANDARD"]
    assert rules_of(lines) == []


@pytest.mark.parametrize(
    ("footer", "rules"),
    [
        ("EST5EDT,M3.2.0,M11.1.0", ["BYDAY=2SU;BYMONTH=3", "BYDAY=1SU;BYMONTH=11"]),
        (
            "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",  # America/Nuuk: one hour before midnight, so the day before
            ["BYDAY=SA;BYMONTHDAY=24,25,26,27,28,29,30;BYMONTH=3", "BYDAY=-1SU;BYMONTH=10"],
        ),
        (
            "EET-2EEST,M4.5.5/0,M10.5.4/24",  # Africa/Cairo: the end of a Thursday, which may be in November
            [
                "BYDAY=-1FR;BYMONTH=4",
                "BYDAY=FR;BYMONTHDAY=26,27,28,29,30,31;BYMONTH=10",
                "BYDAY=FR;BYMONTHDAY=1;BYMONTH=11",
            ],
        ),
        (
            "EET-2EEST,M3.4.4/50,M10.4.4/50",  # Asia/Gaza: two days and two hours later
            [
                "BYDAY=SA;BYMONTHDAY=24,25,26,27,28,29,30;BYMONTH=3",
                "BYDAY=SA;BYMONTHDAY=24,25,26,27,28,29,30;BYMONTH=10",
            ],
        ),
    ],
)
def test_times_beyond_the_day_move_the_weekday(footer, rules):
    parts = yearly_rules(footer).observances(1970)
    assert [line for part in parts for line in rules_of(lines_of(part))] == rules


@pytest.mark.parametrize(
    "footer",
    [
        "",
        "CET-1",
        "EST5EDT,0/0,J365/25",  # summer time all year
        "XXX3YYY,J79/24,J263/24",  # numbered days
        "XXX3YYY,M13.5.0,M10.5.0",
        "XXX3YYY,M2.5.0/24,M10.5.0",  # the day after February: the 29th or not
        "not a footer at all",
    ],
)
def test_a_footer_that_no_rule_can_say_is_left_to_the_list_of_changes(footer):
    assert yearly_rules(footer) is None


def test_a_zone_that_breaks_its_own_rule_lists_the_changes_of_the_years_asked(monkeypatch):
    monkeypatch.setattr("congress.calendars.vtimezone.posix_footer", lambda _tzid: "")
    vtimezone.cache_clear()
    lines = zone_lines("Europe/Paris", 2025, 2030)
    vtimezone.cache_clear()
    assert rules_of(lines) == []
    assert len([line for line in lines if line.startswith("DTSTART")]) == 1 + 2 * 6
    assert wrong_stamps("Europe/Paris", lines) == []


def test_rules_take_over_after_the_last_exception():
    """New York keeps its rule since 2007; Mexico gave up summer time in 2022."""
    lines = zone_lines("America/New_York", 2005, 2029)
    assert rules_of(lines) == ["BYDAY=2SU;BYMONTH=3", "BYDAY=1SU;BYMONTH=11"]
    assert "DTSTART:20070311T020000" in lines
    assert "DTSTART:20050403T020000" in lines  # listed: the first Sunday of April
    assert "DTSTART:20221030T020000" in zone_lines("America/Mexico_City", 2021, 2029)


def test_winter_as_the_exception_is_written_the_usual_way_round():
    lines = zone_lines("Europe/Dublin", 2026, 2029)
    daylight = lines[lines.index("BEGIN:DAYLIGHT") : lines.index("END:DAYLIGHT")]
    assert "TZNAME:IST" in daylight
    assert "TZOFFSETTO:+0100" in daylight


def test_a_name_that_is_no_zone_is_refused_before_any_file_is_read():
    with pytest.raises(ValueError, match="refer"):
        zone_lines("../../../etc/passwd", 2026, 2029)
    with pytest.raises(zoneinfo.ZoneInfoNotFoundError):
        zone_lines("Europe/Atlantis", 2026, 2029)


def test_the_footer_is_that_of_the_zone():
    assert posix_footer("Europe/Paris") == "CET-1CEST,M3.5.0,M10.5.0/3"
    assert not posix_footer("Europe/Atlantis")


def test_without_zone_files_of_the_system_the_package_answers(monkeypatch):
    monkeypatch.setattr(zoneinfo, "TZPATH", ())
    assert posix_footer("Europe/Paris") == "CET-1CEST,M3.5.0,M10.5.0/3"
