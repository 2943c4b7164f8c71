"""Why customers complain, and what we do about it: two lists that admins keep."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, CreatedAt, Id, Word


class ComplaintReason(Base):
    """One entry of the list of causes or of remedies. Inactive ones stay where they are used."""

    __tablename__ = "complaint_reasons"
    __table_args__ = (Index("ix_complaint_reasons_part", "part", "position"),)

    id: Mapped[Id]
    part: Mapped[Word]  # cause, remedy
    name_en: Mapped[str]
    name_zh: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[CreatedAt]
