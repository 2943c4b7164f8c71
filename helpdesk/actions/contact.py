"""Taking one normalized contact into the record: whose it is, which ticket, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from channels.message import InboundMessage
from helpdesk import signals
from helpdesk.actions import (
    audit,
    bot_duty,
    code_proof,
    form_answers,
    merged_threads,
    notifications,
    own_client,
    pools,
    stages,
)
from helpdesk.actions.held import customer_wrote
from helpdesk.actions.identification import identify
from helpdesk.actions.kept_files import Kept, attachment
from helpdesk.actions.participation import take_part
from helpdesk.actions.search_index import index_message
from helpdesk.actions.thread_evidence import decide, decide_for_agent
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    ContactPoint,
    Customer,
    Envelope,
    Inbox,
    Message,
    Ticket,
)
from helpdesk.models.visibility import NotFound, ticket_for
from helpdesk.rules.actor import SYSTEM, Actor, ActorKind
from helpdesk.rules.bot_policy import first_owner
from helpdesk.rules.status import Status
from helpdesk.rules.thread_match import ThreadDecision

MAX_SUBJECT = 300
READ_FOR_SUBJECT = 10_000  # characters; a text may have millions


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact whose files are stored already, each as ``kept`` says."""

    message: InboundMessage
    kept: tuple[Kept, ...] = ()
    is_spam: bool = False  # by the filter before us; what belongs to a ticket is heard all the same


def receive_message(
    desk: Desk, session: WriteSession, inbox: Inbox, envelope: Envelope, contact: Contact
) -> Message:
    """Put a new contact on its customer's record and into its ticket."""
    incoming = contact.message
    reply = _agents_own(desk, session, envelope, contact)
    if reply is not None:
        return reply
    customer, point = identify(session, incoming)
    decision, held = decide(desk, session, envelope, incoming, point)
    ticket, is_new = _ticket(session, inbox, customer, point, incoming, decision, held)
    if is_new and contact.is_spam:
        ticket.status = Status.SPAM.value
        why = f"{decision.evidence}. Filed as spam: {incoming.facts.get('spam')}"
        decision = replace(decision, evidence=why)
    decision = merged_threads.led_to(ticket, decision)
    incoming = code_proof.received(desk, session, ticket, point, incoming)
    incoming, answers = form_answers.sorted_out(session, envelope, incoming, is_new=is_new)
    message = _message(incoming, envelope, customer, point, decision)
    if not decision.as_note:
        point.answer()
    ticket.receive(message, needs_answer=not decision.as_note)
    if is_new and decision.as_note:
        ticket.preview, ticket.preview_channel = message.text[:140], message.channel
    _add_files(session, message, contact)
    index_message(session, ticket, message)
    take_part(session, desk, inbox, ticket, point, incoming, is_new=is_new)
    stages.heard(customer, is_new=is_new)
    session.flush()
    _record(session, ticket, customer, message, decision, is_new=is_new)
    form_answers.write(session, ticket, customer, answers)
    if not decision.as_note and ticket.status != Status.SPAM.value:
        bot_duty.take_up(session, inbox, ticket, message, is_new=is_new)
        _tell_assignee(session, ticket, customer, message, is_new=is_new)
        if not is_new and not message.automatic:
            customer_wrote(session, ticket)
    audit.changed(session, ticket)
    return message


def _tell_assignee(
    session: WriteSession, ticket: Ticket, customer: Customer, message: Message, *, is_new: bool
) -> None:
    """An answer rings for whose ticket it is; so does a new ticket of a customer whom they hold."""
    if message.automatic:
        return
    speaker = Actor(ActorKind.CUSTOMER, customer.id, customer.display_name)
    kind = "opened" if is_new else "answer"
    notifications.tell_assignee(session, ticket, speaker, kind=kind, message=message)


def _agents_own(
    desk: Desk, session: WriteSession, envelope: Envelope, contact: Contact
) -> Message | None:
    """The reply that an agent wrote in their own mail program; None when it is not one."""
    actor = own_client.agent_of(desk, session, contact.message)
    decision = actor and decide_for_agent(desk, session, envelope, contact.message)
    if not actor or not decision or decision.ticket_id is None:
        return None
    try:
        ticket = ticket_for(session, actor, decision.ticket_id, lock=True)
    except NotFound:  # of a team whose tickets they may not see
        return None
    message = own_client.record(desk, session, actor, ticket, envelope, contact.message, decision)
    _add_files(session, message, contact, is_ours=True)
    index_message(session, ticket, message)
    session.flush()
    audit.changed(session, ticket)
    return message


def _ticket(
    session: WriteSession,
    inbox: Inbox,
    customer: Customer,
    point: ContactPoint,
    incoming: InboundMessage,
    decision: ThreadDecision,
    held: Ticket | None,
) -> tuple[Ticket, bool]:
    if held is not None:
        return held, False
    if decision.ticket_id is not None:
        return merged_threads.held(session, decision.ticket_id), False
    ticket = Ticket(
        subject=_subject(incoming),
        customer=customer,
        home_id=point.home_id,
        inbox_id=inbox.id,
        team_id=inbox.team_id,
        assignee_id=pools.holder_for(session, customer, inbox.team_id),
        owner=first_owner(
            incoming.channel,
            bot_on=bool(inbox.settings.get("bot")),
            automatic=bool(incoming.automatic),
        ).value,
        bot_epoch=0,
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
        facts=merged_threads.facts_of(incoming, decision),
        sent_at=envelope.received_at,
    )


def _add_files(
    session: WriteSession, message: Message, contact: Contact, *, is_ours: bool = False
) -> None:
    pairs = zip(contact.message.files, contact.kept, strict=True)
    message.attachments.extend(attachment(file, kept, is_ours=is_ours) for file, kept in pairs)
    if any(each.due_at for each in message.attachments):
        session.announce(signals.media_due)


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
    if is_new and ticket.assignee_id is not None:
        audit.record(session, SYSTEM, "ticket.given_to_holder", ticket=ticket,
                     to=ticket.assignee_id)  # fmt: skip
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
        message.attachments.append(attachment(incoming.files[i], contact.kept[i]))
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
