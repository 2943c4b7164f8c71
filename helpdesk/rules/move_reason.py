"""Why a message was put into another ticket: one of a few reasons, and perhaps own words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from helpdesk.rules.refusal import Refusal

MOST = 300  # characters


class NoReason(Refusal):
    """There is no such reason."""


class Why(StrEnum):
    OTHER_MATTER = "other_matter"  # it is about something else than its ticket
    SAME_MATTER = "same_matter"  # it goes on with what the other ticket is about
    OTHER_PERSON = "other_person"  # somebody else's: it was filed under the wrong customer
    MISTAKE = "mistake"  # it should not have been moved


SAID = {
    Why.OTHER_MATTER: "it is another matter",
    Why.SAME_MATTER: "it belongs to that matter",
    Why.OTHER_PERSON: "it is somebody else's",
    Why.MISTAKE: "it had been moved by mistake",
}


@dataclass(frozen=True, slots=True)
class MoveReason:
    """What an agent states when they move a message."""

    why: Why = Why.OTHER_MATTER
    words: str = ""

    @classmethod
    def given(cls, why: str, words: str) -> Self:
        """From a form; no ``why`` is another matter. Raises ``NoReason``."""
        if why and why not in set(Why):
            raise NoReason("There is no such reason to move a message.")
        return cls(Why(why or Why.OTHER_MATTER), " ".join(words.split())[:MOST])


@dataclass(frozen=True, slots=True)
class Move:
    """One move of a message, kept with it: where it lay, under which number and place, who moved
    it and why. ``opened``: the ticket that it went to was opened for it."""

    was: int
    seq: int
    place: float
    by: str
    why: str
    words: str = ""
    opened: bool = False

    def __str__(self) -> str:
        said = f"Moved from ticket {self.was} by {self.by}: {SAID[Why(self.why)]}"
        return f"{said}. {self.words}" if self.words else said


FACT = "moves"  # in the facts of a message: its moves so far, the last one last


def moves_of(facts: dict[str, Any]) -> list[Move]:
    return [Move(**kept) for kept in facts.get(FACT, ())]


def with_moves(facts: dict[str, Any], moves: list[Move]) -> dict[str, Any]:
    """The facts with these moves in place of those that they keep."""
    others = {name: value for name, value in facts.items() if name != FACT}
    kept = [{name: getattr(move, name) for name in Move.__dataclass_fields__} for move in moves]
    return others | {FACT: kept} if kept else others
