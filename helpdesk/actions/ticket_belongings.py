"""What goes along when a ticket becomes part of another: its people, tags, tasks and reminders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from helpdesk.database import WriteSession
from helpdesk.models import (
    ContactPoint,
    Message,
    Participant,
    Reminder,
    Task,
    Ticket,
    TicketMerge,
    now,
)


def hand_over(session: WriteSession, merged: Ticket, survivor: Ticket) -> dict[str, Any]:
    """Give all of it to the survivor; what must be known to give it back."""
    return {
        "had": list(session.scalars(_points_of(survivor))),
        "people": _hand_over_people(session, merged, survivor),
        "tags": _share_tags(session, merged, survivor),
        "tasks": _move(session, Task, merged, survivor),
        "reminders": _move(session, Reminder, merged, survivor),
    }


def _points_of(ticket: Ticket) -> Any:
    return select(Participant.contact_point_id).where(Participant.ticket_id == ticket.id)


def _hand_over_people(
    session: WriteSession, merged: Ticket, survivor: Ticket
) -> list[dict[str, Any]]:
    """Who asked in the other ticket is in copy now, unless it is the same customer."""
    had = set(session.scalars(_points_of(survivor)))
    people = list(merged.participants)
    kept = [_kept(person) for person in people]
    for person in people:
        if person.contact_point_id in had:
            session.delete(person)
        else:
            is_theirs = person.contact_point.customer_id == survivor.customer_id
            person.role = person.role if is_theirs else "cc"
            person.ticket_id = survivor.id
    session.flush()
    for ticket in (merged, survivor):
        session.expire(ticket, ["participants"])
    return kept


def _kept(person: Participant) -> dict[str, Any]:
    at = person.confirmed_at
    return {
        "point": person.contact_point_id, "role": person.role,
        "confirmed_at": at.isoformat() if at else None,
    }  # fmt: skip


def _share_tags(session: WriteSession, merged: Ticket, survivor: Ticket) -> list[int]:
    known = {tag.id for tag in survivor.tags}
    fresh = [tag for tag in merged.tags if tag.id not in known]
    survivor.tags.extend(fresh)
    return [tag.id for tag in fresh]


def _move(
    session: WriteSession, noun: type[Task] | type[Reminder], old: Ticket, new: Ticket
) -> list[int]:
    ids = list(session.scalars(select(noun.id).where(noun.ticket_id == old.id)))
    session.execute(update(noun).where(noun.id.in_(ids)).values(ticket_id=new.id))
    return ids


def give_back(session: WriteSession, made: TicketMerge, merged: Ticket, survivor: Ticket) -> None:
    """Give the ticket what it brought. The messages must have been given back already."""
    before = made.before
    _give_back_people(session, before, merged, survivor)
    survivor.tags = [tag for tag in survivor.tags if tag.id not in set(before["tags"])]
    for noun, ids in ((Task, before["tasks"]), (Reminder, before["reminders"])):
        session.execute(
            update(noun)
            .where(noun.id.in_(ids), noun.ticket_id == survivor.id)
            .values(ticket_id=merged.id)
        )


def _give_back_people(
    session: WriteSession, before: dict[str, Any], merged: Ticket, survivor: Ticket
) -> None:
    """As it was; who has said something meanwhile takes part wherever it stands now."""
    brought = [kept["point"] for kept in before["people"] if kept["point"] not in before["had"]]
    here = select(Message.contact_point_id).where(
        Message.ticket_id == survivor.id, Message.contact_point_id.is_not(None)
    )
    session.flush()
    session.execute(
        delete(Participant)
        .where(
            Participant.ticket_id == survivor.id,
            Participant.contact_point_id.in_(brought),
            Participant.contact_point_id.not_in(here),
        )
        .execution_options(synchronize_session=False)
    )
    rows = [_row(merged, kept) for kept in before["people"]] + _speakers(session, before, merged)
    if rows:
        session.execute(insert(Participant), rows)
    for ticket in (merged, survivor):
        session.expire(ticket, ["participants"])


def _row(ticket: Ticket, kept: dict[str, Any]) -> dict[str, Any]:
    at = kept["confirmed_at"]
    return {
        "ticket_id": ticket.id, "contact_point_id": kept["point"], "role": kept["role"],
        "confirmed_at": datetime.fromisoformat(at) if at else None, "created_at": now(),
    }  # fmt: skip


def _speakers(
    session: WriteSession, before: dict[str, Any], merged: Ticket
) -> list[dict[str, Any]]:
    """Who wrote what leaves with the ticket, and took part in it only since."""
    known = [kept["point"] for kept in before["people"]]
    points = session.scalars(
        select(ContactPoint.id)
        .where(
            ContactPoint.id.in_(
                select(Message.contact_point_id).where(
                    Message.ticket_id == merged.id, Message.direction == "inbound"
                )
            ),
            ContactPoint.id.not_in(known),
        )
        .order_by(ContactPoint.id)
    )
    return [_row(merged, {"point": point, "role": "cc", "confirmed_at": None}) for point in points]
