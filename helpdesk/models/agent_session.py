"""Where an agent is signed in, and how they prove who they are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, CreatedAt, Id, Word, now


class AgentSession(Base):
    """One browser that is signed in; without its row the browser's cookie is worth nothing."""

    __tablename__ = "agent_sessions"

    id: Mapped[Id]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    address: Mapped[Word] = mapped_column(default="")  # of the network
    browser: Mapped[str] = mapped_column(default="")  # its User-Agent, cut
    seen_at: Mapped[datetime] = mapped_column(default=now)  # to a minute or two
    created_at: Mapped[CreatedAt]


class PasswordLink(Base):
    """A link with which an agent sets a password, once. Kept as a hash."""

    __tablename__ = "password_links"

    id: Mapped[Id]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    sha256: Mapped[Word] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class SecondFactor(Base):
    """The secret that an agent's authenticator app shares with us (RFC 6238)."""

    __tablename__ = "second_factors"

    agent_id: Mapped[int] = mapped_column(
        ForeignKey("agents.id"), primary_key=True, autoincrement=False
    )
    sealed: Mapped[str]
    confirmed_at: Mapped[datetime | None]  # None: it was shown, and no code has proved it yet
    last_step: Mapped[int] = mapped_column(default=0)  # of the newest code taken: none twice
    created_at: Mapped[CreatedAt]


class RecoveryCode(Base):
    """One of the codes that stand in for a lost app, each once. Kept as a hash."""

    __tablename__ = "recovery_codes"

    id: Mapped[Id]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    sha256: Mapped[Word]
    used_at: Mapped[datetime | None]


class RolePolicy(Base):
    """What the desk asks of all who hold a role."""

    __tablename__ = "role_policies"

    role: Mapped[Word] = mapped_column(primary_key=True)  # helpdesk.rules.actor.Role
    needs_second_factor: Mapped[bool] = mapped_column(default=False)
