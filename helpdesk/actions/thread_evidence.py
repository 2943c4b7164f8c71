"""Looking up what a contact says about where it belongs; the rule decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import bindparam, or_, select

from channels.message import InboundMessage
from helpdesk.actions import merged_threads
from helpdesk.actions.inbox_addresses import inbox_addresses
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    ContactPoint,
    Envelope,
    Message,
    Participant,
    Ticket,
    normalize,
    now,
)
from helpdesk.rules import plus_address, subject_tag, thread_match
from helpdesk.rules.status import ENDED, Status
from helpdesk.rules.thread_match import Evidence, ThreadDecision, TicketFacts

TALK_ENDS = timedelta(hours=24)  # a talk that was resolved longer ago is over
TALK_RESTS = timedelta(days=14)  # nobody said anything for longer: a new matter


def decide(
    desk: Desk,
    session: WriteSession,
    envelope: Envelope,
    incoming: InboundMessage,
    point: ContactPoint,
) -> tuple[ThreadDecision, Ticket | None]:
    """Which ticket the contact belongs to, and why; and that ticket, if it is held already."""
    talk = None
    if desk.channels[incoming.channel].has_subject:
        evidence = _mail_evidence(desk, session, envelope, incoming, point)
    else:
        talk = _conversation(session, point)
        facts = _told(talk, frozenset()) if talk else None
        evidence = Evidence(point.normalized, conversation=facts)
    decision = thread_match.match(evidence, thread_days=desk.settings.thread_days)
    decision = replace(decision, meant_for=merged_threads.meant_for(session, evidence, decision))
    return decision, talk if talk and talk.id == decision.ticket_id else None


def decide_for_agent(
    desk: Desk, session: WriteSession, envelope: Envelope, incoming: InboundMessage
) -> ThreadDecision | None:
    """Where the mail of a known agent goes as their own reply; None when it is not one."""
    evidence = Evidence(
        sender=normalize(incoming.sender.value),
        proof=incoming.sender.proof,
        automatic=bool(incoming.automatic),
        forward=bool(incoming.facts.get("forward")),
        agent=True,
        token=_by_token(desk, session, envelope, incoming),
    )
    decision = thread_match.match(evidence, thread_days=desk.settings.thread_days)
    return decision if decision.as_agent else None


def _mail_evidence(
    desk: Desk,
    session: WriteSession,
    envelope: Envelope,
    incoming: InboundMessage,
    point: ContactPoint,
) -> Evidence:
    ours, ours_id = _by_reference(session, incoming.references, "outbound")
    theirs, theirs_id = _by_reference(session, incoming.references, "inbound")
    tagged = subject_tag.find(incoming.subject)
    return Evidence(
        sender=point.normalized,
        proof=incoming.sender.proof,
        automatic=bool(incoming.automatic),
        forward=bool(incoming.facts.get("forward")),
        token=_by_token(desk, session, envelope, incoming),
        our_message=ours,
        our_message_id=ours_id,
        customer_message=theirs,
        customer_message_id=theirs_id,
        tagged=_facts(session, tagged) if tagged else None,
    )


def _by_token(
    desk: Desk, session: WriteSession, envelope: Envelope, incoming: InboundMessage
) -> TicketFacts | None:
    keys = desk.vault.keys("plus addresses")
    for address in _recipients(envelope, incoming):
        if "+t" not in address.lower():
            continue
        for inbox_address in inbox_addresses(session, "email"):
            for key in keys:
                ticket = plus_address.read(address, inbox_address, key)
                if ticket is not None:
                    return _facts(session, ticket)
    return None


def _recipients(envelope: Envelope, incoming: InboundMessage) -> Iterable[str]:
    yield from (a.value for a in (*incoming.to, *incoming.cc))
    yield from str(envelope.meta.get("rcpt_to", "")).split(",")
    seen = incoming.facts.get("recipients", [])
    yield from (str(address) for address in seen) if isinstance(seen, list) else ()


def _by_reference(
    session: WriteSession, references: tuple[str, ...], direction: str
) -> tuple[TicketFacts | None, str]:
    """The ticket of the first reference that is known, and that reference."""
    if not references:
        return None, ""
    rows = session.execute(
        select(Message.message_id, Message.ticket_id).where(
            Message.message_id.in_(references),
            Message.direction == direction,
            or_(Message.visibility == "public", Message.direction == "inbound"),
        )
    ).all()
    known = {row.message_id: row.ticket_id for row in rows}
    for reference in references:
        if reference in known:
            return _facts(session, known[reference]), reference
    return None, ""


def _conversation(session: WriteSession, point: ContactPoint) -> Ticket | None:
    """The ticket in which this address spoke or was spoken to last, unless that is over.

    Held at once: whoever says something in it waits until this transaction ends.
    """
    moment = now()
    facts = {"point": point.id, "rested": moment - TALK_RESTS, "over": moment - TALK_ENDS}
    return session.scalars(_LAST_TALK, facts).one_or_none()


_LAST_TALK = (
    select(Ticket)
    .join(Participant, Participant.ticket_id == Ticket.id)
    .where(
        Participant.contact_point_id == bindparam("point"),
        Ticket.status != Status.CLOSED.value,
        Ticket.changed_at > bindparam("rested"),
        or_(Ticket.ended_at.is_(None), Ticket.ended_at > bindparam("over")),
    )
    .order_by(Ticket.changed_at.desc(), Ticket.id.desc())
    .limit(1)
    .with_for_update(of=Ticket)
)


def _facts(session: WriteSession, ticket_id: int) -> TicketFacts | None:
    named = session.get(Ticket, ticket_id) if ticket_id < 2**31 else None
    if named is None:
        return None
    ticket = merged_threads.survivor_of(session, named)
    addresses = session.scalars(
        select(ContactPoint.normalized)
        .join(Participant, Participant.contact_point_id == ContactPoint.id)
        .where(Participant.ticket_id == ticket.id, Participant.confirmed_at.is_not(None))
    )
    told = _told(ticket, frozenset(addresses))
    return told if ticket is named else replace(told, led_from=named.id)


def _told(ticket: Ticket, participants: frozenset[str]) -> TicketFacts:
    ended = None
    if Status(ticket.status) in ENDED and ticket.ended_at is not None:
        ended = (now() - ticket.ended_at) / timedelta(days=1)
    return TicketFacts(ticket.id, Status(ticket.status), participants, ended)
