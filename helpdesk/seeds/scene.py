"""One story while it is told: who acts, in which ticket, and when it is to have happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from helpdesk.actions import intake
from helpdesk.actions.intake import Outcome
from helpdesk.actions.replies import Said
from helpdesk.desk import Desk
from helpdesk.rules.actor import Actor
from helpdesk.seeds.company import Colleague


class Step(Protocol):
    """One thing that happens in a story; ``ago`` is how long before now ("2d 3h")."""

    @property
    def ago(self) -> str: ...

    def play(self, scene: Scene) -> None: ...


@dataclass(frozen=True)
class Story:
    """One matter of one customer, told from its first word. ``slug`` names it for ever."""

    slug: str
    steps: tuple[Step, ...]


@dataclass
class Scene:
    """Where a story stands. Every contact and reply carries a key made of the slug and its
    number, so that telling a story twice changes nothing."""

    desk: Desk
    slug: str
    inboxes: Mapping[str, int]
    actors: Mapping[str, Actor]
    number: int = 0
    ticket: int = 0
    at: datetime = field(init=False)  # when the present step is to have happened
    envelope: int | None = None
    seq: int | None = None  # of the message that the present step made
    said: Said | None = None  # our last reply

    @property
    def key(self) -> str:
        return f"seed:{self.slug}:{self.number}"

    def turn_to(self, number: int, at: datetime) -> None:
        """The next step, which is to have happened at ``at``."""
        self.number, self.at = number, at
        self.envelope = self.seq = None

    def actor(self, colleague: Colleague) -> Actor:
        return self.actors[colleague.email]

    def take_in(self, channel: str, raw: bytes, *, key: str = "", **meta: str) -> Outcome:
        """Bring a contact through the real intake. Raises ``RuntimeError`` if it is refused."""
        kept = intake.accept(self.desk, self.inboxes[channel], raw, key=key or self.key, meta=meta)
        outcome = intake.attach(self.desk, kept.envelope_id)
        if outcome.outcome in ("quarantined", "ignored"):
            raise RuntimeError(f"The demo's {self.key} was {outcome.outcome}: {outcome.reason}")
        self.envelope = kept.envelope_id
        self.seq = outcome.message
        self.ticket = self.ticket or outcome.ticket or 0
        if outcome.ticket != self.ticket:
            raise RuntimeError(f"The demo's {self.key} went astray: {outcome.reason}")
        return outcome

    def has_said(self, said: Said) -> None:
        self.said, self.seq = said, said.seq
