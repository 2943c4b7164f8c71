"""Tokens with which programs act for an agent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, CreatedAt, Id


class ApiToken(Base):
    """Kept as a hash only; the token itself is shown once."""

    __tablename__ = "api_tokens"

    id: Mapped[Id]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[Any]] = mapped_column(default=list)  # helpdesk.rules.api_scope.Scope
    expires_at: Mapped[datetime | None]  # None: never
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
