"""Taking one normalized contact into the record: whose it is, which ticket, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from channels.message import InboundFile, InboundMessage
from helpdesk import signals
from helpdesk.actions import audit
from helpdesk.actions.identification import identify
from helpdesk.actions.participation import take_part
from helpdesk.actions.search_index import index_message
from helpdesk.actions.thread_evidence import decide
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    Attachment,
    ContactPoint,
    Customer,
    Envelope,
    Inbox,
    Message,
    Ticket,
    now,
)
from helpdesk.rules.actor import SYSTEM, Actor, ActorKind
from helpdesk.rules.thread_match import ThreadDecision

MAX_SUBJECT = 300
READ_FOR_SUBJECT = 10_000  # characters; a text may have millions


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact whose files are stored already: one digest ("" if to be fetched) a file."""

    message: InboundMessage
    digests: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()


def receive_message(
    desk: Desk, session: WriteSession, inbox: Inbox, envelope: Envelope, contact: Contact
) -> Message:
    """Put a new contact on its customer's record and into its ticket."""
    incoming = contact.message
    customer, point = identify(session, incoming)
    decision = decide(desk, session, envelope, incoming, point)
    ticket, is_new = _ticket(session, inbox, customer, incoming, decision)
    message = _message(incoming, envelope, customer, point, decision)
    ticket.receive(message, needs_answer=not decision.as_note)
    if is_new and decision.as_note:
        ticket.preview, ticket.preview_channel = message.text[:140], message.channel
    _add_files(session, message, contact)
    index_message(session, ticket, message)
    take_part(session, desk, inbox, ticket, point, incoming, is_new=is_new)
    session.flush()
    _record(session, ticket, customer, message, decision, is_new=is_new)
    audit.changed(session, ticket)
    return message


def _ticket(
    session: WriteSession,
    inbox: Inbox,
    customer: Customer,
    incoming: InboundMessage,
    decision: ThreadDecision,
) -> tuple[Ticket, bool]:
    if decision.ticket_id is not None:
        return session.get_one(Ticket, decision.ticket_id, with_for_update=True), False
    ticket = Ticket(
        subject=_subject(incoming),
        customer=customer,
        inbox_id=inbox.id,
        team_id=inbox.team_id,
        linked_ticket_id=decision.linked_ticket,
        preview_channel=incoming.channel,
    )
    session.add(ticket)
    return ticket, True


def _subject(incoming: InboundMessage) -> str:
    """The subject, else the first words: a ticket needs a name in the queue."""
    said = incoming.subject or incoming.new_text or incoming.text
    words = " ".join(said[:READ_FOR_SUBJECT].split())
    if words:
        return words[:MAX_SUBJECT] if incoming.subject else words[:80]
    return incoming.files[0].name if incoming.files else "(no subject)"


def _message(
    incoming: InboundMessage,
    envelope: Envelope,
    customer: Customer,
    point: ContactPoint,
    decision: ThreadDecision,
) -> Message:
    return Message(
        direction="inbound",
        visibility="note" if decision.as_note else "public",
        channel=incoming.channel,
        author_kind=ActorKind.CUSTOMER.value,
        author_id=customer.id,
        author_name=incoming.sender.name or customer.name,
        author_address="" if point.kind == "visitor" else incoming.sender.value,
        contact_point_id=point.id,
        proof=incoming.sender.proof.value,
        to=[a.value for a in incoming.to],
        cc=[a.value for a in incoming.cc],
        subject=incoming.subject,
        text=incoming.text,
        new_text=incoming.new_text,
        html=incoming.html,
        language=incoming.language,
        message_id=incoming.message_id or None,
        client_id=incoming.client_id or None,
        contact_key=incoming.key,
        amend_rank=incoming.amends,
        automatic=incoming.automatic,
        signal=decision.signal.value,
        evidence=decision.evidence,
        facts=dict(incoming.facts),
        sent_at=envelope.received_at,
    )


def _add_files(session: WriteSession, message: Message, contact: Contact) -> None:
    for file, digest, size in zip(
        contact.message.files, contact.digests, contact.sizes, strict=True
    ):
        message.attachments.append(_attachment(file, digest, size))
    if any(file.url for file in contact.message.files):
        session.announce(signals.media_due)


def _attachment(file: InboundFile, digest: str, size: int) -> Attachment:
    pending = not digest and bool(file.url)
    return Attachment(
        name=file.name,
        content_type=file.content_type,
        size=size,
        sha256=digest,
        content_id=file.content_id,
        inline=file.inline,
        url=file.url,
        state="pending" if pending else "stored",
        due_at=now() if pending else None,
    )


def _record(
    session: WriteSession,
    ticket: Ticket,
    customer: Customer,
    message: Message,
    decision: ThreadDecision,
    *,
    is_new: bool,
) -> None:
    actor = Actor(ActorKind.CUSTOMER, customer.id, customer.display_name)
    if is_new:
        audit.record(
            session,
            actor,
            "ticket.opened",
            ticket=ticket,
            channel=message.channel,
            reason=decision.evidence,
        )
    audit.record(
        session,
        actor,
        "message.received",
        ticket=ticket,
        channel=message.channel,
        signal=decision.signal.value,
        reason=decision.evidence,
    )
    if decision.suggested_ticket is not None:
        audit.record(
            session,
            SYSTEM,
            "ticket.link_suggested",
            ticket=ticket,
            other=decision.suggested_ticket,
            reason=decision.evidence,
        )


def amend_message(session: WriteSession, message: Message, contact: Contact) -> None:
    """Complete a stored message: the voicemail of a missed call, then its transcript."""
    incoming = contact.message
    ticket = session.scalars(
        select(Ticket)
        .where(Ticket.id == message.ticket_id)
        .options(selectinload(Ticket.participants))
        .with_for_update(of=Ticket)
    ).one()
    if incoming.text and incoming.amends > message.amend_rank:
        message.text, message.new_text = incoming.text, incoming.new_text or incoming.text
        message.amend_rank = incoming.amends
        ticket.preview = " ".join(message.new_text.split())[:140]
    message.facts = _merged(message.facts, incoming.facts)
    known = {attachment.url for attachment in message.attachments}
    fresh = [i for i, file in enumerate(incoming.files) if file.url not in known]
    for i in fresh:
        message.attachments.append(
            _attachment(incoming.files[i], contact.digests[i], contact.sizes[i])
        )
    index_message(session, ticket, message)
    ticket.revise(message)
    audit.record(session, SYSTEM, "message.completed", ticket=ticket, channel=message.channel)
    audit.changed(session, ticket)
    if fresh:
        session.announce(signals.media_due)


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """``new`` over ``old``, one level deep: each webhook of a call knows a part of it."""
    return {
        **old,
        **{
            key: {**old[key], **value}
            if isinstance(value, dict) and isinstance(old.get(key), dict)
            else value
            for key, value in new.items()
        },
    }
