"""How satisfied customers are: asked, answered, satisfied; in all, and by group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import (
    Agent,
    Inbox,
    Survey,
    SurveyAnswer,
    SurveyInbox,
    SurveyInvitation,
    Team,
    Ticket,
)
from helpdesk.models.survey import DELAY, FATIGUE_DAYS, USUAL_DELAY
from helpdesk.queries.reported import reported
from helpdesk.rules.actor import Actor
from helpdesk.rules.survey import LEAST, MOST, RANKED_FROM, Share, SurveyKind, is_satisfied


@dataclass(slots=True)
class Tally:
    """Of one group: how many were asked, and how many gave each score."""

    name: str
    asked: int = 0
    scores: dict[int, int] = field(default_factory=lambda: dict.fromkeys(range(LEAST, MOST + 1), 0))

    def add(self, asked: int, score: int | None) -> None:
        self.asked += asked
        if score is not None:
            self.scores[score] += asked

    @property
    def answered(self) -> int:
        return sum(self.scores.values())

    @property
    def response(self) -> Share:
        return Share(self.answered, self.asked)

    @property
    def satisfied(self) -> Share:
        """CSAT: the share of 4 and 5."""
        return Share(sum(n for s, n in self.scores.items() if is_satisfied(s)), self.answered)


@dataclass(frozen=True, slots=True)
class Results:
    """``is_ranked``: every person has answers enough to be put in an order."""

    whole: Tally
    channels: list[Tally]
    languages: list[Tally]
    agents: list[Tally]
    teams: list[Tally]
    is_ranked: bool


def results(session: Session, actor: Actor, since: datetime) -> Results:
    """What came of the invitations sent since then, as far as ``actor`` sees their tickets."""
    columns = (
        SurveyInvitation.channel, SurveyInvitation.locale, Agent.name, Team.name,
        SurveyAnswer.score,
    )  # fmt: skip
    rows = session.execute(
        select(*columns, func.count(SurveyInvitation.id))
        .join(Ticket, Ticket.id == SurveyInvitation.ticket_id)
        .outerjoin(Agent, Agent.id == SurveyInvitation.agent_id)
        .outerjoin(Team, Team.id == SurveyInvitation.team_id)
        .outerjoin(SurveyAnswer, SurveyAnswer.invitation_id == SurveyInvitation.id)
        .where(
            SurveyInvitation.kind == SurveyKind.CSAT.value, SurveyInvitation.sent_at >= since,
            reported(actor),
        )
        .group_by(*columns)
    ).all()  # fmt: skip
    counted = [
        _Counted(c, lang, agent or "", team or "", s, n) for c, lang, agent, team, s, n in rows
    ]
    agents = [tally for tally in _by(counted, lambda row: row.agent) if tally.name]
    is_ranked = bool(agents) and all(tally.answered >= RANKED_FROM for tally in agents)
    if is_ranked:
        agents.sort(key=lambda tally: (-tally.satisfied.low, tally.name))
    whole = Tally("")
    for row in counted:
        whole.add(row.asked, row.score)
    return Results(
        whole, _by(counted, lambda row: row.channel), _by(counted, lambda row: row.language),
        agents, _by(counted, lambda row: row.team), is_ranked,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Counted:
    channel: str
    language: str
    agent: str
    team: str
    score: int | None
    asked: int


def _by(counted: list[_Counted], key: Callable[[_Counted], str]) -> list[Tally]:
    """By name, whatever they have answered."""
    found: dict[str, Tally] = {}
    for row in counted:
        found.setdefault(key(row), Tally(key(row))).add(row.asked, row.score)
    return [found[name] for name in sorted(found)]


@dataclass(frozen=True, slots=True)
class InboxAsking:
    id: int
    name: str
    channel: str
    active: bool
    delay_minutes: int


@dataclass(frozen=True, slots=True)
class Asking:
    """The rules of the satisfaction survey, as they are or as they would begin."""

    active: bool
    fatigue_days: int
    inboxes: list[InboxAsking]


def asking(session: Session) -> Asking:
    survey = session.scalar(select(Survey).where(Survey.kind == SurveyKind.CSAT.value))
    rows = session.execute(
        select(Inbox.id, Inbox.name, Inbox.channel, SurveyInbox.active, SurveyInbox.delay_minutes)
        .outerjoin(SurveyInbox, SurveyInbox.inbox_id == Inbox.id)
        .where(Inbox.active)
        .order_by(Inbox.name, Inbox.id)
    )
    inboxes = [
        InboxAsking(
            number, name, channel, True if on is None else on,
            DELAY.get(channel, USUAL_DELAY) if delay is None else delay,
        )
        for number, name, channel, on, delay in rows
    ]  # fmt: skip
    if survey is None:
        return Asking(False, FATIGUE_DAYS, inboxes)
    return Asking(survey.active, survey.fatigue_days, inboxes)
