"""News about a delivery moves it forward only, in whatever order it comes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channels.message import DeliveryState
from helpdesk.rules.delivery_state import advanced

states = st.sampled_from(list(DeliveryState))


def after(news: list[DeliveryState]) -> DeliveryState:
    state = DeliveryState.QUEUED
    for item in news:
        state = advanced(state, item) or state
    return state


def test_a_late_sent_does_not_hide_delivered() -> None:
    assert after([DeliveryState.DELIVERED, DeliveryState.SENT]) is DeliveryState.DELIVERED


def test_a_bounce_after_the_servers_yes_is_a_failure() -> None:
    assert after([DeliveryState.SENT, DeliveryState.FAILED]) is DeliveryState.FAILED


def test_unknown_settles_to_the_truth() -> None:
    assert after([DeliveryState.UNKNOWN, DeliveryState.DELIVERED]) is DeliveryState.DELIVERED


def test_what_a_person_read_has_not_failed() -> None:
    assert after([DeliveryState.READ, DeliveryState.FAILED]) is DeliveryState.READ


@given(st.lists(states))
def test_nothing_goes_back_to_queued(news: list[DeliveryState]) -> None:
    if any(item is not DeliveryState.QUEUED for item in news):
        assert after(news) is not DeliveryState.QUEUED


@given(st.lists(states))
def test_doubled_news_changes_nothing(news: list[DeliveryState]) -> None:
    assert after([item for one in news for item in (one, one)]) is after(news)


@given(
    st.lists(states.filter(lambda s: s is not DeliveryState.READ)).flatmap(
        lambda news: st.tuples(st.just(news), st.permutations(news))
    )
)
def test_order_does_not_matter(pair: tuple[list[DeliveryState], list[DeliveryState]]) -> None:
    assert after(pair[0]) is after(pair[1])
