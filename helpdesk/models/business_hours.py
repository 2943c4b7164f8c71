"""When people work: opening hours by weekday in a time zone, and the days on which nobody does."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, CreatedAt, Id, Word
from helpdesk.rules.business_time import Calendar, Interval


class BusinessHours(Base):
    """The hours that clocks count. A team without its own keeps the default ones."""

    __tablename__ = "business_hours"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    timezone: Mapped[Word]  # of the tz database: Europe/London
    week: Mapped[list[Any]]  # seven days from Monday: lists of [opens, closes] in minutes
    is_default: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]

    holidays: Mapped[list[Holiday]] = relationship(
        cascade="all, delete-orphan", order_by="Holiday.day"
    )

    @property
    def calendar(self) -> Calendar:
        """What ``helpdesk.rules.business_time`` reckons with."""
        return Calendar(
            ZoneInfo(self.timezone),
            tuple(tuple(Interval(*hours) for hours in day) for day in self.week),
            frozenset(holiday.day for holiday in self.holidays),
        )


class Holiday(Base):
    """A day on which nobody works, whatever the weekday."""

    __tablename__ = "holidays"
    __table_args__ = (UniqueConstraint("hours_id", "day"),)

    id: Mapped[Id]
    hours_id: Mapped[int] = mapped_column(ForeignKey("business_hours.id"))
    day: Mapped[date]
    name: Mapped[str]
