"""Writing down what happened, and telling those who watch."""

from __future__ import annotations

from typing import Any

from blinker import Signal

from helpdesk import signals
from helpdesk.database import WriteSession
from helpdesk.models import AuditEvent, Change, Ticket
from helpdesk.rules.actor import Actor


def record(
    session: WriteSession,
    actor: Actor,
    event: str,
    *,
    ticket: Ticket | None = None,
    customer_id: int | None = None,
    reason: str = "",
    **data: Any,
) -> None:
    """Add an AuditEvent; ``event`` is in the past tense ("ticket.resolved")."""
    session.add(
        AuditEvent(
            event=event,
            actor_kind=actor.kind.value,
            actor_id=actor.id,
            actor_name=actor.name,
            ticket_id=ticket.id if ticket else None,
            customer_id=customer_id or (ticket.customer_id if ticket else None),
            seq=ticket.last_seq if ticket else None,
            reason=reason,
            data=data,
        )
    )


def changed(session: WriteSession, ticket: Ticket) -> None:
    """Let the pages that know of ``ticket`` hear of it, once this transaction has committed."""
    _tell(session, signals.ticket_changed, ticket)


def receipted(session: WriteSession, ticket: Ticket) -> None:
    """The same for a receipt, which only the pages that show ``ticket`` must hear of."""
    _tell(session, signals.receipt_taken, ticket)


def _tell(session: WriteSession, signal: Signal, ticket: Ticket) -> None:
    if ticket.id is None:
        session.flush()
    session.announce(signal, ticket=ticket.id, version=ticket.version)
    if not session.pokes:
        session.add(Change(ticket_id=ticket.id, version=ticket.version))
