"""One-time codes on their way to an address of the order's.

Whoever asks learns nothing before the proof. A code that has nowhere to go is asked for, waited
for and tried like any other, and leaves the same mark: one note, of which only agents know.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from sqlalchemy import update
from sqlalchemy.orm import Session

from channels.message import OutboundMessage
from helpdesk import signals
from helpdesk.actions import audit
from helpdesk.actions.bot_words import code_mail
from helpdesk.actions.search_index import index_message
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Delivery, Message, OneTimeCode, Ticket, now
from helpdesk.queries import code_addresses
from helpdesk.rules import one_time_code
from helpdesk.rules.actor import BOT, Actor
from helpdesk.rules.one_time_code import MASK, CodeState
from helpdesk.rules.spoken_language import Spoken

FACT = "one_time_code"  # on the note whose delivery carries the code: the code's id


def send(desk: Desk, session: WriteSession, ticket: Ticket, order: str, locale: Spoken) -> None:
    """Send a code for this order, if the asker may ask for one. The ticket's row must be held."""
    if not code_addresses.may_offer(session, ticket.id):
        return
    asker = code_addresses.asker_point(session, ticket.id)
    assert asker is not None
    point = code_addresses.address_of(session, ticket, asker, order)
    session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.ticket_id == ticket.id, OneTimeCode.state == CodeState.OPEN.value)
        .values(state=CodeState.REPLACED.value, settled_at=now())
    )
    code = OneTimeCode(
        ticket_id=ticket.id, epoch=ticket.bot_epoch, asker_point_id=asker.id,
        contact_point_id=point.id if point else None, nonce=secrets.token_hex(16),
    )  # fmt: skip
    session.add(code)
    session.flush()
    mail = code_mail(MASK, desk.settings.company, locale)
    write(session, ticket, code, point, locale, mail, BOT)
    audit.record(session, BOT, "code.asked_for", ticket=ticket, is_sent=point is not None)


def write(
    session: WriteSession,
    ticket: Ticket,
    code: OneTimeCode,
    point: ContactPoint | None,
    locale: Spoken,
    mail: tuple[str, str],
    author: Actor,
) -> None:
    """The note, and its delivery where there is an address. The digits are in neither.

    ``mail`` is the subject and the words, with ``MASK`` where the digits will be.
    """
    subject, words = mail
    if point is None:
        words = "A one-time code was asked for; no address of the asker belongs to the order."
    channel = code_addresses.CARRIED_BY[point.kind] if point else "note"
    inbox = code_addresses.inbox_for(session, ticket, channel) if point else ticket.inbox
    domain = inbox.address.rpartition("@")[2] if "@" in inbox.address else "helpdesk.invalid"
    note = Message(
        direction="outbound", visibility="note", channel=channel, author_kind=author.kind.value,
        author_id=author.id, author_name=author.name, author_address="",
        to=[point.value] if point else [], subject=subject, text=words,
        new_text=words, language=locale, automatic="auto-generated", facts={FACT: code.id},
        message_id=f"<{secrets.token_hex(16)}@{domain}>", sent_at=now(),
    )  # fmt: skip
    ticket.note(note)
    index_message(session, ticket, note)
    session.flush()
    if point is not None:
        row = Delivery(
            message_id=note.id, channel=channel, inbox_id=inbox.id, contact_point_id=point.id,
            recipient=point.value, due_at=now(), bot_epoch=_epoch(ticket, author),
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.announce(signals.delivery_due, delivery=row.id, at=row.due_at)


def _epoch(ticket: Ticket, author: Actor) -> int | None:
    """What the bot says is not sent once people have taken over."""
    return ticket.bot_epoch if author is BOT else None


def filled_in(
    desk: Desk, session: Session, message: Message, leaving: OutboundMessage
) -> OutboundMessage:
    """What leaves, with the digits where ``message`` carries a code; else as it is.

    Nothing in it names the ticket: whoever gets a code that they did not ask for, and answers,
    must not land in somebody else's conversation.
    """
    number = message.facts.get(FACT)
    if number is None:
        return leaving
    code = session.get_one(OneTimeCode, number)
    digits = one_time_code.digits(desk.vault.key(one_time_code.KEY_PURPOSE), code.nonce)
    return replace(
        leaving, text=leaving.text.replace(MASK, digits), language=message.language,
        reply_to="", in_reply_to="", references=(),
    )  # fmt: skip
