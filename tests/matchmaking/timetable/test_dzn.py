"""The published format is read whatever its layout, and refused in a sentence that names the line."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.matchmaking.timetable import dzn
from congress.matchmaking.timetable.problem import Meeting, Modality, Person, Problem, Slot, Table

SMALL = """% three people
nBusiness = 3;
nMeetings = 2;
nTables = 1;
nTotalSlots = 4;
nMorningSlots = 2;

requested = [|1, 2,1,\x20
|3, 1,3,\x20
|];
meetingsxBusiness = [{1,2},{1},{2}];
nMeetingsBusiness = [2,1,1];
forbidden = [{0},
{1,3},
{}];
fixed = [0,4];
precedences = [{},
{1}];
"""
READ = Problem(
    slots=tuple(Slot(at * 30, at * 30 + 30, modality=Modality.ON_SITE) for at in range(4)),
    people=(Person(), Person(blocked=0b101), Person()),
    tables=(Table(),),
    meetings=(Meeting((0, 1), allowed=0b11), Meeting((2, 0), slot=3, after=frozenset({0}))),
)


def test_a_file_is_read():
    assert dzn.read(SMALL) == READ


@pytest.mark.parametrize(
    "variant",
    [
        SMALL.replace("\n", "\r\n"),
        re.sub(r"\s+", " ", SMALL.partition("\n")[2]),
        SMALL.replace("\x20\n", "\n").replace(",1,\n", ",1\n").replace(",3,\n|]", ",3|]"),
        SMALL.replace("{1,3}", "{3 , 1}").replace("[{0}", "[ {0}"),
        SMALL.replace("{1,3}", "{1,3,}").replace("{}]", "{},]"),
        SMALL.replace("nTables", "/* a\ncomment */ nTables").replace("= 2;", "= 2; % here = 1"),
        SMALL.replace("= [{},\n{1}]", "= [1..0,\n1..1]"),
        SMALL.replace("requested = [|1, 2,1, \n|3, 1,3, \n|]", "requested = [|1,2,1|3,1,3|]"),
    ],
)
def test_its_layout_does_not_matter(variant):
    assert dzn.read(variant) == READ


def test_the_afternoon_is_the_rest():
    assert dzn.read(SMALL.replace("2,1,", "2,2,")).meetings[0].allowed == 0b1100


BROKEN = {
    "no size": ("nTables = 1;\n", "", "The file does not say what nTables is."),
    "a size that is no number": ("nTables = 1", "nTables = {1}", "Line 4: nTables has to be a number."),
    "a size below nothing": ("nTables = 1", "nTables = -1", "Line 4: nTables has to be between 0 and 20000."),
    "a size beyond reason": ("nTables = 1", "nTables = 20001", "Line 4: nTables has to be between 0 and 20000."),
    "a number without end": ("nTables = 1", "nTables = " + "9" * 5000, "Line 4: 999999… is too large a number."),
    "mornings too long": (
        "nMorningSlots = 2",
        "nMorningSlots = 5",
        "Line 6: nMorningSlots is larger than nTotalSlots.",
    ),
    "a row too few": ("|3, 1,3,", "", "Line 8: requested has 1 rows instead of 2."),
    "a row too short": ("3, 1,3", "3,1", "Line 9: A row of requested has three numbers: two people and the session."),
    "a person who is not there": ("3, 1,3", "4, 1,3", "Line 9: A meeting has two different people between 1 and 3."),
    "a person alone": ("3, 1,3", "3, 3,3", "Line 9: A meeting has two different people between 1 and 3."),
    "a session that is not there": (
        "3, 1,3",
        "3, 1,4",
        "Line 9: The session is 1 (morning), 2 (afternoon) or 3 (any).",
    ),
    "a slot that is not there": (
        "{1,3}",
        "{1,5}",
        "Line 14: An entry of forbidden has to be a set of numbers from 0 to 4.",
    ),
    "a number for a set": ("{1,3}", "3", "Line 14: An entry of forbidden has to be a set of numbers from 0 to 4."),
    "a set too few": ("{1,3},\n", "", "Line 13: forbidden has 2 entries instead of 3."),
    "fixed too late": ("[0,4]", "[0,5]", "Line 16: An entry of fixed has to be a number from 0 to 4."),
    "fixed to a set": ("[0,4]", "[0,{4}]", "Line 16: An entry of fixed has to be a number from 0 to 4."),
    "after a meeting that is not there": (
        "{1}];\n",
        "{3}];\n",
        "Line 18: An entry of precedences has to be a set of numbers from 0 to 2.",
    ),
    "no end": (";\nfixed", "\nfixed", "Line 16: “fixed” stands where “;” should be."),
    "an open bracket": ("{1}];\n", "{1}", "Line 18: “the end of the file” stands where “,” or “]” should be."),
    "twice the same": ("fixed", "nTables = 1; fixed", "Line 16: nTables stands here a second time."),
    "a list in a list": ("[0,4]", "[[0],4]", "Line 16: “[” stands where “number” should be."),
    "a call": ("[0,4]", "open [1]", "Line 16: “open” stands where “number” should be."),
    "a sign that means nothing": ("[0,4]", "[0,!]", "Line 16: “!” means nothing here."),
    "a range that fills the memory": ("[0,4]", "[" + "0..999999," * 20 + "]", "Line 16: The ranges are too long."),
    "an open comment": ("nTables", "/* nTables", "Line 4: “/” means nothing here."),
}


@pytest.mark.parametrize(("old", "new", "sentence"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_in_a_sentence(old, new, sentence):
    assert old in SMALL
    with pytest.raises(dzn.UnreadableError) as refused:
        dzn.read(SMALL.replace(old, new, 1))
    assert str(refused.value) == sentence


def test_a_file_beyond_reason_is_refused():
    with pytest.raises(dzn.UnreadableError, match="larger than 8 MB"):
        dzn.read(" " * (dzn.LARGEST_FILE + 1))


@given(st.text(alphabet="[|]{},;=.%/*-n01 \n\N{EM DASH}", max_size=60))
def test_any_text_is_read_or_refused(text):
    with pytest.raises(dzn.UnreadableError):
        dzn.read(text)


@given(st.integers(0, len(SMALL)), st.integers(0, 12), st.sampled_from(["", "0", "9", "{", "]", ";", "|", "..", "-"]))
def test_a_damaged_file_is_read_or_refused(at, length, put):
    with suppress(dzn.UnreadableError):
        dzn.read(SMALL[:at] + put + SMALL[at + length :])


@st.composite
def problems(draw):
    slots, people, morning = draw(st.integers(1, 8)), draw(st.integers(2, 6)), draw(st.integers(0, 8))
    morning = min(morning, slots)
    before = (1 << morning) - 1
    allowed = st.sampled_from([None, before, ((1 << slots) - 1) & ~before])
    pairs = draw(st.lists(st.permutations(range(people)), max_size=8))
    meetings = tuple(
        Meeting(
            tuple(order[:2]),
            allowed=draw(allowed),
            slot=draw(st.none() | st.integers(0, slots - 1)),
            after=draw(st.frozensets(st.integers(0, len(pairs) - 1), max_size=2)),
        )
        for order in pairs
    )
    blocked = st.integers(0, (1 << slots) - 1)
    made = tuple(Slot(at * 30, at * 30 + 30, modality=Modality.ON_SITE) for at in range(slots))
    crowd = tuple(Person(blocked=draw(blocked)) for _ in range(people))
    return Problem(made, crowd, (Table(),) * draw(st.integers(0, 4)), meetings), morning


@given(problems())
def test_what_is_written_is_read_again(made):
    problem, morning = made
    again = dzn.read(dzn.write(problem, morning))
    full = (1 << len(problem.slots)) - 1

    def plain(meeting):
        return replace(meeting, allowed=None if meeting.allowed == full else meeting.allowed)

    assert replace(again, meetings=tuple(map(plain, again.meetings))) == replace(
        problem, meetings=tuple(map(plain, problem.meetings))
    )


@pytest.mark.parametrize(
    "other",
    [
        replace(READ, people=(Person(maximum=1), *READ.people[1:])),
        replace(READ, people=(Person(remote=1), *READ.people[1:])),
        replace(READ, tables=(Table(closed=1),)),
        replace(READ, excluded=frozenset({(0, 1)})),
        replace(READ, slots=tuple(replace(slot, modality=Modality.HYBRID) for slot in READ.slots)),
        replace(READ, slots=tuple(replace(slot, session=at) for at, slot in enumerate(READ.slots))),
        replace(READ, meetings=(replace(READ.meetings[0], table=0), READ.meetings[1])),
        replace(READ, meetings=(replace(READ.meetings[0], people=(0, 1, 2)), READ.meetings[1])),
        replace(READ, meetings=(replace(READ.meetings[0], allowed=0b110), READ.meetings[1])),
    ],
)
def test_what_the_format_cannot_say_is_not_written(other):
    with pytest.raises(ValueError, match="The format knows"):
        dzn.write(other, 2)
