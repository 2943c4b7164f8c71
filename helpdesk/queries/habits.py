"""How a customer likes to be reached: what they said, and what their last messages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from helpdesk.models import Customer, Message, Ticket
from helpdesk.models.visibility import visible_to
from helpdesk.rules import preference
from helpdesk.rules.actor import Actor
from helpdesk.rules.preference import LOOKED_AT, Observed


@dataclass(frozen=True, slots=True)
class Habit:
    """What is stated ("" and None for nothing) and what is observed."""

    stated_channel: str
    stated_hour: int | None
    observed_channel: Observed | None
    observed_hour: Observed | None

    @property
    def channel(self) -> str:
        """The channel by which they are best answered; "" while nothing says one."""
        return self.stated_channel or (self.observed_channel.value if self.observed_channel else "")

    @property
    def hour(self) -> int | None:
        """The first of the hours in which they are best reached, in the company's day."""
        if self.stated_hour is not None or self.observed_hour is None:
            return self.stated_hour
        return int(self.observed_hour.value)


def habit_of(session: Session, actor: Actor, customer_id: int, zone: ZoneInfo) -> Habit:
    """The habits of a customer, as far as ``actor`` sees their tickets."""
    wanted = {"customer": customer_id}
    stated = session.connection().execute(_STATED, wanted).one()
    written = session.connection().execute(_last_written(actor), wanted).all()
    return Habit(
        stated.preferred_channel or "",
        stated.preferred_hour,
        preference.channel([row.channel for row in written]),
        preference.hour([row.sent_at for row in written], zone),
    )


_STATED = select(Customer.preferred_channel, Customer.preferred_hour).where(
    Customer.id == bindparam("customer")
)


@lru_cache(1024)
def _last_written(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Channel and time of the last messages in the last tickets: few rows, whoever it is."""
    tickets = (
        select(Ticket.id)
        .where(Ticket.customer_id == bindparam("customer"), visible_to(actor))
        .order_by(Ticket.id.desc())
        .limit(LOOKED_AT)
    )
    written: Select[str, datetime] = (
        select(Message.channel, Message.sent_at)
        .where(
            Message.ticket_id.in_(tickets), Message.direction == "inbound",
            Message.visibility == "public", Message.automatic == "",
        )
        .order_by(Message.id.desc())
        .limit(LOOKED_AT)
    )  # fmt: skip
    return written
