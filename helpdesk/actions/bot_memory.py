"""What is kept of an answer: why it was said, what was not understood, whether it helped."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.actions import audit
from helpdesk.actions.bot_turns import Taken
from helpdesk.database import WriteSession
from helpdesk.models import BotTurn, Message, Ticket, TrainingCandidate, Understanding
from helpdesk.rules.actor import BOT
from helpdesk.rules.bot_policy import NOT_UNDERSTOOD, Handoff
from helpdesk.rules.bot_reply import BotReply


def remember(
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


def was_helped(session: WriteSession, ticket: Ticket, *, is_yes: bool) -> None:
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
