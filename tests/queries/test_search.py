"""Tickets by their words, over both databases."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.desk import Desk
from helpdesk.queries import search as module
from helpdesk.queries.search import search
from helpdesk.rules.actor import Actor, ActorKind, Role
from tests.queries.conftest import Plant, planted

ANYBODY = Actor(ActorKind.AGENT, 1, role=Role.AGENT)
NOT_LEGAL = Actor(ActorKind.AGENT, 1, role=Role.AGENT, hidden_teams=frozenset({2}))


def found(desk: Desk, words: str, actor: Actor = ANYBODY) -> list[int]:
    with desk.read() as session:
        return [row.id for row in search(session, actor, words).rows]


@pytest.fixture
def numbers(desk: Desk, plant: Plant) -> list[int]:
    return plant(
        desk,
        [
            {"subject": "我要退款", "texts": ["订单重复扣款了"]},
            {"subject": "登山鞋換貨", "texts": ["訂單已寄出，但物流三天沒更新，想退款"]},
            {"subject": "Invoice TF-20931", "texts": ["Please refund me", "Über den Café"]},
            {"subject": "Claim", "texts": ["refund or court"], "team": 2},
        ],
    )


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("退款", [1, 0]),
        ("訂單", [1, 0]),  # Traditional finds Simplified
        ("订单 物流", [1]),
        ("換貨", [1]),
        ("换货", [1]),
        ("货换", []),  # the order of the characters counts
        ("refund", [3, 2]),
        ("REFUND me", [2]),
        ("ref", [3, 2]),  # the last word while it is typed
        ("ref ", []),  # it is typed
        ("refund ple", [2]),
        ("cafe uber", [2]),
        ("tf-20931", [2]),
        ("tf20931", [2]),
        ("jose muller 退款", [1, 0]),
        ("nothing of this", []),
        ("", []),
        ("\"';--*&|!:()", []),
    ],
)
def test_what_is_found(desk: Desk, numbers: list[int], words: str, wanted: list[int]) -> None:
    assert found(desk, words) == [numbers[n] for n in wanted]


def test_promise_6_search_finds_only_what_one_may_see(desk: Desk, numbers: list[int]) -> None:
    assert found(desk, "refund", NOT_LEGAL) == [numbers[2]]
    assert found(desk, f"#{numbers[3]}", NOT_LEGAL) == []
    assert found(desk, "refund", Actor(ActorKind.CUSTOMER)) == []


def test_a_number_is_the_first_hit(desk: Desk, numbers: list[int]) -> None:
    assert found(desk, f"#{numbers[0]}")[0] == numbers[0]
    assert found(desk, f" {numbers[1]} ")[0] == numbers[1]
    assert found(desk, "#999999999") == []


def test_pages_of_hits_hold_every_ticket_once(
    desk: Desk, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = plant(desk, [{"texts": ["stove"] * 4} for _ in range(11)])
    monkeypatch.setattr(module, "PAGE", 3)
    monkeypatch.setattr(module, "BATCH", 5)
    module._newest.cache_clear()
    after, hits = "", []
    with desk.read() as session:
        for _ in range(20):
            page = search(session, ANYBODY, "stove", after)
            hits += [row.id for row in page.rows]
            after = page.after
            if not after:
                break
    module._newest.cache_clear()
    assert hits == numbers[::-1]


def test_a_common_word_is_taken_as_whole(
    desk: Desk, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = plant(desk, [{"texts": ["tent"]}, {"texts": ["tents"]}])
    assert found(desk, "tent") == numbers[::-1]
    monkeypatch.setattr(module, "COMMON", 1)
    module._probe.cache_clear()
    assert found(desk, "tent") == numbers[:1]
    module._probe.cache_clear()


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.text(max_size=30))
def test_no_question_breaks_the_search(shared_desk: Desk, words: str) -> None:
    if not found(shared_desk, "anchor"):
        planted(shared_desk, [{"subject": "anchor"}])
    found(shared_desk, words)
