"""Writing what the bot says, and doing what it asks for: each answer in one transaction.

The bot never writes by itself. What it wants done comes as commands; they are carried out here,
under the ticket's row, and only while its epoch still holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from helpdesk.actions import audit, bot_turns, handovers
from helpdesk.actions.bot_turns import Taken
from helpdesk.actions.bot_words import bot_name, handing_off, not_proved
from helpdesk.actions.replies import composed, queue
from helpdesk.actions.reply_routes import route_of
from helpdesk.actions.search_index import index_message
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    BotTurn,
    Message,
    NotPossible,
    Ticket,
    TrainingCandidate,
    TurnState,
    Understanding,
    now,
)
from helpdesk.queries.asker import is_proved, replies_in, suggestions_today
from helpdesk.rules import bot_policy, bot_reply
from helpdesk.rules.actor import Actor, ActorKind
from helpdesk.rules.bot_policy import NOT_UNDERSTOOD, Handoff
from helpdesk.rules.bot_reply import BotReply
from helpdesk.rules.spoken_language import Spoken
from helpdesk.rules.status import Status

BOT = Actor(ActorKind.BOT, name="Bot")


def answer(desk: Desk, taken: Taken, reply: BotReply, locale: Spoken) -> TurnState | None:
    """Say and do what Rasa answered. None when it came too late, or twice: nothing is said.

    ``locale`` is the customer's language, for the sentences that the desk adds.
    """
    with desk.write() as session:
        ticket = bot_turns.hold(session, taken)
        if ticket is None:
            bot_turns.settle(session, taken, TurnState.DROPPED, "People had taken over.")
            return TurnState.DROPPED
        if not bot_turns.settle(session, taken, TurnState.ANSWERED):
            return None
        text = _with_proof(session, ticket, reply, locale)
        reason = _must_hand_off(session, taken, reply) or (None if text else Handoff.NO_ANSWER)
        if reason is not None:
            text = _with_handoff(session, ticket, taken, reply, reason, locale)
        said = _say(desk, session, ticket, taken, text, locale, buttons=reply.buttons)
        if said is not None:
            _remember(session, taken, said, reply, reason)
        _carry_out(session, ticket, reply)
        audit.changed(session, ticket)
        return TurnState.ANSWERED


def stand_in(
    desk: Desk,
    taken: Taken,
    words: str,
    locale: Spoken,
    why: str,
    articles: Sequence[dict[str, Any]],
) -> bool:
    """Say ``words`` (an article) for a bot that is silent; False when it came too late."""
    with desk.write() as session:
        ticket = bot_turns.hold(session, taken)
        state = TurnState.DROPPED if ticket is None else TurnState.STOOD_IN
        if not bot_turns.settle(session, taken, state, why) or ticket is None:
            return False
        said = _say(desk, session, ticket, taken, words, locale)
        if said is not None:
            reply = BotReply(text=words, articles=tuple(articles))
            _remember(session, taken, said, reply, None, outcome="answered")
        audit.changed(session, ticket)
        return True


def hand_off(desk: Desk, taken: Taken, reason: Handoff, locale: Spoken, why: str) -> bool:
    """Hand the ticket to people for a bot that is silent; False when it came too late."""
    with desk.write() as session:
        ticket = bot_turns.hold(session, taken)
        state = TurnState.DROPPED if ticket is None else TurnState.STOOD_IN
        if not bot_turns.settle(session, taken, state, why) or ticket is None:
            return False
        reply = BotReply(commands=({"do": "handoff", "summary": {"asked": [taken.question]}},))
        words = _with_handoff(session, ticket, taken, reply, reason, locale)
        said = _say(desk, session, ticket, taken, words, locale)
        if said is not None:
            _remember(session, taken, said, reply, reason)
        audit.changed(session, ticket)
        return True


def suggest(
    desk: Desk, taken: Taken, words: str, locale: Spoken, articles: Sequence[dict[str, Any]]
) -> bool:
    """Send the one automatic mail of a ticket that people own; False when it may not leave."""
    with desk.write() as session:
        ticket = bot_turns.hold(session, taken)
        if ticket is None or not _may_suggest(session, ticket, taken):
            bot_turns.settle(session, taken, TurnState.DROPPED, "Nobody waits for it any more.")
            return False
        if not bot_turns.settle(session, taken, TurnState.ANSWERED):
            return False
        said = _say(desk, session, ticket, taken, words, locale, automatic="auto-replied")
        if said is not None:
            reply = BotReply(text=words, articles=tuple(articles))
            _remember(session, taken, said, reply, None, outcome="answered")
        audit.changed(session, ticket)
        return said is not None


def _must_hand_off(session: WriteSession, taken: Taken, reply: BotReply) -> Handoff | None:
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


def _with_handoff(
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


def _open_form(ticket: Ticket, form: dict[str, Any]) -> None:
    """The ticket is the one that they talk in; it takes the subject that they gave.

    The email that they typed is a claim and stays in the note: nobody has proved it.
    """
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


def _with_proof(session: WriteSession, ticket: Ticket, reply: BotReply, locale: Spoken) -> str:
    """The bot's words; with how to prove who they are, where it asks for that (promise 3)."""
    if not reply.command("verify") or is_proved(session, ticket.id):
        return reply.text
    return "\n\n".join(part for part in (reply.text, not_proved(locale)) if part)


def _say(
    desk: Desk,
    session: WriteSession,
    ticket: Ticket,
    taken: Taken,
    text: str,
    locale: Spoken,
    *,
    buttons: Sequence[str] = (),
    automatic: str = "",
) -> Message | None:
    """Write the bot's message and queue it, in the ticket's epoch of now.

    Where the customer cannot be reached, people take over: they have other ways.
    """
    if not text:
        return None
    try:
        route = route_of(desk, session, ticket, taken.channel)
    except NotPossible:
        handovers.to_people(session, BOT, ticket, Handoff.NO_WAY_OUT)
        return None
    words = text[: desk.channels[route.channel].max_text]
    message = composed(BOT, ticket, words, route)
    message.author_name, message.language, message.automatic = bot_name(locale), locale, automatic
    if buttons:
        message.facts = {"buttons": list(buttons)}
    is_handed_over = ticket.bot_epoch != taken.epoch
    if automatic or is_handed_over:
        ticket.suggest(message)
    else:
        ticket.say(message)
    index_message(session, ticket, message)
    session.flush()
    queue(desk, session, ticket, message, route, bot_epoch=ticket.bot_epoch)
    return message


def _remember(
    session: WriteSession,
    taken: Taken,
    said: Message,
    reply: BotReply,
    reason: Handoff | None,
    *,
    outcome: str = "",
) -> None:
    """Keep why it was said, for the agents and the figures; and what was not understood."""
    known = reply.understood
    session.add(
        Understanding(
            message_id=said.id, turn_id=taken.id, question=taken.question,
            lang=(known.language or said.language)[:64], intent=known.intent,
            confidence=known.confidence, cosine=known.cosine,
            ranking=[list(pair) for pair in known.ranking], articles=list(reply.articles),
            outcome=outcome or _outcome(reply, reason),
        )
    )  # fmt: skip
    if known.intent in NOT_UNDERSTOOD and taken.question:
        session.add(
            TrainingCandidate(
                text=taken.question, lang=(known.language or said.language)[:64],
                source="fallback", understood_as=known.intent, message_id=said.id,
            )
        )  # fmt: skip


def _outcome(reply: BotReply, reason: Handoff | None) -> str:
    if reason is not None:
        return "handed_off"
    if reply.command("answered"):
        return "answered"
    return "offered" if reply.command("offered") else "said"


def _carry_out(session: WriteSession, ticket: Ticket, reply: BotReply) -> None:
    """What remains of the commands once the words are written."""
    helped = reply.command("helped")
    if helped is not None:
        _was_helped(session, ticket, is_yes=helped.get("yes") is True)
    if reply.command("resolve") and ticket.status in (Status.OPEN.value, Status.WAITING.value):
        ticket.become(Status.RESOLVED)
        audit.record(session, BOT, "ticket.resolved", ticket=ticket)


def _was_helped(session: WriteSession, ticket: Ticket, *, is_yes: bool) -> None:
    """The customer's word on the last answer from an article."""
    last = session.scalars(
        select(Understanding)
        .join(BotTurn, BotTurn.id == Understanding.turn_id)
        .where(
            BotTurn.ticket_id == ticket.id,
            Understanding.outcome.in_(("answered", "offered")),
            Understanding.helped.is_(None),
        )
        .order_by(Understanding.id.desc())
        .limit(1)
    ).one_or_none()
    if last is not None:
        last.helped = is_yes
        event = "bot.helped" if is_yes else "bot.did_not_help"
        audit.record(session, BOT, event, ticket=ticket)


def _may_suggest(session: WriteSession, ticket: Ticket, taken: Taken) -> bool:
    return bot_policy.may_suggest(
        bot_turns.standing(ticket),
        taken.epoch,
        replies=replies_in(session, ticket.id),
        suggested_today=suggestions_today(session, ticket.id),
    )
