"""Where the messages of a ticket stand once it is part of another one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.merged_places import Standing, merged_places
from helpdesk.rules.merged_status import after_merge, after_parting
from helpdesk.rules.status import Status

START = datetime(2026, 11, 21, tzinfo=UTC)
minutes = st.lists(st.integers(0, 100), max_size=12).map(sorted)


def standing(at: list[int]) -> list[Standing]:
    return [(float(n), START + timedelta(minutes=m)) for n, m in enumerate(at, 1)]


def test_between_two_by_time() -> None:
    assert merged_places(standing([0, 10, 20]), standing([5, 10, 30])) == [1.5, 2.5, 3.5]


@given(minutes, minutes)
def test_all_stand_in_order_of_time(stay: list[int], come: list[int]) -> None:
    ours, theirs = standing(stay), standing(come)
    places = merged_places(ours, theirs)
    together = sorted([*ours, *zip(places, (at for _, at in theirs), strict=True)])
    assert [at for _, at in together] == sorted(at for _, at in together)
    assert len({place for place, _ in together}) == len(stay) + len(come)


@given(minutes, st.lists(st.integers(0, 100), max_size=12))
def test_each_keeps_its_own_order(stay: list[int], come: list[int]) -> None:
    """Also where a message was moved to the end of its ticket long after it was said."""
    places = merged_places(standing(stay), standing(come))
    assert places == sorted(places)
    assert all(0 < place < len(stay) + 1 for place in places)


@given(st.sampled_from(Status), st.sampled_from(Status))
def test_whoever_waits_in_either_still_does(one: Status, other: Status) -> None:
    status = after_merge(one, other)
    assert status == after_merge(other, one)
    assert status in (one, other)
    assert (status is Status.OPEN) == (Status.OPEN in (one, other))


def test_parted_it_stands_as_before_unless_somebody_spoke() -> None:
    for status in Status:
        assert after_parting(status, customer_spoke=False, we_spoke=False) is status
        assert after_parting(status, customer_spoke=True, we_spoke=True) is Status.OPEN
    assert after_parting(Status.OPEN, customer_spoke=False, we_spoke=True) is Status.WAITING
    assert after_parting(Status.CLOSED, customer_spoke=False, we_spoke=True) is Status.CLOSED
