"""Who speaks for us: the bot's handoff to people, an agent's take-over, the handback."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from helpdesk.actions import audit, bot_turns
from helpdesk.actions.changing import changing
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import BotTurn, Message, NotPossible, Ticket, TurnState, now
from helpdesk.rules.actor import Actor
from helpdesk.rules.bot_policy import TALKS_ON, Handoff

MOST_SETTLED = 1000  # characters that people tell the bot when they hand back


def to_people(
    session: WriteSession, actor: Actor, ticket: Ticket, reason: Handoff, **facts: Any
) -> bool:
    """Part of a transaction that holds the ticket's row: people speak from now on.

    Every turn that is under way is dropped with it. False when people had it already.
    """
    if not ticket.hand_to_people(reason.value):
        return False
    session.execute(
        update(BotTurn)
        .where(BotTurn.ticket_id == ticket.id, BotTurn.state == TurnState.DUE.value)
        .values(state=TurnState.DROPPED.value, reason=reason.value, settled_at=now())
        .execution_options(synchronize_session=False)
    )
    event = "ticket.taken_over" if reason is Handoff.TAKEN_OVER else "ticket.handed_off"
    known = {"channel": ticket.preview_channel, "language": ticket.customer.locale}
    audit.record(session, actor, event, ticket=ticket, why=reason.value, **(known | facts))
    return True


def take_over(desk: Desk, actor: Actor, ticket_id: int) -> None:
    """An agent takes the ticket from the bot, and gets it if nobody has it.

    No fault when people have it already: two agents may press at once. Raises ``NotFound``.
    """
    with changing(desk, actor, ticket_id) as (session, ticket):
        if to_people(session, actor, ticket, Handoff.TAKEN_OVER) and ticket.assignee_id is None:
            ticket.assignee_id = actor.id


def hand_back(desk: Desk, actor: Actor, ticket_id: int, settled: str = "") -> None:
    """Give the ticket back to the bot, with what people ``settled`` meanwhile.

    What the customer said last, and nobody has answered, the bot answers now. Raises
    ``NotPossible`` where the bot cannot talk, ``NotFound``.
    """
    with changing(desk, actor, ticket_id) as (session, ticket):
        last = _last_words(session, ticket)
        if last is None or last.channel not in TALKS_ON or not ticket.inbox.settings.get("bot"):
            raise NotPossible("The bot does not talk there: it is off, or the channel is another.")
        ticket.hand_to_bot()
        ticket.assignee_id = None
        audit.record(
            session, actor, "ticket.handed_back", ticket=ticket,
            settled=" ".join(settled.split())[:MOST_SETTLED],
        )  # fmt: skip
        if last.direction == "inbound":
            bot_turns.owe(session, ticket, last.seq)


def _last_words(session: WriteSession, ticket: Ticket) -> Message | None:
    return session.scalars(
        select(Message)
        .where(
            Message.ticket_id == ticket.id,
            Message.visibility == "public",
            Message.automatic == "",
        )
        .order_by(Message.seq.desc())
        .limit(1)
    ).one_or_none()
