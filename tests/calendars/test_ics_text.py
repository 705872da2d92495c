from __future__ import annotations

import dataclasses
import unicodedata

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from congress.calendars import cleaning
from congress.calendars.ics import Party, feed, invitation
from tests.calendars.samples import FULL, details, every_time, item
from tests.support.ics_readers import every_reader, names, unfolded, values, whole_readers
from tests.support.libical import read_with_libical
from tests.support.node_readers import read_with_ical_js

FAMILY = "👩‍👩‍👧‍👦"
nasty = st.lists(
    st.one_of(
        st.characters(),  # lone surrogates and noncharacters too
        st.sampled_from("\r\n\t\0\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\u202e\ufeff\\;,:\"^'é🎉ا\u202f "),
        st.sampled_from(["\r\nX-EVIL:1", "\nEND:VEVENT", "\\n", "^n", FAMILY, "é" * 40]),
    ),
    max_size=60,
).map("".join)


def harmless(value: str) -> bool:
    """No control but the tab (RFC 5545 §3.3.11 allows it in a text), no break, no half of a surrogate pair."""
    return not any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in value.replace("\t", ""))


@given(text=nasty)
@example(text='"\r\nX-EVIL:1')
@example(text="é" * 60 + FAMILY * 10)
@every_time
def test_no_text_adds_a_property_or_breaks_a_line(text):
    def raw(text: str) -> bytes:
        address = f"https://example.org/{text}"
        full = dataclasses.replace(
            FULL,
            uid=f"x{text}",
            title=text,
            description=f"x{text}",
            location=f"x{text}",
            categories=[f"x{text}", text],
            organiser=Party(f"x{text}", f"{text}@example.org"),
            attendee=Party(text, f"{text}@example.org"),
            url=address,
            join_url=address,
            image=address,
        )
        there = details(name=text, description=f"x{text}", url=address, source=address)
        return feed(there, [full]) + invitation([full], "REQUEST", "fr")

    assert names(raw(text)) == names(raw("harmless"))
    assert all(map(harmless, unfolded(raw(text))))


@pytest.mark.parametrize("read", whole_readers)
@given(text=nasty)
@example(text="é" * 60 + FAMILY * 10)
@example(text="مرحبا بالعالم " * 8)
@example(text="\\n; \\, \\\\")
@example(text="C:\\NEW\\new, \\\\Nova")
@every_time
def test_readers_see_the_text_without_its_controls(read, text):
    (seen,) = read(feed(details(), [item(title=text, location=f"x{text}", description=text)]))
    assert seen.title == (cleaning.one_line(text) or "-")
    assert seen.location == cleaning.one_line(f"x{text}")
    assert harmless(seen.title)
    assert harmless(seen.description.replace("\n", ""))


@pytest.mark.parametrize("read", every_reader)
@pytest.mark.parametrize(
    "text", ["é" * 60 + FAMILY * 10, "a" + "🎉" * 40, "مرحبا بالعالم " * 8, "Accès; détails, \\fin"]
)
def test_readers_see_accents_and_emoji_at_the_fold(read, text):
    (seen,) = read(feed(details(), [item(title=text, location=text, description=text)]))
    assert (seen.title, seen.location, seen.description) == (text.strip(),) * 3


@pytest.mark.parametrize("read", every_reader)
def test_every_kind_of_line_break_is_one_in_a_description_and_a_space_in_a_title(read):
    text = "a\r\nb\rc\nd\u2028e\u2029f\x85g\x0bh"
    (seen,) = read(feed(details(), [item(title=text, description=text)]))
    assert seen.title == "a b c d e f g h"
    assert seen.description == "a\nb\nc\nd\ne\nf\ng\nh"


def test_a_name_with_quotes_and_carets_is_read_back():
    raw = feed(details(), [item(organiser=Party('Jean "Jo" ^n; Dupont, fils', "jean@example.org"))])
    (event,) = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert event["ORGANIZER"].params["CN"] == 'Jean "Jo" ^n; Dupont, fils'


@given(text=st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zs", "Zl", "Zp", "Po"]), max_size=400))
@every_time
def test_the_fold_cuts_no_character_and_loses_none(text):
    assert values(feed(details(), [item(title=text)]), "SUMMARY") == [f":{text or '-'}"]


@pytest.mark.parametrize(
    "raw",
    [
        b"SUMMARY:a\n",
        b"SUMMARY:" + b"a" * 68 + b"\r\n",
        b"SUMMARY:\xf0\x9f\r\n \x8e\x89\r\n",
        b"SUMMARY:a\r\nno property\r\n",
        b"SUMMARY:a\x00\r\n",
        b'ATTENDEE;CN="a"b":mailto:x\r\n',
        b"SUMMARY:a",
    ],
)
def test_the_look_at_the_octets_notices(raw):
    with pytest.raises((AssertionError, UnicodeDecodeError)):
        unfolded(raw)


def test_the_look_at_the_octets_accepts_what_is_right():
    assert unfolded(b"SUMMARY:" + b"a" * 67 + b"\r\n b\r\n") == ["SUMMARY:" + "a" * 67 + "b"]


def test_the_list_of_names_notices_an_injected_line():
    assert names(b"SUMMARY:a\r\nX-EVIL:1\r\n") == ["SUMMARY", "X-EVIL"]
    assert names(b"SUMMARY:a\\nX-EVIL:1\r\n") == ["SUMMARY"]


def test_libical_objects_to_what_the_standard_forbids():
    raw = feed(details(), [item()])
    read_with_libical(raw)
    for old, new in ((b"UID:session-1", b"X-UID:session-1"), (b"STATUS:CONFIRMED", b"STATUS:NONSENSE")):
        with pytest.raises(AssertionError):
            read_with_libical(raw.replace(old, new))


def test_no_reader_takes_half_a_file():
    raw = feed(details(), [item()])
    for read in (read_with_ical_js, read_with_libical):
        with pytest.raises(AssertionError):
            assert read(raw[: len(raw) // 2]) != []
