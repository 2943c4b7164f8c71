"""The bot's own handoff to people: whether it must, and what goes over with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from helpdesk.actions import address_claims, handovers
from helpdesk.actions.bot_turns import Taken
from helpdesk.actions.bot_words import handing_off
from helpdesk.actions.search_index import index_message
from helpdesk.database import WriteSession
from helpdesk.models import BotTurn, Message, Ticket, Understanding, now
from helpdesk.rules import bot_policy, bot_reply
from helpdesk.rules.actor import BOT
from helpdesk.rules.bot_policy import Handoff
from helpdesk.rules.bot_reply import BotReply
from helpdesk.rules.spoken_language import Spoken


def must_hand_off(session: WriteSession, taken: Taken, reply: BotReply) -> Handoff | None:
    asked = reply.command("handoff")
    asked_for = bot_reply.word(asked.get("reason")) or "no_answer" if asked else ""
    if reply.command("open_ticket") and not asked_for:
        asked_for = Handoff.ASKED.value
    intents = [reply.understood.intent, *_intents(session, taken)]
    return bot_policy.must_hand_off(asked_for, intents)


def _intents(session: WriteSession, taken: Taken) -> Sequence[str]:
    """What was understood in this epoch, the newest first."""
    return session.scalars(
        select(Understanding.intent)
        .join(BotTurn, BotTurn.id == Understanding.turn_id)
        .where(BotTurn.ticket_id == taken.ticket, BotTurn.epoch == taken.epoch)
        .order_by(Understanding.id.desc())
        .limit(bot_policy.MOST_MISUNDERSTOOD)
    ).all()


def with_handoff(
    session: WriteSession,
    ticket: Ticket,
    taken: Taken,
    reply: BotReply,
    reason: Handoff,
    locale: Spoken,
) -> str:
    """Hand over with everything said so far; what the customer is told."""
    command = reply.command("handoff") or {}
    facts = bot_reply.summary(command)
    form = reply.command("open_ticket")
    if form is not None:
        _open_form(ticket, form)
        facts["collected"] += [f"email: {e}" for e in [bot_reply.word(form.get("email"))] if e]
        facts["asked"] += [t for t in [bot_reply.word(form.get("text"), 500)] if t]
    _note(session, ticket, facts, reason)
    handovers.to_people(
        session, BOT, ticket, reason, channel=taken.channel, language=locale, summary=facts
    )
    is_its_own_doing = bool(command) or form is not None
    return (reply.text if is_its_own_doing else "") or handing_off(reason, locale)


def keep_address(session: WriteSession, taken: Taken, reply: BotReply) -> None:
    """The email of the form, as a claim that nobody has proved (promise 3): an agent's answer can
    follow there once it is confirmed. Before the ticket's row is held, as intake does it."""
    form = reply.command("open_ticket") or {}
    if email := bot_reply.word(form.get("email"), 254):
        address_claims.claim_in_ticket(session, taken.ticket, taken.through_seq, email)


def _open_form(ticket: Ticket, form: dict[str, Any]) -> None:
    """The ticket is the one that they talk in; it takes the subject that they gave."""
    subject = " ".join(bot_reply.word(form.get("subject"), 300).split())
    if subject:
        ticket.subject = subject


def _note(
    session: WriteSession, ticket: Ticket, facts: dict[str, list[str]], reason: Handoff
) -> None:
    """The summary as a note: it is in the record, in the search and in the export."""
    lines = [f"{name}: {'; '.join(said)}" for name, said in facts.items() if said]
    words = "\n".join([f"Handoff ({reason.value})", *lines])
    note = Message(
        direction="outbound", visibility="note", channel="note", author_kind=BOT.kind.value,
        author_name=BOT.name, author_address="", text=words, new_text=words, sent_at=now(),
        facts={"handoff": {"reason": reason.value, **facts}},
    )  # fmt: skip
    ticket.note(note)
    index_message(session, ticket, note)
