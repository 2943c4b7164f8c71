"""One record per person: joining two that are the same, and answering suggestions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select, update

from helpdesk.actions import audit
from helpdesk.actions.search_index import reindex_ticket
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Customer, MergeSuggestion, Order, Ticket
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import SYSTEM, Actor
from helpdesk.rules.identity import Suggestion


def join(session: WriteSession, actor: Actor, keep: Customer, other: Customer, reason: str) -> None:
    """Make ``other`` part of ``keep``: everything of theirs moves over.

    The AuditEvent lists what moved, so that it can be moved back.
    """
    if keep.id == other.id or other.merged_into_id is not None:
        return
    session.flush()
    moved = {
        "contact_points": _move(session, ContactPoint, keep, other),
        "tickets": _move(session, Ticket, keep, other),
        "orders": _move(session, Order, keep, other),
    }
    keep.learn_name(other.name)
    keep.locale = keep.locale or other.locale
    keep.organization_id = keep.organization_id or other.organization_id
    other.merged_into_id = keep.id
    _settle_suggestions(session, keep, other)
    audit.record(
        session,
        actor,
        "customer.merged",
        customer_id=keep.id,
        reason=reason,
        other_id=other.id,
        moved=moved,
    )
    _show(session, moved["tickets"])


def _move(
    session: WriteSession,
    noun: type[ContactPoint] | type[Ticket] | type[Order],
    keep: Customer,
    other: Customer,
) -> list[int]:
    theirs = select(noun.id).where(noun.customer_id == other.id).order_by(noun.id)
    ids = list(session.scalars(theirs.with_for_update(key_share=True)))
    session.execute(update(noun).where(noun.customer_id == other.id).values(customer_id=keep.id))
    session.expire_all()
    return ids


def _settle_suggestions(session: WriteSession, keep: Customer, other: Customer) -> None:
    both = (keep.id, other.id)
    session.execute(
        update(MergeSuggestion)
        .where(MergeSuggestion.customer_id.in_(both), MergeSuggestion.other_id.in_(both))
        .values(state="accepted")
    )


def _show(session: WriteSession, ticket_ids: Sequence[int]) -> None:
    for ticket in session.scalars(select(Ticket).where(Ticket.id.in_(ticket_ids))):
        ticket.touch()
        reindex_ticket(session, ticket)
        audit.changed(session, ticket)


def suggest(session: WriteSession, customer: Customer, suggestion: Suggestion) -> None:
    """Remember that two customers may be one, once, unless somebody said they are not."""
    pair = (customer.id, suggestion.other_id)
    known = session.scalar(
        select(MergeSuggestion.id).where(
            or_(
                (MergeSuggestion.customer_id == pair[0]) & (MergeSuggestion.other_id == pair[1]),
                (MergeSuggestion.customer_id == pair[1]) & (MergeSuggestion.other_id == pair[0]),
            )
        )
    )
    if known is None:
        session.add(
            MergeSuggestion(customer_id=pair[0], other_id=pair[1], evidence=suggestion.evidence)
        )
        audit.record(
            session,
            SYSTEM,
            "customer.merge_suggested",
            customer_id=pair[0],
            other_id=pair[1],
            reason=suggestion.evidence,
        )


def accept_suggestion(desk: Desk, actor: Actor, suggestion_id: int) -> None:
    """An agent says that the two are one person. The older record stays."""
    actor.must_be_staff()
    with desk.write() as session:
        suggestion = _open(session, suggestion_id)
        older, newer = sorted((suggestion.customer_id, suggestion.other_id))
        join(
            session,
            actor,
            session.get_one(Customer, older),
            session.get_one(Customer, newer),
            suggestion.evidence,
        )


def dismiss_suggestion(desk: Desk, actor: Actor, suggestion_id: int) -> None:
    """An agent says that the two are different people; it is not suggested again."""
    actor.must_be_staff()
    with desk.write() as session:
        suggestion = _open(session, suggestion_id)
        suggestion.state = "dismissed"
        audit.record(
            session,
            actor,
            "customer.merge_dismissed",
            other_id=suggestion.other_id,
            customer_id=suggestion.customer_id,
        )


def _open(session: WriteSession, suggestion_id: int) -> MergeSuggestion:
    suggestion = session.get(MergeSuggestion, suggestion_id)
    if suggestion is None or suggestion.state != "open":
        raise NotFound("This suggestion has been answered already.")
    return suggestion
