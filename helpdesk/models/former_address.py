"""The addresses that articles had before, so that links to them lead on."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, CreatedAt, Id


class FormerAddress(Base):
    """A slug that an article gave up. No other article may take it."""

    __tablename__ = "former_addresses"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), index=True)
    created_at: Mapped[CreatedAt]
