"""What an address asks for, and that it says it again in the same words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.status import Priority, Status
from helpdesk.rules.ticket_filter import BadFilter, Sort, TicketFilter, parse, read, written


def test_an_address_is_a_filter() -> None:
    assert read("?status=open&assignee=none&tag=Refund&waiting=4h&sort=newest&view=x") == (
        TicketFilter(
            status=("open",),
            assignee=("none",),
            tag=("refund",),
            waiting=timedelta(hours=4),
            sort=Sort.NEWEST,
        )
    )


def test_repeated_names_are_one_set_whatever_their_order() -> None:
    assert read("status=waiting&status=open&status=open") == read("status=open&status=waiting")


def test_nothing_is_everything() -> None:
    assert read("").is_everything
    assert read("sort=newest&status=&page=3").is_everything
    assert not read("unread=1").is_everything


@pytest.mark.parametrize("words", ["90m", "1h 30m", "90", "1小时30分"])
def test_how_long_is_said_as_in_every_form(words: str) -> None:
    wanted = parse({"waiting": [words]})
    assert wanted.waiting == timedelta(minutes=90)
    assert written(wanted) == "waiting=90m"


def test_custom_fields_are_passed_on() -> None:
    assert read("field.size=44&field.colour=red").fields == (("colour", "red"), ("size", "44"))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("status=opne", "“opne” is no status. Possible are: open, waiting"),
        ("assignee=Mei", "takes a number, not “Mei”"),
        ("team=0", "takes a number"),
        ("customer=99999999999", "takes a number"),
        ("waiting=soon", "Say how long as 30m, 4h or 2d, not “soon”"),
        ("waiting=99999d", "Say how long"),
        ("language=!", "is no language"),
        ("unread=yes", "“yes” is no unread"),
        ("tag=" + "&tag=".join(map(str, range(30))), "asks for too much"),
        ("tag=" + "x" * 200, "asks for too much"),
    ],
)
def test_what_makes_no_sense_is_said(address: str, said: str) -> None:
    with pytest.raises(BadFilter) as refusal:
        read(address)
    assert said in str(refusal.value)


words = st.text("abcdefgh退款 &=%", min_size=1, max_size=12).filter(str.strip)
numbers = st.integers(1, 10**8).map(str)
filters = st.builds(
    dict,
    status=st.lists(st.sampled_from(list(Status)).map(str), max_size=3),
    priority=st.lists(st.sampled_from(list(Priority)).map(str), max_size=3),
    assignee=st.lists(numbers | st.sampled_from(["me", "none"]), max_size=3),
    team=st.lists(numbers | st.just("none"), max_size=2),
    tag=st.lists(words, max_size=3),
    language=st.lists(st.sampled_from(["en", "zh-Hans", "zh_Hant"]), max_size=2),
    waiting=st.lists(st.integers(1, 9999).map(lambda n: f"{n}m"), max_size=1),
    unread=st.lists(st.sampled_from(["0", "1"]), max_size=1),
    sort=st.lists(st.sampled_from(list(Sort)).map(str), max_size=1),
).map(lambda asked: asked | {"field.size": ["1"]})


@given(asked=filters)
def test_what_is_written_is_read_as_the_same(asked: dict[str, list[str]]) -> None:
    wanted = parse(asked)
    assert read(written(wanted)) == wanted


@given(asked=st.dictionaries(st.text(max_size=9), st.lists(st.text(max_size=9), max_size=3)))
def test_anything_is_a_filter_or_a_clear_no(asked: dict[str, list[str]]) -> None:
    said = "a filter"
    try:
        parse(asked)
    except BadFilter as refusal:
        said = str(refusal)
    assert said
