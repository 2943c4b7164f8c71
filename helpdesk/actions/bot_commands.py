"""What the bot asked for beside its words: carried out here, under the ticket's row."""

from __future__ import annotations

from helpdesk.actions import audit, bot_memory, code_sending
from helpdesk.actions.bot_words import not_proved
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Ticket
from helpdesk.queries.asker import is_proved
from helpdesk.rules import bot_reply
from helpdesk.rules.actor import BOT
from helpdesk.rules.bot_reply import BotReply
from helpdesk.rules.spoken_language import Spoken
from helpdesk.rules.status import Owner, Status


def with_proof(session: WriteSession, ticket: Ticket, reply: BotReply, locale: Spoken) -> str:
    """The bot's words; with how to prove who they are, where it asks for that (promise 3)."""
    if not reply.command("verify") or is_proved(session, ticket.id):
        return reply.text
    return "\n\n".join(part for part in (reply.text, not_proved(locale)) if part)


def carry_out(
    desk: Desk, session: WriteSession, ticket: Ticket, reply: BotReply, locale: Spoken
) -> None:
    """What remains of the commands once the words are written."""
    code = reply.command("send_code")
    if code is not None and ticket.owner == Owner.BOT.value:
        code_sending.send(desk, session, ticket, bot_reply.word(code.get("order")), locale)
    helped = reply.command("helped")
    if helped is not None:
        bot_memory.was_helped(session, ticket, is_yes=helped.get("yes") is True)
    if reply.command("resolve") and ticket.status in (Status.OPEN.value, Status.WAITING.value):
        ticket.become(Status.RESOLVED)
        audit.record(session, BOT, "ticket.resolved", ticket=ticket)
