"""What the bot may be told of a ticket: an order, for a requester who has proved who they are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import Order, Ticket
from helpdesk.models.visibility import NotFound
from helpdesk.queries.asker import is_proved
from helpdesk.queries.code_addresses import may_offer
from helpdesk.rules.status import Owner


@dataclass(frozen=True, slots=True)
class OrderFound:
    """``state`` is verified (with the order), unproved or unknown; ``may_send_code`` says of an
    asker who is unproved that a one-time code can be offered."""

    state: str
    order: Order | None = None
    may_send_code: bool = False


def ticket_of(session: Session, ticket_id: int, epoch: int) -> int:
    """The ticket, while the bot of this epoch speaks in it. Raises ``NotFound``."""
    found = session.scalar(
        select(Ticket.id).where(
            Ticket.id == ticket_id, Ticket.bot_epoch == epoch, Ticket.owner == Owner.BOT.value
        )
    )
    if found is None:
        raise NotFound("There is no such conversation.")
    return found


def order_for(session: Session, ticket_id: int, external_id: str) -> OrderFound:
    """The requester's order of this number.

    Who has proved nothing learns nothing, not even whether the number exists; who has proved
    themselves learns of their own orders only.
    """
    if not is_proved(session, ticket_id):
        return OrderFound("unproved", may_send_code=may_offer(session, ticket_id))
    order = session.scalar(
        select(Order)
        .join(Ticket, Ticket.customer_id == Order.customer_id)
        .where(
            Ticket.id == ticket_id,
            func.upper(Order.external_id) == external_id.strip().lstrip("#").upper()[:64],
        )
    )
    return OrderFound("verified", order) if order is not None else OrderFound("unknown")
