"""Whether a file that is kept from people can be let through."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Obstacle(StrEnum):
    """Why it cannot."""

    OPEN = "open"  # it is not kept from anybody
    INFECTED = "infected"
    LEFT_OUT = "left_out"  # its bytes lie in the envelope alone
    BEING_CHECKED = "being_checked"  # the virus check has not failed: its verdict comes


@dataclass(frozen=True, slots=True)
class Standing:
    """How a file stands. ``has_bytes``: it lies in the store; ``went_unanswered``: the virus check
    was asked for it in vain."""

    state: str
    has_bytes: bool
    went_unanswered: bool = False


def obstacle(file: Standing, *, has_scanner: bool) -> Obstacle | None:
    """What stands in the way; None when whoever has the right may let it through."""
    if file.state == "infected":
        return Obstacle.INFECTED
    if file.state not in ("refused", "held"):
        return Obstacle.OPEN
    if not file.has_bytes:
        return Obstacle.LEFT_OUT
    if file.state == "held" and has_scanner and not file.went_unanswered:
        return Obstacle.BEING_CHECKED
    return None


def state_after(file: Standing, *, has_scanner: bool) -> str:
    """How it stands once it is let through: a refused one is still checked for viruses."""
    return "held" if file.state == "refused" and has_scanner else "stored"
