"""One record per person: joining two that are the same, and answering suggestions."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select

from helpdesk.actions import audit
from helpdesk.actions.merging import join
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Customer, MergeSuggestion, NotPossible
from helpdesk.models.visibility import NotFound, customer_for
from helpdesk.rules.actor import SYSTEM, Actor


def suggest(
    session: WriteSession, customer_id: int, other_id: int, evidence: str, *, actor: Actor = SYSTEM
) -> bool:
    """Remember that two customers may be one, once, unless somebody said they are not.

    The ids are of the records as they were before any merge. True when it is new.
    """
    pair = MergeSuggestion
    known = session.scalar(
        select(pair.id).where(
            or_(
                (pair.customer_id == customer_id) & (pair.other_id == other_id),
                (pair.customer_id == other_id) & (pair.other_id == customer_id),
            )
        )
    )
    if known is not None or customer_id == other_id:
        return False
    session.add(pair(customer_id=customer_id, other_id=other_id, evidence=evidence))
    audit.record(
        session, actor, "customer.merge_suggested", customer_id=customer_id,
        other_id=other_id, reason=evidence,
    )  # fmt: skip
    return True


def accept_suggestion(desk: Desk, actor: Actor, suggestion_id: int) -> None:
    """An agent says that the two are one person. The older record stays."""
    actor.must_be_staff()
    with desk.write() as session:
        suggestion = _open(session, suggestion_id)
        both = (suggestion.customer_id, suggestion.other_id)
        older, newer = sorted(customer_for(session, actor, one).id for one in both)
        kept, other = session.get_one(Customer, older), session.get_one(Customer, newer)
        join(session, actor, kept, other, suggestion.evidence)


def merge(
    desk: Desk, actor: Actor, kept_id: int, other_id: int, reason: str, takes: Collection[str] = ()
) -> None:
    """An agent says that the two are one person, and which side each field is taken from.

    Raises ``NotFound``, ``NotPossible``.
    """
    actor.must_be_staff()
    with desk.write() as session:
        kept, other = (customer_for(session, actor, one) for one in (kept_id, other_id))
        if join(session, actor, kept, other, reason.strip()[:500], takes=takes) is None:
            raise NotPossible("These two are one record already.")


def dismiss_suggestion(desk: Desk, actor: Actor, suggestion_id: int) -> None:
    """An agent says that the two are different people; it is not suggested again."""
    actor.must_be_staff()
    with desk.write() as session:
        suggestion = _open(session, suggestion_id)
        for one in (suggestion.customer_id, suggestion.other_id):
            customer_for(session, actor, one)
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
