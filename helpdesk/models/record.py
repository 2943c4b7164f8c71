"""What agents keep of a customer beside the tickets: notes, stages, pools, words to be found by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, CreatedAt, Id, Word, now
from helpdesk.models.belonging import Belonging


class CustomerNote(Belonging, Base):
    """Something about a customer that every agent should know."""

    __tablename__ = "customer_notes"
    __table_args__ = (Index("ix_customer_notes_customer", "customer_id", "id"),)

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    author_name: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[CreatedAt]


class StageChange(Base):
    """A customer came to another stage of their life with us, and why."""

    __tablename__ = "stage_changes"
    __table_args__ = (Index("ix_stage_changes_customer", "customer_id", "id"),)

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    stage: Mapped[Word]
    was: Mapped[Word] = mapped_column(default="")
    why: Mapped[dict[str, Any]] = mapped_column(default=dict)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    agent_name: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime | None]
    at: Mapped[datetime] = mapped_column(default=now)


class Pool(Base):
    """Customers that a team shares: free to be claimed, or held by one of its agents.

    ``cap`` is how many one agent may hold (0: no end), ``idle_days`` after how many days without
    a word a held customer is free again (None: as the setting says; 0: never).
    """

    __tablename__ = "pools"

    id: Mapped[Id]
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), unique=True)
    cap: Mapped[int] = mapped_column(default=0)
    idle_days: Mapped[int | None]
    created_at: Mapped[CreatedAt]


class CustomerWord(Base):
    """A word that a customer is found by: of the name, an address, the organization, the number, or
    what stands in a custom field."""

    __tablename__ = "customer_words"
    __table_args__ = (Index("ix_customer_words_customer", "customer_id"),)

    word: Mapped[str] = mapped_column(
        String(64).with_variant(String(64, collation="C"), "postgresql"), primary_key=True
    )  # in the order of its bytes, so that a prefix is a range
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)


class Rewording(Base):
    """A customer whose words must be made anew a moment later."""

    __tablename__ = "rewordings"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
