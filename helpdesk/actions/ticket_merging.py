"""Making one ticket part of another: set by set, so that ten thousand messages are no matter.

The messages take the next seqs of the survivor and places between its own, in order of time. What
both were before is kept with the merge; ``ticket_parting`` takes it back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from helpdesk.actions import audit, handovers, ticket_belongings
from helpdesk.actions.search_index import common_words
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    Envelope,
    MergedMessage,
    Message,
    NotPossible,
    Standing,
    Team,
    Ticket,
    TicketMerge,
)
from helpdesk.models.visibility import ticket_for
from helpdesk.rules.actor import Actor
from helpdesk.rules.bot_policy import Handoff
from helpdesk.rules.merged_places import merged_places
from helpdesk.rules.merged_status import after_merge
from helpdesk.rules.status import Status


def merge(desk: Desk, actor: Actor, ticket_id: int, into: int) -> None:
    """Make the ticket part of the ticket ``into``, which goes on for both.

    Raises ``NotPossible`` and ``NotFound``. Of two agents who merge at once the first is right;
    the other hears that the ticket is part of another one now.
    """
    actor.must_be_staff()
    if into == ticket_id:
        raise NotPossible("A ticket cannot become part of itself.")
    with desk.write() as session:
        for number in sorted((ticket_id, into)):  # in one order, so that two merges cannot block
            ticket_for(session, actor, number, lock=True)
        merged, survivor = session.get_one(Ticket, ticket_id), session.get_one(Ticket, into)
        _must_not_be_told_on(session, merged, survivor)
        for ticket in (merged, survivor):
            handovers.to_people(session, actor, ticket, Handoff.TAKEN_OVER)
        become_part(session, actor, merged, survivor)


def _must_not_be_told_on(session: WriteSession, merged: Ticket, survivor: Ticket) -> None:
    """What only a private team may see does not come before others by a merge."""
    if merged.team_id is None or merged.team_id == survivor.team_id:
        return
    team = session.get_one(Team, merged.team_id)
    if team.is_private:
        raise NotPossible(
            "Ticket %(ticket)s belongs to the private team %(team)s. Move the other one there "
            "first, or merge the other way round.",
            ticket=merged.id, team=team.name,
        )  # fmt: skip


def become_part(session: WriteSession, actor: Actor, merged: Ticket, survivor: Ticket) -> None:
    """``merge`` within a transaction that has both tickets and may do so."""
    made = TicketMerge(
        ticket_id=merged.id, into_id=survivor.id, agent_id=actor.id, last_seq=survivor.last_seq,
        words=" ".join(_added_words(session, merged, survivor)),
        before={
            "merged": Standing.of(merged).as_json(),
            "survivor": Standing.of(survivor).as_json(),
        },
    )  # fmt: skip
    session.add(made)
    session.flush()
    count = _move_messages(session, made, merged, survivor)
    made.before = made.before | ticket_belongings.hand_over(session, merged, survivor)
    _stand_for_both(session, merged, survivor)
    _record(session, actor, merged, survivor, count)
    made.last_seq, made.version = survivor.last_seq, survivor.version


def _added_words(session: WriteSession, merged: Ticket, survivor: Ticket) -> list[str]:
    """What the survivor is found by, and the other one was not."""
    known = set(common_words(session, merged))
    return [word for word in common_words(session, survivor) if word not in known]


def _move_messages(
    session: WriteSession, made: TicketMerge, merged: Ticket, survivor: Ticket
) -> int:
    """How many; the search finds them by the survivor's subject and people, too."""
    come = _standing(session, merged)
    if not come:
        return 0
    stay = _standing(session, survivor)
    places = merged_places(_when(stay), _when(come))
    first = survivor.reserve(len(come))
    merged.gone += len(come)
    rows = [
        {
            "merge_id": made.id, "message_id": m.id, "seq": m.seq, "place": m.place,
            "new_seq": first + number, "new_place": place,
        }
        for number, (m, place) in enumerate(zip(come, places, strict=True))
    ]  # fmt: skip
    session.execute(insert(MergedMessage), rows)
    _forget_doubled_client_ids(session, merged, survivor)
    moved: dict[str, Any] = {
        "ticket_id": survivor.id, "seq": MergedMessage.new_seq, "place": MergedMessage.new_place,
        "version": survivor.version,
    }  # fmt: skip
    if made.words:
        moved["tokens"] = Message.tokens + f" {made.words}"
    session.execute(
        update(Message)
        .where(Message.id == MergedMessage.message_id, MergedMessage.merge_id == made.id)
        .values(moved)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Envelope)
        .where(Envelope.ticket_id == merged.id, Envelope.message_id.is_not(None))
        .values(ticket_id=survivor.id)
        .execution_options(synchronize_session=False)
    )
    return len(come)


def _standing(session: WriteSession, ticket: Ticket) -> list[Row[Any]]:
    return list(
        session.execute(
            select(Message.id, Message.seq, Message.place, Message.sent_at)
            .where(Message.ticket_id == ticket.id)
            .order_by(Message.place, Message.id)
        )
    )


def _when(rows: list[Row[Any]]) -> list[tuple[float, datetime]]:
    return [(row.place, row.sent_at) for row in rows]


def _forget_doubled_client_ids(session: WriteSession, merged: Ticket, survivor: Ticket) -> None:
    """They only tell a repeated click, which is long past when tickets are merged."""
    taken = select(Message.client_id).where(
        Message.ticket_id == survivor.id, Message.client_id.is_not(None)
    )
    session.execute(
        update(Message)
        .where(Message.ticket_id == merged.id, Message.client_id.in_(taken.scalar_subquery()))
        .values(client_id=None)
        .execution_options(synchronize_session=False)
    )


def _stand_for_both(session: WriteSession, merged: Ticket, survivor: Ticket) -> None:
    theirs, ours = Standing.of(merged), Standing.of(survivor)
    status = after_merge(Status(survivor.status), Status(merged.status))
    if status.value == merged.status == survivor.status:
        survivor.queue_at = min(theirs.queue_at, ours.queue_at)
    elif status.value == merged.status:
        theirs.put_back(survivor)
    survivor.assignee_id = survivor.assignee_id or merged.assignee_id
    show_last(session, survivor)
    merged.lead_to(survivor)


def show_last(session: WriteSession, ticket: Ticket) -> None:
    """Let the queue show what was said last, by time."""
    last = session.scalars(
        select(Message)
        .where(
            Message.ticket_id == ticket.id, Message.visibility == "public", Message.automatic == ""
        )
        .order_by(Message.place.desc(), Message.id.desc())
        .limit(1)
    ).one_or_none()
    if last is not None:
        ticket.show(last)


def _record(
    session: WriteSession, actor: Actor, merged: Ticket, survivor: Ticket, count: int
) -> None:
    audit.record(
        session, actor, "ticket.merged", ticket=survivor,
        other=merged.id, subject=merged.subject, messages=count,
    )  # fmt: skip
    audit.record(session, actor, "ticket.became_part", ticket=merged, into=survivor.id)
    for ticket in (merged, survivor):
        ticket.touch()
        audit.changed(session, ticket)


def standing_merge(session: WriteSession, ticket_id: int) -> TicketMerge | None:
    """The merge by which the ticket is part of another one."""
    return session.scalars(
        select(TicketMerge).where(
            TicketMerge.ticket_id == ticket_id, TicketMerge.undone_at.is_(None)
        )
    ).one_or_none()


def parts_of(session: WriteSession, ticket_id: int) -> list[int]:
    """The tickets that are part of this one, and theirs, and so on; itself first."""
    found, fresh = [ticket_id], [ticket_id]
    while fresh:
        fresh = list(session.scalars(select(Ticket.id).where(Ticket.merged_into_id.in_(fresh))))
        found += fresh
    return found
