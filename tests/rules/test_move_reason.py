"""Why a message was moved, and that the moves are kept with it."""

from __future__ import annotations

import pytest

from helpdesk.rules.move_reason import MOST, Move, MoveReason, NoReason, Why, moves_of, with_moves


def test_a_form_states_a_reason_and_perhaps_words() -> None:
    assert MoveReason.given("", "") == MoveReason(Why.OTHER_MATTER)
    stated = MoveReason.given("other_person", "  her\n sister’s order ")
    assert stated == MoveReason(Why.OTHER_PERSON, "her sister’s order")
    assert len(MoveReason.given("", "x" * 1000).words) == MOST
    with pytest.raises(NoReason):
        MoveReason.given("because", "")


def test_the_moves_are_kept_beside_the_other_facts() -> None:
    facts = {"authentication": {"dmarc": "pass"}}
    moves = [
        Move(3, 2, 2.0, "Mei", "other_matter", "the stove"),
        Move(4, 1, 1.0, "Jo", "mistake", opened=True),
    ]
    kept = with_moves(facts, moves)
    assert moves_of(kept) == moves
    assert with_moves(kept, []) == facts
    assert [str(move) for move in moves] == [
        "Moved from ticket 3 by Mei: it is another matter. the stove",
        "Moved from ticket 4 by Jo: it had been moved by mistake",
    ]
