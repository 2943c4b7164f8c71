"""The bot's turns, what it understood, and what people would have it learn."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, CreatedAt, Id, Word, now
from helpdesk.models.message import Message


class TurnState(StrEnum):
    DUE = "due"
    ANSWERED = "answered"
    DROPPED = "dropped"  # people took over before the answer came; or a suggestion was not sure
    STOOD_IN = "stood_in"  # the bot was silent: the knowledge base or a handoff spoke for it


class TurnKind(StrEnum):
    ANSWER = "answer"
    SUGGESTION = "suggestion"  # one automatic mail, only when confident; people own the ticket


class BotTurn(Base):
    """The bot owes the ticket an answer to everything up to ``through_seq``, in its ``epoch``.

    A ticket has at most one turn that is due; a further message raises its ``through_seq``.
    ``lease_until`` is set while a worker has it, and ``attempts`` is that worker's number: only
    who holds the newest may settle it. A settled turn names the last seq that it spoke to.
    """

    __tablename__ = "bot_turns"
    __table_args__ = (
        Index("uq_bot_turns_due", "ticket_id", unique=True, sqlite_where=text("state = 'due'"),
              postgresql_where=text("state = 'due'")),
        Index("ix_bot_turns_due_at", "due_at", sqlite_where=text("state = 'due'"),
              postgresql_where=text("state = 'due'")),
        Index("ix_bot_turns_ticket", "ticket_id", "id"),
    )  # fmt: skip

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    epoch: Mapped[int]
    through_seq: Mapped[int]
    kind: Mapped[Word] = mapped_column(default=TurnKind.ANSWER.value)
    state: Mapped[Word] = mapped_column(default=TurnState.DUE.value)
    reason: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime] = mapped_column(default=now)
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[CreatedAt]
    settled_at: Mapped[datetime | None]


class Understanding(Base):
    """Why the bot said what it said in one message; and what an agent says about that."""

    __tablename__ = "understandings"
    __table_args__ = (Index("ix_understandings_created_at", "created_at"),)

    id: Mapped[Id]
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), unique=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("bot_turns.id"), unique=True)
    question: Mapped[str]  # the customer's words that it answers
    lang: Mapped[Word]
    intent: Mapped[Word]
    confidence: Mapped[float]
    cosine: Mapped[float] = mapped_column(default=0.0)
    ranking: Mapped[list[Any]] = mapped_column(default=list)  # [[intent, confidence]]
    articles: Mapped[list[Any]] = mapped_column(default=list)  # [{slug, score, confidence}]
    outcome: Mapped[Word] = mapped_column(default="said")  # said, answered, offered, handed_off
    helped: Mapped[bool | None]  # what the customer said of it
    created_at: Mapped[CreatedAt]

    message: Mapped[Message] = relationship()


class TrainingCandidate(Base):
    """Words that the bot should learn from: a correction by an agent, or a fallback.

    ``intent`` or ``article`` (a slug) is the right one where somebody named it. A person
    accepts or rejects it; only accepted ones reach the training data. ``model`` is the newest
    one that learnt it.
    """

    __tablename__ = "training_candidates"
    __table_args__ = (
        Index("ix_training_candidates_state", "state", "id"),
        Index("ix_training_candidates_source", "source", "created_at"),
    )

    id: Mapped[Id]
    text: Mapped[str]
    lang: Mapped[Word]
    source: Mapped[Word]  # correction, fallback
    understood_as: Mapped[Word] = mapped_column(default="")
    intent: Mapped[Word] = mapped_column(default="")
    article: Mapped[str] = mapped_column(default="")
    state: Mapped[Word] = mapped_column(default="open")  # open, accepted, rejected
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    decided_at: Mapped[datetime | None]
    model: Mapped[Word] = mapped_column(default="")
    created_at: Mapped[CreatedAt]
