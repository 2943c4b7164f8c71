"""Why the bot said what it said, for the agents' eyes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from helpdesk.models import Message, TrainingCandidate, Understanding
from helpdesk.models.visibility import visible_to
from helpdesk.rules.actor import Actor


@dataclass(frozen=True, slots=True)
class Considered:
    slug: str
    percent: int


@dataclass(frozen=True, slots=True)
class Why:
    """What was understood behind one message of the bot. Shares are whole percents."""

    message_id: int
    intent: str
    percent: int
    ranking: list[tuple[str, int]]
    articles: list[Considered]
    outcome: str
    helped: bool | None
    corrected: str  # the right intent or article, where an agent said so


_WHY = (
    select(
        Understanding.message_id, Understanding.intent, Understanding.confidence,
        Understanding.ranking, Understanding.articles, Understanding.outcome, Understanding.helped,
    )
    .where(Understanding.message_id.in_(bindparam("messages", expanding=True)))
)  # fmt: skip
_CORRECTED = (
    select(TrainingCandidate.message_id, TrainingCandidate.intent, TrainingCandidate.article)
    .where(
        TrainingCandidate.message_id.in_(bindparam("messages", expanding=True)),
        TrainingCandidate.source == "correction",
    )
    .order_by(TrainingCandidate.id)
)


def whys(session: Session, messages: Sequence[int]) -> dict[int, Why]:
    """Why each of these messages of the bot was said; whoever may see them may see that."""
    wanted = {"messages": messages}
    corrected = {
        row.message_id: row.intent or row.article for row in session.execute(_CORRECTED, wanted)
    }
    return {
        row.message_id: Why(
            message_id=row.message_id,
            intent=row.intent,
            percent=percent(row.confidence),
            ranking=[(str(name), percent(sure)) for name, sure in row.ranking],
            articles=[Considered(a["slug"], percent(a["confidence"])) for a in row.articles],
            outcome=row.outcome,
            helped=row.helped,
            corrected=corrected.get(row.message_id, ""),
        )
        for row in session.execute(_WHY, wanted)
    }


def percent(share: float) -> int:
    return round(100 * min(max(share, 0.0), 1.0))


def understood(
    session: Session, actor: Actor, ticket_id: int, message_id: int
) -> Understanding | None:
    """The understanding behind a message of a ticket that ``actor`` may see."""
    return session.scalar(
        select(Understanding)
        .join(Message, Message.id == Understanding.message_id)
        .where(
            Understanding.message_id == message_id,
            Message.ticket_id == ticket_id,
            Message.ticket.has(visible_to(actor)),
        )
    )
