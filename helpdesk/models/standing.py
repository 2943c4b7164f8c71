"""How a ticket stands in the queue, kept to be put back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from helpdesk.models.ticket import Ticket

_TIMES = ("queue_at", "snoozed_until", "ended_at")


@dataclass(frozen=True, slots=True)
class Standing:
    """A ticket's status and what goes with it."""

    status: str
    queue_at: datetime
    snoozed_until: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        return cls(ticket.status, ticket.queue_at, ticket.snoozed_until, ticket.ended_at)

    @classmethod
    def kept(cls, values: dict[str, Any]) -> Self:
        """The one that ``as_json`` wrote."""
        times = {name: values[name] and datetime.fromisoformat(values[name]) for name in _TIMES}
        return cls(status=values["status"], **times)

    def as_json(self) -> dict[str, Any]:
        times = {name: getattr(self, name) for name in _TIMES}
        return {
            "status": self.status,
            **{name: at.isoformat() if at else None for name, at in times.items()},
        }

    def put_back(self, ticket: Ticket) -> None:
        ticket.status, ticket.queue_at = self.status, self.queue_at
        ticket.snoozed_until, ticket.ended_at = self.snoozed_until, self.ended_at
