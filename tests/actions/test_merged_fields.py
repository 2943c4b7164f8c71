"""Custom fields of customers follow a merge, and come back as they were."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk.actions import merging
from helpdesk.actions.custom_fields import Definition, add_field, set_customer_fields
from helpdesk.desk import Desk
from helpdesk.models import Customer, CustomerMerge
from helpdesk.queries.custom_fields import customer_fields
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from tests.factories import Mail, receive

KEYS = ("size", "tier", "club")


@pytest.fixture
def people(desk: Desk) -> list[int]:
    """Three customers, each of whom has a size, and something that the first has not."""
    for key in KEYS:
        add_field(desk, SYSTEM, FieldNoun.CUSTOMER, key, FieldKind.TEXT, Definition(key))
    for name in ("ann", "bo", "cleo"):
        receive(desk, Mail(sender=f"{name} <{name}@fjell.example>"))
    with desk.read() as session:
        numbers = list(session.scalars(select(Customer.id).order_by(Customer.id)))
    given = (
        {"size": "S"},
        {"size": "M", "tier": "gold"},
        {"size": "L", "tier": "tin", "club": "x"},
    )
    for number, values in zip(numbers, given, strict=True):
        set_customer_fields(desk, SYSTEM, number, values)
    return numbers


def seen(desk: Desk, *numbers: int) -> list[str]:
    with desk.read() as session:
        return [" ".join(f.value or "-" for f in customer_fields(session, n)) for n in numbers]


def joined(desk: Desk, keep: int, other: int) -> int:
    with desk.write() as session:
        pair = [session.get_one(Customer, number) for number in (keep, other)]
        merge = merging.join(session, SYSTEM, *pair, reason="test")
        assert isinstance(merge, CustomerMerge)
        return merge.id


APART = ["S - -", "M gold -", "L tin x"]


def test_the_kept_records_own_values_win_and_gaps_are_filled(desk: Desk, people: list[int]) -> None:
    ann, bo, _cleo = people
    merge = joined(desk, ann, bo)
    assert seen(desk, ann) == ["S gold -"]
    merging.unmerge(desk, SYSTEM, merge)
    assert seen(desk, *people) == APART


@pytest.mark.parametrize("first_undone", [0, 1])
def test_two_merges_in_one_record_come_apart_in_any_order(
    desk: Desk, people: list[int], first_undone: int
) -> None:
    """What the one that stays has comes forth where the other's filled the gap."""
    ann, bo, cleo = people
    merges = [joined(desk, ann, bo), joined(desk, ann, cleo)]
    assert seen(desk, ann) == ["S gold x"]
    merging.unmerge(desk, SYSTEM, merges.pop(first_undone))
    assert seen(desk, ann) == [("S tin x", "S gold -")[first_undone]]
    merging.unmerge(desk, SYSTEM, merges.pop())
    assert seen(desk, *people) == APART


@pytest.mark.parametrize("first_undone", [0, 1])
def test_a_merged_record_that_is_merged_comes_apart_in_any_order(
    desk: Desk, people: list[int], first_undone: int
) -> None:
    ann, bo, cleo = people
    merges = [joined(desk, bo, cleo), joined(desk, ann, bo)]
    assert seen(desk, ann) == ["S gold x"]
    merging.unmerge(desk, SYSTEM, merges.pop(first_undone))
    alone, shown = ((cleo, ["S gold -", "L tin x"]), (bo, ["S - -", "M gold x"]))[first_undone]
    assert seen(desk, ann, alone) == shown
    merging.unmerge(desk, SYSTEM, merges.pop())
    assert seen(desk, *people) == APART


def test_what_is_written_while_merged_stays_with_the_record_that_it_was_written_on(
    desk: Desk, people: list[int]
) -> None:
    ann, bo, _cleo = people
    merge = joined(desk, ann, bo)
    set_customer_fields(desk, SYSTEM, ann, {"size": "XL", "club": "new"})
    merging.unmerge(desk, SYSTEM, merge)
    assert seen(desk, ann, bo) == ["XL - new", "M gold -"]


@pytest.mark.parametrize(("written", "shown"), [("silver", "silver"), ("", "-")])
def test_a_word_over_a_value_that_filled_a_gap_is_about_the_kept_record_alone(
    desk: Desk, people: list[int], written: str, shown: str
) -> None:
    ann, bo, _cleo = people
    merge = joined(desk, ann, bo)
    set_customer_fields(desk, SYSTEM, ann, {"tier": written})
    assert seen(desk, ann) == [f"S {shown} -"]
    merging.unmerge(desk, SYSTEM, merge)
    assert seen(desk, ann, bo) == [f"S {shown} -", "M gold -"]


def test_a_value_that_stood_aside_fills_the_gap_of_its_own_part_again(
    desk: Desk, people: list[int]
) -> None:
    ann, bo, cleo = people
    joined(desk, bo, cleo)
    above = joined(desk, ann, bo)
    set_customer_fields(desk, SYSTEM, ann, {"club": "y"})
    merging.unmerge(desk, SYSTEM, above)
    assert seen(desk, ann, bo) == ["S - y", "M gold x"]
