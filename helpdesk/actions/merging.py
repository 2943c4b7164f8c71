"""Two records become one, and two again: by hand, by a suggestion, or by a proof.

What belongs to a record moves by one statement a noun, however much it is. Nothing says what was
moved: each row knows its home (``models.belonging``), also one that came after the merge, so that
undoing a merge leaves everything as if it had never been.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, insert, null, or_, select, update

from helpdesk import signals
from helpdesk.actions import audit, customer_words, merged_fields
from helpdesk.actions.merge_values import show, subtree
from helpdesk.actions.search_index import reindex_customer
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    Change,
    ContactPoint,
    Customer,
    CustomerMerge,
    CustomerNote,
    MergeSuggestion,
    Message,
    NotPossible,
    Order,
    Participant,
    Ticket,
    now,
)
from helpdesk.models.visibility import NotFound, customer_for
from helpdesk.rules.actor import Actor, ActorKind
from helpdesk.rules.merge_fields import FIELDS

BELONGINGS: tuple[Any, ...] = (ContactPoint, Ticket, Order, CustomerNote)
"""Every noun that moves with its customer. A new one is a ``Belonging``, and stands here.
Custom fields are one, too, but of two values only one is shown: ``merged_fields``."""

_BY_SQL: dict[str, Any] = {"synchronize_session": False}


def join(
    session: WriteSession,
    actor: Actor,
    keep: Customer,
    other: Customer,
    reason: str,
    *,
    takes: Collection[str] = (),
) -> CustomerMerge | None:
    """Make ``other`` part of ``keep``. ``takes`` names the fields (``rules.merge_fields``) that
    are shown as the other has them. None: one of them is part of a record already."""
    session.flush()
    _hold(session, (keep.id, other.id))
    if keep.id == other.id or keep.merged_into_id or other.merged_into_id:
        return None
    merge = CustomerMerge(
        kept_id=keep.id, other_id=other.id, takes=[f for f in FIELDS if f in takes],
        reason=reason, actor_kind=actor.kind.value, actor_name=actor.name,
    )  # fmt: skip
    session.add(merge)
    session.flush()
    family = subtree(session, other.id)
    moved = {noun.__tablename__: _take(session, noun, keep, other) for noun in BELONGINGS}
    moved["field_values"] = merged_fields.fill(session, keep.id, other.id)
    _point_to(session, family, keep.id)
    _settle_suggestions(session, merge, subtree(session, keep.id), family)
    session.expire_all()
    show(session, keep)
    _make_due(session, keep)
    audit.record(
        session, actor, "customer.merged", customer_id=keep.id, reason=reason,
        other_id=other.id, other=other.display_name, merge=merge.id, moved=moved,
    )  # fmt: skip
    _tell(session, moved["tickets"])
    _found_again(session, keep, other)
    return merge


def unmerge(
    desk: Desk, actor: Actor, merge_id: int, reason: str = "", *, seen_at: int | None = None
) -> int:
    """Make the two records of a merge two again; the id of the one that stands by itself now.

    Everything is where it would be had they never been merged. ``seen_at`` is the record on
    whose page it was asked for. Raises ``NotFound``, ``NotPossible``.
    """
    actor.must_be_staff()
    with desk.write() as session:
        merge = session.get(CustomerMerge, merge_id) if merge_id < 2**31 else None
        if merge is None:
            raise NotFound("There is no such merge.")
        root = session.get_one(Customer, merge.kept_id).merged_into_id or merge.kept_id
        if seen_at not in (None, root):
            raise NotFound("There is no such merge.")
        customer_for(session, actor, root)
        _hold(session, (root, merge.kept_id, merge.other_id))
        session.refresh(merge)
        if merge.undone_at is not None:
            raise NotPossible("This merge has been undone already.")
        _undo(session, actor, merge, reason)
        return merge.other_id


def _undo(session: WriteSession, actor: Actor, merge: CustomerMerge, reason: str) -> None:
    kept, other = (session.get_one(Customer, one) for one in (merge.kept_id, merge.other_id))
    family = subtree(session, other.id)
    root = kept.merged_into_id or kept.id
    rest = set(subtree(session, root)).difference(family)
    merge.undone_at, merge.undone_by = now(), actor.name
    session.flush()
    _give_authors_back(session, family, rest)
    _doubt_participants(session, family, merge)
    moved = {noun.__tablename__: _give_back(session, noun, other, family) for noun in BELONGINGS}
    moved["field_values"] = merged_fields.give_back(session, other.id, family)
    for top, parts in ((root, subtree(session, root)[1:]), (other.id, family[1:])):
        merged_fields.refill(session, top, parts)
    _point_to(session, family, other.id)
    _reopen_suggestions(session, merge)
    session.expire_all()
    show(session, kept)
    rest_of_it = session.get_one(Customer, root)
    for each in (rest_of_it, other):
        _make_due(session, each)
    audit.record(
        session, actor, "customer.unmerged", customer_id=root, reason=reason,
        other_id=other.id, other=other.display_name, merge=merge.id, moved=moved,
    )  # fmt: skip
    _tell(session, moved["tickets"])
    _found_again(session, rest_of_it, other)


def _hold(session: WriteSession, ids: Sequence[int]) -> None:
    """Both records and their addresses, in the order in which everybody takes them."""
    points = select(ContactPoint.id).where(ContactPoint.customer_id.in_(ids))
    session.execute(points.order_by(ContactPoint.id).with_for_update(key_share=True)).all()
    records = select(Customer).where(Customer.id.in_(ids)).order_by(Customer.id)
    session.scalars(
        records.with_for_update(key_share=True), execution_options={"populate_existing": True}
    ).all()


def _take(session: WriteSession, noun: Any, keep: Customer, other: Customer) -> list[int]:
    values = {"customer_id": keep.id, "home_id": func.coalesce(noun.home_id, noun.customer_id)}
    return _moved(session, noun, noun.customer_id == other.id, values)


def _give_back(
    session: WriteSession, noun: Any, other: Customer, family: Sequence[int]
) -> list[int]:
    home = case((noun.home_id == other.id, null()), else_=noun.home_id)
    return _moved(
        session, noun, noun.home_id.in_(family), {"customer_id": other.id, "home_id": home}
    )


def _moved(
    session: WriteSession, noun: Any, which: ColumnElement[bool], values: dict[str, Any]
) -> list[int]:
    """One statement, however many rows; a ticket's change cursor goes up with it."""
    if noun is Ticket:
        values = values | {"version": Ticket.version + 1, "changed_at": now()}
    statement = update(noun).where(which).values(**values).returning(noun.id)
    return sorted(session.scalars(statement, execution_options=_BY_SQL))


def _point_to(session: WriteSession, family: Sequence[int], root: int) -> None:
    to = case((Customer.id == root, null()), else_=root)
    session.execute(
        update(Customer).where(Customer.id.in_(family)).values(merged_into_id=to),
        execution_options=_BY_SQL,
    )


def _give_authors_back(session: WriteSession, family: Sequence[int], rest: Collection[int]) -> None:
    """Whatever was written from an address since was written by the record it goes back to."""
    home = select(ContactPoint.home_id).where(ContactPoint.id == Message.contact_point_id)
    session.execute(
        update(Message)
        .where(
            Message.contact_point_id.in_(
                select(ContactPoint.id).where(ContactPoint.home_id.in_(family))
            ),
            Message.author_kind == ActorKind.CUSTOMER.value,
            Message.author_id.in_(rest),
        )
        .values(author_id=home.scalar_subquery()),
        execution_options=_BY_SQL,
    )


def _doubt_participants(session: WriteSession, family: Sequence[int], merge: CustomerMerge) -> None:
    """Who was trusted in a ticket as one person with its requester waits for an agent's word."""
    theirs = select(ContactPoint.id).where(ContactPoint.home_id.in_(family))
    elsewhere = select(Ticket.id).where(
        Ticket.customer_id == (_root_of(merge)), func.coalesce(Ticket.home_id, 0).not_in(family)
    )
    session.execute(
        update(Participant)
        .where(
            Participant.contact_point_id.in_(theirs),
            Participant.ticket_id.in_(elsewhere),
            Participant.confirmed_at >= merge.at,
            Participant.role != "requester",
        )
        .values(confirmed_at=None),
        execution_options=_BY_SQL,
    )


def _root_of(merge: CustomerMerge) -> Any:
    return (
        select(func.coalesce(Customer.merged_into_id, Customer.id))
        .where(Customer.id == merge.kept_id)
        .scalar_subquery()
    )


def _settle_suggestions(
    session: WriteSession, merge: CustomerMerge, one: Sequence[int], two: Sequence[int]
) -> None:
    """What was suggested between the two is answered; ``one`` may contain ``two``."""
    others = [each for each in one if each not in two]
    pair = MergeSuggestion
    session.execute(
        update(pair)
        .where(
            pair.state == "open",
            or_(
                pair.customer_id.in_(others) & pair.other_id.in_(two),
                pair.customer_id.in_(two) & pair.other_id.in_(others),
            ),
        )
        .values(state="accepted", merge_id=merge.id),
        execution_options=_BY_SQL,
    )


def _reopen_suggestions(session: WriteSession, merge: CustomerMerge) -> None:
    session.execute(
        update(MergeSuggestion)
        .where(MergeSuggestion.merge_id == merge.id)
        .values(state="open", merge_id=None),
        execution_options=_BY_SQL,
    )


def _make_due(session: WriteSession, customer: Customer) -> None:
    customer.stage_due_at = None


def _tell(session: WriteSession, tickets: Iterable[int]) -> None:
    """The pages that show one of the tickets hear of it."""
    rows = session.execute(_VERSIONS, {"tickets": list(tickets)}).all()
    for ticket, version in rows:
        session.announce(signals.ticket_changed, ticket=ticket, version=version)
    if rows and not session.pokes:
        at = now()
        session.execute(insert(Change), [{"ticket_id": t, "version": v, "at": at} for t, v in rows])


_VERSIONS = select(Ticket.id, Ticket.version).where(
    Ticket.id.in_(bindparam("tickets", expanding=True))
)


def _found_again(session: WriteSession, *customers: Customer) -> None:
    for customer in customers:
        reindex_customer(session, customer.id)
        customer_words.index(session, customer)
