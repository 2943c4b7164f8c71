"""Answers to surveys, and the rules by which they are asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from helpdesk.actions import audit
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    Inbox,
    NotPossible,
    Survey,
    SurveyAnswer,
    SurveyInbox,
    SurveyInvitation,
    Ticket,
    now,
)
from helpdesk.models.visibility import NotFound
from helpdesk.rules import survey as rules
from helpdesk.rules.actor import Actor, ActorKind, Role
from helpdesk.rules.survey import SurveyKind

MOST_DAYS = 365
MOST_MINUTES = 7 * 24 * 60


class SurveyOver(NotPossible):
    """It is too late to answer, or to change the answer."""


def answer(desk: Desk, invitation_id: int, score: int, comment: str | None, locale: str) -> None:
    """Take the customer's answer, or their change of mind. The ticket stays as it stands.

    ``comment`` None leaves the one there is. Whoever calls has checked that the asker may answer.
    Raises ``SurveyOver``, ``NotPossible`` for a score that there is not, ``NotFound``.
    """
    if not rules.is_score(score):
        raise NotPossible("Choose one of the five faces.")
    with desk.write() as session:
        invitation = session.get(SurveyInvitation, invitation_id)
        if invitation is None:
            raise NotFound("There is no such survey.")
        ticket = session.get_one(Ticket, invitation.ticket_id, with_for_update=True)
        found = session.scalar(
            select(SurveyAnswer).where(SurveyAnswer.invitation_id == invitation.id)
        )
        words = _clean(comment) if comment is not None else (found.comment if found else "")
        if found is not None and (found.score, found.comment) == (score, words):
            return
        was = found.score if found else None
        _take(session, invitation, found, score, words, locale)
        actor = Actor(ActorKind.CUSTOMER, ticket.customer_id, ticket.customer.display_name)
        audit.record(session, actor, "survey.answered", ticket=ticket, score=score, was=was)
        ticket.touch()
        audit.changed(session, ticket)


def _clean(comment: str) -> str:
    kept = "".join(c for c in comment.replace("\r\n", "\n") if c == "\n" or c.isprintable())
    return kept.strip()[: rules.MOST_COMMENT]


def _take(
    session: WriteSession,
    invitation: SurveyInvitation,
    found: SurveyAnswer | None,
    score: int,
    words: str,
    locale: str,
) -> None:
    moment = now()
    if found is None:
        if invitation.is_over(moment):
            raise SurveyOver("This survey has ended.")
        found = SurveyAnswer(invitation_id=invitation.id, answered_at=moment)
        session.add(found)
    elif not found.may_change(moment):
        raise SurveyOver("Your answer is kept and cannot be changed any more.")
    found.score, found.comment, found.locale, found.changed_at = score, words, locale, moment


@dataclass(frozen=True, slots=True)
class InboxRule:
    """Whether the tickets of an inbox are asked about, and how many minutes after their end."""

    active: bool
    delay_minutes: int


def configure(
    desk: Desk,
    actor: Actor,
    *,
    active: bool,
    fatigue_days: int,
    inboxes: Mapping[int, InboxRule],
) -> None:
    """Say whom the satisfaction survey asks. Raises ``NotAllowed``, ``NotPossible``.

    Switched on, it asks about what ends from now on, not about what ended before.
    """
    actor.must_be(Role.ADMIN)
    if not 0 <= fatigue_days <= MOST_DAYS:
        raise NotPossible("Give a number of days from 0 to %(most)s.", most=MOST_DAYS)
    if any(not 0 <= rule.delay_minutes <= MOST_MINUTES for rule in inboxes.values()):
        raise NotPossible("Give a number of minutes from 0 to %(most)s.", most=MOST_MINUTES)
    with desk.write() as session:
        survey = _survey(session)
        if active and not survey.active:
            survey.active_since = now()
        survey.active, survey.fatigue_days = active, fatigue_days
        _set_inboxes(session, survey, inboxes)
        audit.record(session, actor, "survey.configured", active=active, fatigue_days=fatigue_days)


def _survey(session: WriteSession) -> Survey:
    question = select(Survey).where(Survey.kind == SurveyKind.CSAT.value).with_for_update()
    found = session.scalar(question)
    if found is None:
        found = Survey(kind=SurveyKind.CSAT.value)
        session.add(found)
        session.flush()
    return found


def _set_inboxes(session: WriteSession, survey: Survey, rules_of: Mapping[int, InboxRule]) -> None:
    known = {each.inbox_id: each for each in survey.inboxes}
    there = set(session.scalars(select(Inbox.id).where(Inbox.id.in_(rules_of))))
    for inbox_id in sorted(there):
        row = known.get(inbox_id)
        if row is None:
            row = SurveyInbox(inbox_id=inbox_id, survey_id=survey.id, delay_minutes=0)
            session.add(row)
        row.active = rules_of[inbox_id].active
        row.delay_minutes = rules_of[inbox_id].delay_minutes
