"""The walk in: accept keeps the bytes, attach makes them part of the record.

Each is one transaction, and each may be repeated at any time without harm: what a crash leaves
between them, the worker attaches later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from channels.message import (
    DeliveryEvent,
    Ignored,
    InboundMessage,
    Parsed,
    RawEnvelope,
    Unreadable,
)
from helpdesk.actions import (
    audit,
    bounce_addresses,
    delivery_news,
    kept_files,
    returned_mail,
    senders,
)
from helpdesk.actions.contact import Contact, amend_message, receive_message
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Envelope, EnvelopeState, Inbox, Message, now
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import SYSTEM, Actor, Role
from helpdesk.rules.sender_list import Verdict

log = structlog.get_logger(__name__)

KEEP_IN_ROW = 262_144  # bytes; larger envelopes lie in the file store
MAX_ATTEMPTS = 3
LEFT_BEHIND = timedelta(seconds=5)  # whoever accepted an envelope attaches it at once


@dataclass(frozen=True, slots=True)
class Accepted:
    """An envelope that is durably kept. ``fresh`` is False for a repeat."""

    envelope_id: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an envelope.

    ``outcome`` is created, appended, duplicate, note, bounce, receipt, ignored or quarantined;
    ``message`` is the seq in ``ticket``.
    """

    envelope: int
    outcome: str
    ticket: int | None = None
    message: int | None = None
    customer: int | None = None
    reason: str = ""


def accept(
    desk: Desk, inbox_id: int, raw: bytes, *, key: str, meta: dict[str, str] | None = None
) -> Accepted:
    """Keep the bytes durably under ``key``, unique in the inbox. Parses nothing.

    Once this returns, the sender may be told that the contact has arrived.
    """
    raw_file = desk.files.put(raw) if len(raw) > KEEP_IN_ROW else ""
    try:
        with desk.write(durable=True) as session:
            channel = select(Inbox.channel).where(Inbox.id == inbox_id).scalar_subquery()
            envelope = Envelope(
                inbox_id=inbox_id,
                channel=channel,
                key=key,
                size=len(raw),
                raw=None if raw_file else raw,
                raw_file=raw_file,
                meta=meta or {},
            )
            session.add(envelope)
            session.flush()
            return Accepted(envelope.id, fresh=True)
    except IntegrityError:
        with desk.read() as session:
            known = session.scalars(
                select(Envelope.id).where(Envelope.inbox_id == inbox_id, Envelope.key == key)
            ).one()
        return Accepted(known, fresh=False)


def left_behind(desk: Desk, limit: int = 200) -> list[int]:
    """Envelopes that were accepted and not attached: somebody was stopped in between."""
    with desk.read() as session:
        return list(
            session.scalars(
                select(Envelope.id)
                .where(
                    Envelope.state == EnvelopeState.RECEIVED.value,
                    Envelope.received_at < now() - LEFT_BEHIND,
                )
                .order_by(Envelope.id)
                .limit(limit)
            )
        )


def attach(desk: Desk, envelope_id: int) -> Outcome:
    """Make an envelope part of the record; the same outcome again when it already is.

    Never raises for what is inside: what cannot be read is quarantined, and what makes the desk
    stumble is tried three times, then quarantined.
    """
    envelope, inbox = _load(desk, envelope_id)
    if envelope.state != EnvelopeState.RECEIVED.value:
        return outcome_of(desk, envelope_id)
    try:
        return _settle(desk, envelope_id, inbox, _parse(desk, envelope, inbox))
    except Unreadable as fault:
        return _quarantine(desk, envelope_id, str(fault))
    except Exception as error:
        log.exception("intake.stumbled", envelope=envelope_id)
        return _stumble(desk, envelope_id, error)


def _load(desk: Desk, envelope_id: int) -> tuple[Envelope, Inbox]:
    with desk.read() as session:
        row = session.execute(
            select(Envelope, Inbox)
            .join(Inbox, Envelope.inbox_id == Inbox.id)
            .where(Envelope.id == envelope_id)
            .options(undefer(Envelope.raw))
        ).one()
        return row[0], row[1]


def raw_of(desk: Desk, envelope: Envelope) -> bytes:
    """The bytes as received. The envelope must be in its session, or its bytes loaded."""
    return desk.files.read(envelope.raw_file) if envelope.raw_file else (envelope.raw or b"")


def _parse(desk: Desk, envelope: Envelope, inbox: Inbox) -> Parsed:
    data = raw_of(desk, envelope)
    raw = RawEnvelope(data, envelope.received_at, inbox.address, envelope.meta)
    parsed = desk.channels[inbox.channel].parse(raw, desk.settings_of(inbox))
    return returned_mail.news_of(
        desk, bounce_addresses.news_of(desk, envelope, inbox, data, parsed)
    )


def _settle(desk: Desk, envelope_id: int, inbox: Inbox, parsed: Parsed) -> Outcome:
    """One transaction; tried once more when another worker attached the same contact first."""
    stored = with_files_stored(desk, parsed) if isinstance(parsed, InboundMessage) else parsed
    try:
        return _settle_once(desk, envelope_id, inbox, stored)
    except IntegrityError:
        return _settle_once(desk, envelope_id, inbox, stored)


def with_files_stored(desk: Desk, parsed: InboundMessage) -> Contact:
    """The contact without the bytes of its files, which are kept in the file store now."""
    kept = kept_files.keep(desk, parsed.files)
    light = tuple(replace(f, data=None) for f in parsed.files)
    return Contact(replace(parsed, files=light), kept)


def _settle_once(desk: Desk, envelope_id: int, inbox: Inbox, parsed: Parsed | Contact) -> Outcome:
    with desk.write() as session:
        envelope = session.get_one(Envelope, envelope_id, with_for_update=True)
        if envelope.state != EnvelopeState.RECEIVED.value:
            return outcome_in(session, envelope)
        if isinstance(parsed, Ignored):
            envelope.settle(EnvelopeState.IGNORED, parsed.reason)
            return Outcome(envelope.id, "ignored", reason=parsed.reason)
        assert not isinstance(parsed, InboundMessage)
        key = parsed.message.key if isinstance(parsed, Contact) else parsed.key
        first = _first_with(session, envelope, key)
        if first is not None and not (isinstance(parsed, Contact) and parsed.message.amends):
            envelope.contact_key = key
            return _duplicate(session, envelope, first)
        if isinstance(parsed, DeliveryEvent):
            envelope.contact_key = key
            return _take_event(session, envelope, parsed)
        heard = senders.verdict_on(session, parsed.message)
        if heard is not None and heard[0] is Verdict.DENY:
            envelope.settle(EnvelopeState.IGNORED, f"The deny list names {heard[1]}.")
            return Outcome(envelope.id, "ignored", reason=envelope.reason)
        parsed = replace(parsed, is_spam=heard is None and bool(parsed.message.facts.get("spam")))
        return _take_message(desk, session, envelope, inbox, parsed, first)


def _first_with(session: WriteSession, envelope: Envelope, key: str) -> Envelope | None:
    """The envelope that brought this very contact first, over whichever inbox."""
    return session.scalars(
        select(Envelope)
        .where(
            Envelope.contact_key == key,
            Envelope.id != envelope.id,
            Envelope.settled_at.is_not(None),
            Envelope.state != EnvelopeState.QUARANTINED.value,
        )
        .order_by(Envelope.id)
        .limit(1)
    ).one_or_none()


def _duplicate(session: WriteSession, envelope: Envelope, first: Envelope) -> Outcome:
    envelope.settle(
        EnvelopeState.DUPLICATE,
        f"The same contact as envelope {first.id}.",
        ticket=first.ticket_id,
        message=first.message_id,
    )
    return outcome_in(session, envelope)


def _take_event(session: WriteSession, envelope: Envelope, event: DeliveryEvent) -> Outcome:
    ticket = delivery_news.take_event(session, event)
    if ticket is None:
        reason = f"{event.reason or event.state.value} (about nothing that this desk sent)"
        envelope.settle(EnvelopeState.IGNORED, reason)
    else:
        reason = event.reason or f"News of a delivery: {event.state.value}."
        envelope.settle(EnvelopeState.DELIVERY_EVENT, reason, ticket=ticket.id)
    return replace(outcome_in(session, envelope), outcome=_event_word(envelope))


def _event_word(envelope: Envelope) -> str:
    return "bounce" if envelope.channel == "email" else "receipt"


def _take_message(
    desk: Desk,
    session: WriteSession,
    envelope: Envelope,
    inbox: Inbox,
    contact: Contact,
    first: Envelope | None,
) -> Outcome:
    if first is not None and first.message_id is not None:
        message = session.get_one(Message, first.message_id)
        amend_message(session, message, contact)
    else:
        message = receive_message(desk, session, inbox, envelope, contact)
    envelope.contact_key = contact.message.key
    envelope.settle(
        EnvelopeState.ATTACHED, message.evidence, ticket=message.ticket_id, message=message.id
    )
    return outcome_in(session, envelope)


def _quarantine(desk: Desk, envelope_id: int, reason: str) -> Outcome:
    with desk.write() as session:
        envelope = session.get_one(Envelope, envelope_id, with_for_update=True)
        if envelope.state == EnvelopeState.RECEIVED.value:
            envelope.settle(EnvelopeState.QUARANTINED, reason)
        return outcome_in(session, envelope)


def _stumble(desk: Desk, envelope_id: int, error: Exception) -> Outcome:
    reason = f"The desk stumbled over it: {type(error).__name__}: {str(error)[:200]}"
    with desk.write() as session:
        envelope = session.get_one(Envelope, envelope_id, with_for_update=True)
        envelope.attempts += 1
        if envelope.attempts >= MAX_ATTEMPTS and envelope.state == EnvelopeState.RECEIVED.value:
            envelope.settle(EnvelopeState.QUARANTINED, reason)
        else:
            envelope.reason = reason
        return replace(outcome_in(session, envelope), reason=reason)


def is_settled(desk: Desk, envelope_id: int) -> bool:
    """Whether the envelope is in an end state."""
    with desk.read() as session:
        return session.get_one(Envelope, envelope_id).settled_at is not None


def outcome_of(desk: Desk, envelope_id: int) -> Outcome:
    """What became of an envelope that was attached earlier."""
    with desk.read() as session:
        return outcome_in(session, session.get_one(Envelope, envelope_id))


def repeat_of(desk: Desk, envelope_id: int) -> Outcome:
    """What to say about bytes that were accepted before: a duplicate, wherever they went."""
    first = attach(desk, envelope_id)
    return replace(first, outcome="duplicate", reason=f"The same bytes as envelope {envelope_id}.")


def replay(desk: Desk, envelope_id: int, actor: Actor = SYSTEM) -> Outcome:
    """Attach a quarantined or ignored envelope again, after what hindered it was mended.

    An envelope that is attached stays as it is: replaying it is a no-op. Raises ``NotFound``.
    """
    actor.must_be(Role.ADMIN)
    again = (EnvelopeState.QUARANTINED.value, EnvelopeState.IGNORED.value)
    with desk.write() as session:
        envelope = _known(session, envelope_id)
        if envelope.state in again:
            envelope.reopen()
            envelope.attempts = 0
            audit.record(session, actor, "envelope.replayed", envelope=envelope_id)
    return attach(desk, envelope_id)


def _known(session: WriteSession, envelope_id: int) -> Envelope:
    is_number = 0 < envelope_id < 2**31
    envelope = session.get(Envelope, envelope_id, with_for_update=True) if is_number else None
    if envelope is None:
        raise NotFound("There is no envelope %(envelope)s.", envelope=envelope_id)
    return envelope


_WORDS: dict[str, str] = {
    EnvelopeState.DUPLICATE.value: "duplicate",
    EnvelopeState.IGNORED.value: "ignored",
    EnvelopeState.QUARANTINED.value: "quarantined",
    EnvelopeState.ERASED.value: "ignored",
    EnvelopeState.RECEIVED.value: "quarantined",
}


def outcome_in(session: Session, envelope: Envelope) -> Outcome:
    """What became of an envelope of this session."""
    message = session.get(Message, envelope.message_id) if envelope.message_id else None
    if envelope.state == EnvelopeState.ATTACHED.value and message is not None:
        word = _message_word(message)
    elif envelope.state == EnvelopeState.DELIVERY_EVENT.value:
        word = _event_word(envelope)
    else:
        word = _WORDS[envelope.state]
    return Outcome(
        envelope.id,
        word,
        envelope.ticket_id,
        message.seq if message else None,
        message.customer_id if message else None,
        envelope.reason,
    )


def _message_word(message: Message) -> str:
    if message.is_note:
        return "note"
    return "created" if message.seq == 1 else "appended"
