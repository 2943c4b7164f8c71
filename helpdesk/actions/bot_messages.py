"""The bot's words on their way: into the transcript and into the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk.actions import handovers
from helpdesk.actions.bot_turns import Taken
from helpdesk.actions.bot_words import bot_name
from helpdesk.actions.outbox import queue
from helpdesk.actions.replies import composed
from helpdesk.actions.reply_routes import route_of
from helpdesk.actions.search_index import index_message
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Message, NotPossible, Ticket
from helpdesk.rules.actor import BOT
from helpdesk.rules.bot_policy import Handoff
from helpdesk.rules.spoken_language import Spoken


def say(
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
