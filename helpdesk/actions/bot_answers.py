"""Writing what the bot says, and doing what it asks for: each answer in one transaction.

The bot never writes by itself. What it wants done comes as commands; they are carried out here,
under the ticket's row, and only while its epoch still holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from helpdesk.actions import (
    audit,
    bot_commands,
    bot_handoffs,
    bot_memory,
    bot_messages,
    bot_turns,
)
from helpdesk.actions.bot_turns import Taken
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Ticket, TurnState
from helpdesk.queries.asker import replies_in, suggestions_today
from helpdesk.rules import bot_policy
from helpdesk.rules.bot_policy import Handoff
from helpdesk.rules.bot_reply import BotReply
from helpdesk.rules.spoken_language import Spoken


def answer(desk: Desk, taken: Taken, reply: BotReply, locale: Spoken) -> TurnState | None:
    """Say and do what Rasa answered. None when it came too late, or twice: nothing is said.

    ``locale`` is the customer's language, for the sentences that the desk adds.
    """
    with desk.write() as session:
        bot_handoffs.keep_address(session, taken, reply)
        ticket = bot_turns.hold(session, taken)
        if ticket is None:
            bot_turns.settle(session, taken, TurnState.DROPPED, "People had taken over.")
            return TurnState.DROPPED
        if not bot_turns.settle(session, taken, TurnState.ANSWERED):
            return None
        text = bot_commands.with_proof(session, ticket, reply, locale)
        reason = bot_handoffs.must_hand_off(session, taken, reply) or (
            None if text else Handoff.NO_ANSWER
        )
        if reason is not None:
            text = bot_handoffs.with_handoff(session, ticket, taken, reply, reason, locale)
        said = bot_messages.say(desk, session, ticket, taken, text, locale, buttons=reply.buttons)
        if said is not None:
            bot_memory.remember(session, taken, said, reply, reason)
        bot_commands.carry_out(desk, session, ticket, reply, locale)
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
        said = bot_messages.say(desk, session, ticket, taken, words, locale)
        if said is not None:
            reply = BotReply(text=words, articles=tuple(articles))
            bot_memory.remember(session, taken, said, reply, None, outcome="answered")
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
        words = bot_handoffs.with_handoff(session, ticket, taken, reply, reason, locale)
        said = bot_messages.say(desk, session, ticket, taken, words, locale)
        if said is not None:
            bot_memory.remember(session, taken, said, reply, reason)
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
        said = bot_messages.say(
            desk, session, ticket, taken, words, locale, automatic="auto-replied"
        )
        if said is not None:
            reply = BotReply(text=words, articles=tuple(articles))
            bot_memory.remember(session, taken, said, reply, None, outcome="answered")
        audit.changed(session, ticket)
        return said is not None


def _may_suggest(session: WriteSession, ticket: Ticket, taken: Taken) -> bool:
    return bot_policy.may_suggest(
        bot_turns.standing(ticket),
        taken.epoch,
        replies=replies_in(session, ticket.id),
        suggested_today=suggestions_today(session, ticket.id),
    )
