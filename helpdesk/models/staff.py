"""Agents and the teams that they work in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, CreatedAt, Id, Word

team_members = Table(
    "team_members",
    Base.metadata,
    Column("team_id", ForeignKey("teams.id"), primary_key=True),
    Column("agent_id", ForeignKey("agents.id"), primary_key=True, index=True),
)


class Team(Base):
    """A group of agents. The tickets of a private team are seen by its members only."""

    __tablename__ = "teams"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    is_private: Mapped[bool] = mapped_column(default=False)
    business_hours_id: Mapped[int | None] = mapped_column(ForeignKey("business_hours.id"))
    created_at: Mapped[CreatedAt]

    members: Mapped[list[Agent]] = relationship(secondary=team_members, back_populates="teams")


class Agent(Base):
    """A person who answers."""

    __tablename__ = "agents"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(unique=True)  # lower case
    name: Mapped[str]
    password_hash: Mapped[str] = mapped_column(default="")  # argon2id; "" cannot log in
    role: Mapped[Word] = mapped_column(default="agent")  # helpdesk.rules.actor.Role
    locale: Mapped[Word] = mapped_column(default="en")
    theme: Mapped[Word] = mapped_column(default="")  # light, dark, "" follows the system
    preferences: Mapped[dict[str, Any]] = mapped_column(  # helpdesk.rules.preferences
        default=dict, server_default="{}"
    )
    active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=1)  # raised: every session ends
    last_login_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    teams: Mapped[list[Team]] = relationship(secondary=team_members, back_populates="members")
