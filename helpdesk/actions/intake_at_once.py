"""The walk in, in one transaction: for a sender who waits for the outcome, as in the chat."""

from __future__ import annotations

import structlog
from sqlalchemy.exc import IntegrityError

from channels.message import InboundMessage, RawEnvelope, Unreadable
from helpdesk.actions import intake
from helpdesk.actions.contact import receive_message
from helpdesk.actions.intake import KEEP_IN_ROW, Outcome
from helpdesk.desk import Desk
from helpdesk.models import Envelope, EnvelopeState, Inbox, now

log = structlog.get_logger(__name__)


class _NotAtOnce(Exception):
    """This one takes the two steps."""


def take_in(desk: Desk, inbox: Inbox, raw: bytes, *, key: str) -> Outcome:
    """Keep the bytes and make them part of the record, or neither.

    Nothing is acknowledged before, so a crash leaves nothing behind. A repeat, bytes that cannot
    be read or are large, and whatever makes the desk stumble go the two steps of ``intake``,
    which keep the bytes first; the outcome is theirs then.
    """
    try:
        return _take(desk, inbox, raw, key)
    except (_NotAtOnce, Unreadable, IntegrityError):
        pass
    except Exception:
        log.exception("intake.stumbled_at_once", inbox=inbox.id)
    kept = intake.accept(desk, inbox.id, raw, key=key)
    return intake.attach(desk, kept.envelope_id)


def _take(desk: Desk, inbox: Inbox, raw: bytes, key: str) -> Outcome:
    if len(raw) > KEEP_IN_ROW:
        raise _NotAtOnce
    moment = now()
    sealed = RawEnvelope(raw, moment, inbox.address, {})
    parsed = desk.channels[inbox.channel].parse(sealed, desk.settings_of(inbox))
    if not isinstance(parsed, InboundMessage) or parsed.amends:
        raise _NotAtOnce
    contact = intake.with_files_stored(desk, parsed)
    envelope = Envelope(
        inbox_id=inbox.id,
        channel=inbox.channel,
        key=key,
        size=len(raw),
        raw=raw,
        meta={},
        received_at=moment,
        contact_key=parsed.key,
    )
    with desk.write(durable=True) as session:
        message = receive_message(desk, session, inbox, envelope, contact)
        envelope.settle(
            EnvelopeState.ATTACHED, message.evidence, ticket=message.ticket_id, message=message.id
        )
        session.add(envelope)
        session.flush()
        return intake.outcome_in(session, envelope)
