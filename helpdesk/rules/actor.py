"""Who does something, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from helpdesk.rules.refusal import Refusal


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class ActorKind(StrEnum):
    AGENT = "agent"
    CUSTOMER = "customer"
    BOT = "bot"
    SYSTEM = "system"


class NotAllowed(Refusal):
    """The actor has no right to this. The words say which right is missing."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``hidden_teams`` are the private teams whose tickets an agent must not see;
    ``contact_point_id`` is a visitor's own address."""

    kind: ActorKind
    id: int | None = None
    name: str = ""
    email: str = ""
    role: Role | None = None
    hidden_teams: frozenset[int] = frozenset()
    contact_point_id: int | None = None

    @property
    def is_staff(self) -> bool:
        return self.kind in (ActorKind.AGENT, ActorKind.SYSTEM)

    def must_be(self, *roles: Role) -> None:
        """Raise ``NotAllowed`` unless the actor holds one of ``roles`` (the system may all)."""
        if self.kind is ActorKind.SYSTEM or (self.kind is ActorKind.AGENT and self.role in roles):
            return
        if Role.SUPERVISOR in roles:
            raise NotAllowed("Only supervisors and admins may do this.")
        raise NotAllowed("Only admins may do this.")

    def must_be_staff(self) -> None:
        if not self.is_staff:
            raise NotAllowed("Only agents may do this.")


SYSTEM = Actor(ActorKind.SYSTEM, name="Helpdesk")
BOT = Actor(ActorKind.BOT, name="Bot")
ANYBODY = Actor(ActorKind.CUSTOMER)
"""A reader of the public help centre, of whom nothing is known."""
