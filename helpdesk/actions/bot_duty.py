"""What a customer's message asks of the bot: part of the transaction that receives it."""

from __future__ import annotations

from helpdesk.actions import bot_turns, handovers
from helpdesk.database import WriteSession
from helpdesk.models import Inbox, Message, Ticket, TurnKind
from helpdesk.rules import bot_policy
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.bot_policy import Duty
from helpdesk.rules.status import Owner


def take_up(
    session: WriteSession, inbox: Inbox, ticket: Ticket, message: Message, *, is_new: bool
) -> None:
    """Owe an answer or a suggestion, or let people take over. Where no bot is on this costs
    nothing: every fact is in memory."""
    bot_on = bool(inbox.settings.get("bot"))
    duty = bot_policy.duty(
        Owner(ticket.owner),
        message.channel,
        bot_on=bot_on,
        automatic=bool(message.automatic),
        is_new=is_new,
    )
    if duty is Duty.ANSWER:
        bot_turns.owe(session, ticket, message.seq)
    elif duty is Duty.SUGGEST:
        bot_turns.owe(session, ticket, message.seq, TurnKind.SUGGESTION)
    elif duty is Duty.LEAVE:
        handovers.to_people(session, SYSTEM, ticket, bot_policy.why_left(bot_on=bot_on))
