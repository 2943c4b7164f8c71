"""Surveys: whom they ask, the invitations that went out, and the answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, CreatedAt, Id, Word, now
from helpdesk.models.ticket import Ticket
from helpdesk.rules.survey import CHANGE_LASTS, LINK_LASTS

FATIGUE_DAYS = 30
DELAY = {"chat": 0}  # minutes, by channel
USUAL_DELAY = 60


class Survey(Base):
    """One kind of survey and its rules. ``texts`` holds own words by locale; {}: the built-in
    ones. Only tickets that ended after ``active_since`` are asked about."""

    __tablename__ = "surveys"

    id: Mapped[Id]
    kind: Mapped[Word] = mapped_column(unique=True)  # helpdesk.rules.survey.SurveyKind
    active: Mapped[bool] = mapped_column(default=False)
    active_since: Mapped[datetime | None]
    fatigue_days: Mapped[int] = mapped_column(default=FATIGUE_DAYS)
    texts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[CreatedAt]

    inboxes: Mapped[list[SurveyInbox]] = relationship()


class SurveyInbox(Base):
    """Whether a survey asks about the tickets of an inbox, and how many minutes after their end.
    An inbox without one asks, after the usual delay of its channel."""

    __tablename__ = "survey_inboxes"
    __table_args__ = (UniqueConstraint("survey_id", "inbox_id"),)

    id: Mapped[Id]
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inboxes.id"))
    active: Mapped[bool] = mapped_column(default=True)
    delay_minutes: Mapped[int]


class SurveyInvitation(Base):
    """What was decided about asking for one ticket, once a kind: asked, over ``channel`` at
    ``sent_at``, or not, for ``reason``. A ticket that ends again later is considered again unless
    it was asked about. ``agent_id`` and ``team_id`` are whose work it was then."""

    __tablename__ = "survey_invitations"
    __table_args__ = (
        UniqueConstraint("ticket_id", "kind"),
        Index("ix_survey_invitations_sent", "sent_at", "id"),
        Index("ix_survey_invitations_customer", "customer_id"),
        Index("ix_survey_invitations_point", "contact_point_id", "id"),
    )

    id: Mapped[Id]
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    kind: Mapped[Word]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    contact_point_id: Mapped[int | None] = mapped_column(ForeignKey("contact_points.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    channel: Mapped[Word] = mapped_column(default="")
    locale: Mapped[Word] = mapped_column(default="")  # BCP 47
    reason: Mapped[Word] = mapped_column(default="")  # helpdesk.rules.survey.Unasked
    nonce: Mapped[Word]
    considered_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    ticket: Mapped[Ticket] = relationship()
    answer: Mapped[SurveyAnswer | None] = relationship(back_populates="invitation")

    def is_over(self, moment: datetime) -> bool:
        """Whether it is too late for a first answer."""
        return self.sent_at is None or moment > self.sent_at + LINK_LASTS


class SurveyAnswer(Base):
    """What the customer said: a score and perhaps a comment."""

    __tablename__ = "survey_answers"

    id: Mapped[Id]
    invitation_id: Mapped[int] = mapped_column(ForeignKey("survey_invitations.id"), unique=True)
    score: Mapped[int]
    comment: Mapped[str] = mapped_column(default="")
    locale: Mapped[Word] = mapped_column(default="")
    answered_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    invitation: Mapped[SurveyInvitation] = relationship(back_populates="answer")

    def may_change(self, moment: datetime) -> bool:
        return moment <= self.answered_at + CHANGE_LASTS
