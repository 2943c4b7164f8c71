"""Taking a merge back: each ticket gets what it had, and what has come for it since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update

from helpdesk.actions import audit, ticket_belongings
from helpdesk.actions.merged_threads import MEANT_FOR
from helpdesk.actions.search_index import index_message
from helpdesk.actions.ticket_merging import parts_of, show_last, standing_merge
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    Envelope,
    MergedMessage,
    Message,
    NotPossible,
    Standing,
    Ticket,
    TicketMerge,
    now,
)
from helpdesk.models.visibility import ticket_for
from helpdesk.rules.actor import Actor
from helpdesk.rules.merged_status import after_parting
from helpdesk.rules.status import Status


def unmerge(desk: Desk, actor: Actor, ticket_id: int) -> int:
    """Let the ticket stand by itself again; the number of the one that it was part of.

    Its messages get their old numbers back. What came since stays with the survivor, unless it
    was meant for this ticket or is with somebody who took part in this one only. A message that
    somebody has moved on meanwhile stays where they put it. Raises ``NotPossible``, ``NotFound``.
    """
    actor.must_be_staff()
    with desk.write() as session:
        merged, survivor = _held(session, actor, ticket_id)
        made = standing_merge(session, merged.id)
        assert made is not None
        untouched = survivor.version == made.version
        came = _came_for(session, made, merged, survivor)
        count = _put_back(session, made, merged, survivor)
        _take_along(session, merged, came)
        survivor.gone += count + len(came)
        made.undone_at, merged.merged_into_id = now(), None
        ticket_belongings.give_back(session, made, merged, survivor)
        _stand_apart(session, made, merged, survivor, came, untouched=untouched)
        _record(session, actor, merged, survivor, count + len(came))
        return survivor.id


def _held(session: WriteSession, actor: Actor, ticket_id: int) -> tuple[Ticket, Ticket]:
    asked = ticket_for(session, actor, ticket_id)
    into = asked.merged_into_id
    if into is None:
        raise NotPossible("Ticket %(ticket)s stands by itself already.", ticket=ticket_id)
    for number in sorted((ticket_id, into)):
        ticket_for(session, actor, number, lock=True, merged=True)
    merged, survivor = session.get_one(Ticket, ticket_id), session.get_one(Ticket, into)
    for ticket in (merged, survivor):
        session.refresh(ticket)
    if merged.merged_into_id != into:
        raise NotPossible("Ticket %(ticket)s stands by itself already.", ticket=ticket_id)
    if survivor.merged_into_id is not None:
        raise NotPossible(
            "Ticket %(ticket)s is part of ticket %(into)s itself. Part those two first.",
            ticket=into, into=survivor.merged_into_id,
        )  # fmt: skip
    return merged, survivor


def _came_for(
    session: WriteSession, made: TicketMerge, merged: Ticket, survivor: Ticket
) -> Sequence[Message]:
    """What came since the merge and is the parted ticket's: by thread, or by whose it is."""
    brought = select(MergedMessage.message_id).where(
        MergedMessage.merge_id.in_(
            select(TicketMerge.id).where(
                TicketMerge.into_id == survivor.id, TicketMerge.undone_at.is_(None)
            )
        )
    )
    since = session.scalars(
        select(Message)
        .where(
            Message.ticket_id == survivor.id,
            Message.seq > made.last_seq,
            Message.id.not_in(brought),
        )
        .order_by(Message.seq)
    ).all()
    parts = set(parts_of(session, merged.id))
    theirs = {kept["point"] for kept in made.before["people"]} - set(made.before["had"])
    return [m for m in since if m.facts.get(MEANT_FOR) in parts or m.contact_point_id in theirs]


def _put_back(session: WriteSession, made: TicketMerge, merged: Ticket, survivor: Ticket) -> int:
    """The messages that it brought, under their old numbers; how many."""
    merged.touch()
    given = session.execute(
        update(Message)
        .where(
            Message.id == MergedMessage.message_id,
            MergedMessage.merge_id == made.id,
            Message.ticket_id == survivor.id,
        )
        .values(
            ticket_id=merged.id, seq=MergedMessage.seq, place=MergedMessage.place,
            version=merged.version,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    count = int(given.rowcount)  # type: ignore[attr-defined]
    session.expire_all()
    merged.gone -= count
    _take_words_back(session, made, merged)
    _envelopes_follow(session, merged)
    return count


def _take_words_back(session: WriteSession, made: TicketMerge, merged: Ticket) -> None:
    """The survivor's words go; what was indexed anew meanwhile is indexed anew once more."""
    if not made.words:
        return
    added = f" {made.words}"
    has_them = Message.tokens.endswith(added, autoescape=True)
    anew = session.scalars(select(Message).where(Message.ticket_id == merged.id, ~has_them)).all()
    session.execute(
        update(Message)
        .where(Message.ticket_id == merged.id, has_them)
        .values(tokens=func.substr(Message.tokens, 1, func.length(Message.tokens) - len(added)))
        .execution_options(synchronize_session=False)
    )
    for message in anew:
        index_message(session, merged, message)


def _envelopes_follow(session: WriteSession, ticket: Ticket) -> None:
    theirs = select(Message.id).where(Message.ticket_id == ticket.id)
    session.execute(
        update(Envelope)
        .where(Envelope.message_id.in_(theirs))
        .values(ticket_id=ticket.id)
        .execution_options(synchronize_session=False)
    )


def _take_along(session: WriteSession, merged: Ticket, came: Sequence[Message]) -> None:
    for message in came:
        seq = merged.reserve(1)
        message.ticket, message.seq, message.place = merged, seq, float(seq)
        message.version = merged.version
        index_message(session, merged, message)
    session.flush()
    if came:
        _envelopes_follow(session, merged)


def _stand_apart(
    session: WriteSession,
    made: TicketMerge,
    merged: Ticket,
    survivor: Ticket,
    came: Sequence[Message],
    *,
    untouched: bool,
) -> None:
    Standing.kept(made.before["merged"]).put_back(merged)
    if untouched:
        Standing.kept(made.before["survivor"]).put_back(survivor)
    last = next((m for m in reversed(came) if not m.is_note and not m.automatic), None)
    if last is not None:
        spoke = {"customer_spoke": last.direction == "inbound", "we_spoke": True}
        status = after_parting(Status(merged.status), **spoke)
        if status.value != merged.status:
            Standing(status.value, last.created_at, None, None).put_back(merged)
    for ticket in (merged, survivor):
        show_last(session, ticket)


def _record(
    session: WriteSession, actor: Actor, merged: Ticket, survivor: Ticket, count: int
) -> None:
    facts: dict[str, Any] = {"messages": count}
    audit.record(session, actor, "ticket.parted", ticket=survivor, other=merged.id, **facts)
    audit.record(session, actor, "ticket.stands_alone", ticket=merged, was=survivor.id, **facts)
    for ticket in (merged, survivor):
        ticket.touch()
        audit.changed(session, ticket)
