"""The allow and deny lists: kept by admins, asked for each mail that comes in."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from channels.message import InboundMessage
from helpdesk.actions import audit
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import NotPossible, SenderRule, Ticket
from helpdesk.models.visibility import NotFound
from helpdesk.rules import sender_list
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.sender_list import Verdict

MOST_NOTE = 200


def list_sender(desk: Desk, actor: Actor, typed: str, verdict: Verdict, note: str = "") -> int:
    """Put an address or a domain on a list; from the other list it moves. The line's id.

    Raises ``BadPattern``, and ``NotPossible`` for what would shut out everybody's mail of ours.
    """
    actor.must_be(Role.ADMIN)
    pattern = sender_list.pattern(typed)
    with desk.write() as session:
        row = line(session, pattern)
        if row is not None and row.verdict == verdict.value:
            raise NotPossible("%(pattern)s is on this list already.", pattern=pattern)
        return put(session, actor, pattern, verdict, note)


def line(session: Session, pattern: str) -> SenderRule | None:
    """The line of the lists that is about this pattern itself."""
    return session.scalar(select(SenderRule).where(SenderRule.pattern == pattern))


def put(
    session: WriteSession,
    actor: Actor,
    pattern: str,
    verdict: Verdict,
    note: str = "",
    ticket: Ticket | None = None,
) -> int:
    """``list_sender`` within a transaction; ``ticket`` is where it was asked for."""
    row = line(session, pattern) or SenderRule(pattern=pattern)
    row.verdict, row.note, row.created_by = verdict.value, note[:MOST_NOTE], actor.name
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "sender.listed", ticket=ticket, pattern=pattern, verdict=verdict.value
    )
    return row.id


def unlist_sender(desk: Desk, actor: Actor, rule_id: int) -> None:
    """Take a line off the lists. Raises ``NotFound``."""
    actor.must_be(Role.ADMIN)
    with desk.write() as session:
        row = session.get(SenderRule, rule_id) if rule_id < 2**31 else None
        if row is None:
            raise NotFound("There is no such line.")
        take_off(session, actor, row)


def take_off(
    session: WriteSession, actor: Actor, row: SenderRule, ticket: Ticket | None = None
) -> None:
    """``unlist_sender`` within a transaction; ``ticket`` is where it was asked for."""
    session.delete(row)
    audit.record(
        session, actor, "sender.unlisted", ticket=ticket, pattern=row.pattern, verdict=row.verdict
    )


def verdict_on(session: WriteSession, incoming: InboundMessage) -> tuple[Verdict, str] | None:
    """What the lists say of the sender of a mail, and by which line."""
    if incoming.channel != "email":
        return None
    wanted = {"patterns": sender_list.patterns_of(incoming.sender.value)}
    rows = session.connection().execute(_NAMED, wanted)
    return sender_list.verdict(incoming.sender.value, {row.pattern: row.verdict for row in rows})


_NAMED = select(SenderRule.pattern, SenderRule.verdict).where(
    SenderRule.pattern.in_(bindparam("patterns", expanding=True))
)
