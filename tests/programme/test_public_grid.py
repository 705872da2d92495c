"""The grid of a day: nothing hides anything, hours without anything are left out, nights in which clocks change."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import re
from zoneinfo import ZoneInfo

import pytest

from congress.core.colours import READABLE, contrast
from congress.programme import track_colours
from congress.programme.days import day_of
from congress.programme.enums import SlotKind
from congress.programme.snapshot import Programme, Room, Session, Slot
from congress.programme.timetable import by_start, days_in_use, entries_of
from congress.programme.timetable_grid import COLUMNS, ROWS, Grid, grid_of, stylesheet

PARIS = "Europe/Paris"
DAY = dt.date(2027, 3, 20)
MIDNIGHT = dt.datetime(2027, 3, 19, 23, tzinfo=dt.UTC)  # of the 20th in Paris


def room(number: int) -> Room:
    return Room(id=number, guid=f"room-{number}", name={"fr": f"Salle {number}"}, capacity=None)


def session(number: int) -> Session:
    texts = {"fr": f"Session {number}"}
    flags = {"is_recorded": False, "needs_sign_up": False, "join_url": None, "speaker_ids": (), "materials": ()}
    return Session(
        id=number,
        guid=f"{number}",
        code=f"S{number}",
        title=texts,
        track_id=None,
        language="fr",
        level="all",
        participation="on_site",
        subtitle={},
        abstract={},
        format={},
        **flags,
    )


def programme(*slots: tuple[int | None, float, float], midnight: dt.datetime = MIDNIGHT) -> Programme:
    """Slots as (room, first hour, hours), each of a session of its own; without a room a break for all."""
    made = []
    for number, (room_id, begins, lasts) in enumerate(slots, start=1):
        start = midnight + dt.timedelta(hours=begins)
        is_break = room_id is None
        made.append(
            Slot(
                id=number,
                guid=f"slot-{number}",
                kind=SlotKind.BREAK if is_break else SlotKind.SESSION,
                session_id=None if is_break else number,
                room_id=room_id,
                title={"fr": "Pause"} if is_break else {},
                starts_at=start,
                ends_at=start + dt.timedelta(hours=lasts),
                created_at=start,
                changed_at=start,
            )
        )
    rooms = sorted({room_id for room_id, _begins, _lasts in slots if room_id})
    return Programme(
        event_id=1,
        number=1,
        name="1",
        released_at=midnight,
        rooms=tuple(map(room, rooms)),
        tracks=(),
        speakers=(),
        sessions=tuple(session(slot.id) for slot in made if slot.session_id),
        slots=tuple(made),
    )


def grid(released: Programme, day: dt.date = DAY, zone: str = PARIS) -> Grid | None:
    return grid_of(released, entries_of(released, day, zone), day, zone)


def items(found: Grid):
    return [*found.across, *(item for column in found.columns for item in column.items)]


def places(found: Grid) -> dict[int, tuple[int, int, int, int]]:
    return {item.entry.slot.id: (item.row, item.end_row, item.column, item.width) for item in items(found)}


def hide_each_other(found: Grid) -> list[tuple[int, int]]:
    return [
        (one.entry.slot.id, other.entry.slot.id)
        for one, other in itertools.combinations(items(found), 2)
        if one.row < other.end_row
        and other.row < one.end_row
        and one.column < other.column + other.width
        and other.column < one.column + one.width
    ]


def test_rooms_stand_side_by_side_and_time_runs_down():
    found = grid(programme((1, 9, 1), (2, 9.5, 0.5), (1, 10, 0.25)))
    assert places(found) == {1: (1, 13, 2, 1), 2: (7, 13, 3, 1), 3: (13, 16, 2, 1)}
    assert [hour.row for hour in found.hours] == [1, 13]
    assert found.width == 2


def test_what_overlaps_in_a_room_stands_side_by_side_and_the_rest_takes_the_whole_width():
    found = grid(programme((1, 9, 1), (1, 9.5, 1), (1, 11, 1), (2, 9, 1)))
    assert {number: place[2:] for number, place in places(found).items()} == {
        1: (2, 1),
        2: (3, 1),
        3: (2, 2),
        4: (4, 1),
    }
    assert [(column.column, column.width) for column in found.columns] == [(2, 2), (4, 1)]


def test_a_break_goes_across_unless_something_happens_beside_it():
    alone = grid(programme((1, 9, 1), (2, 9, 1), (None, 10, 0.5)))
    assert [(item.column, item.width) for item in alone.across] == [(2, 2)]
    beside = grid(programme((1, 9, 1), (2, 10, 1), (None, 10, 0.5)))
    assert not beside.across
    assert beside.columns[0].is_for_all
    assert hide_each_other(beside) == []


def test_two_breaks_at_once_do_not_hide_each_other():
    found = grid(programme((1, 9, 1), (None, 10, 1), (None, 10.5, 1)))
    assert hide_each_other(found) == []
    assert found.columns[0].width == 2


def test_times_between_the_steps_do_not_hide_each_other():
    found = grid(programme((1, 9, 7 / 60), (1, 9 + 7 / 60, 0.5)))
    assert hide_each_other(found) == []


def test_hours_without_anything_are_left_out():
    found = grid(programme((1, 9, 1), (1, 21, 1)))
    assert [(hour.row, hour.follows_gap) for hour in found.hours] == [(1, False), (13, True)]
    assert places(found)[2][:2] == (13, 25)


def test_after_midnight_it_is_still_the_same_day_and_the_night_ends_at_four():
    released = programme((1, 22, 3), (1, 27.5, 2), (1, 28, 1))
    found = grid(released)
    assert set(places(found)) == {1, 2}
    assert days_in_use(released, PARIS) == [DAY, DAY + dt.timedelta(days=1)]
    assert max(item.end_row for item in items(found)) == len(found.hours) * 12 + 1


@pytest.mark.parametrize(
    ("midnight", "day", "hours"),
    [
        (dt.datetime(2027, 3, 26, 23, tzinfo=dt.UTC), dt.date(2027, 3, 27), ["01:00", "03:00"]),
        (dt.datetime(2027, 10, 29, 22, tzinfo=dt.UTC), dt.date(2027, 10, 30), ["01:00", "02:00", "02:00", "03:00"]),
    ],
)
def test_a_night_in_which_the_clocks_change_counts_time_as_it_passes(midnight, day, hours):
    real_hours = len(hours)
    found = grid(programme((1, 25, real_hours), midnight=midnight), day)
    shown = [f"{hour.instant.astimezone(ZoneInfo(PARIS)):%H:%M}" for hour in found.hours]
    assert shown == hours
    assert places(found)[1][:2] == (1, real_hours * 12 + 1)


def test_chance_finds_nothing_that_hides_something():
    chance = random.Random(7)
    for _ in range(60):
        slots = [
            (chance.choice([1, 1, 2, 3, None]), chance.randrange(4 * 12, 27 * 12) / 12, chance.randrange(1, 40) / 12)
            for _ in range(chance.randrange(2, 30))
        ]
        found = grid(programme((1, 9, 1), *slots))
        assert hide_each_other(found) == []
        assert len(items(found)) == len(entries_of(programme((1, 9, 1), *slots), DAY, PARIS))
        assert all(1 <= item.row < item.end_row <= ROWS + 1 for item in items(found))


def test_too_many_rooms_and_days_of_breaks_are_lists_only():
    assert grid(programme(*((number, 9, 1) for number in range(1, COLUMNS + 2)))) is None
    assert grid(programme(*((number, 9, 1) for number in range(1, COLUMNS + 1)))) is not None
    assert grid(programme((None, 9, 1))) is None


def test_every_place_that_is_used_has_its_class():
    css = stylesheet()
    assert set(re.findall(r"\.([a-z])\d+\{", css)) == {"b", "e", "c", "w"}
    assert f".b{ROWS}{{" in css
    assert f".e{ROWS}{{" in css
    assert f".c{COLUMNS + 1}{{" in css
    assert f".w{COLUMNS + 1}{{" in css


def test_the_list_takes_together_what_begins_together():
    released = programme((1, 9, 1), (2, 9, 2), (1, 10, 1))
    assert [len(together) for _start, together in by_start(entries_of(released, DAY, PARIS))] == [2, 1]


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#f7e08a", "#777777", "#e27d45", "#1f5fa8", "#00ff00"])
def test_ink_reads_well_on_every_colour_in_both_themes(colour):
    css = track_colours.stylesheet([colour])
    pairs = re.findall(r"--track: (#[0-9a-f]{6}); --track-ink: (#[0-9a-f]{6});", css)
    assert len(pairs) == 3
    assert all(contrast(ground, ink) >= READABLE for ground, ink in pairs)


@pytest.mark.parametrize("track", ["#000000", "#ffffff", "#ff0000", "#00ff00", "#0000ff", "#ffff00"])
@pytest.mark.parametrize(("surface", "ink"), [("#ffffff", "#47606a"), ("#102129", "#a6bac0")])
def test_a_tint_of_a_track_leaves_the_softer_ink_readable(track, surface, ink):
    mixed = "#" + "".join(
        f"{round(int(track[at : at + 2], 16) * 0.08 + int(surface[at : at + 2], 16) * 0.92):02x}" for at in (1, 3, 5)
    )
    assert contrast(mixed, ink) >= READABLE


def test_a_slot_belongs_to_the_day_on_which_it_begins():
    assert day_of(MIDNIGHT + dt.timedelta(hours=3, minutes=59), PARIS) == DAY - dt.timedelta(days=1)
    assert day_of(MIDNIGHT + dt.timedelta(hours=4), PARIS) == DAY
