"""Asking the customers of tickets that have ended."""

from __future__ import annotations

import structlog

from helpdesk.actions import survey_sending
from helpdesk.desk import Desk
from helpdesk.queries import survey_candidates

log = structlog.get_logger(__name__)


def ask(desk: Desk) -> int:
    """Consider every ticket that is due, each in a transaction of its own; how many there were.

    One that fails is logged, holds up no other, and comes again.
    """
    with desk.read() as session:
        survey = survey_candidates.active(session)
        due = survey_candidates.due(session, survey) if survey else []
    for ticket in due:
        try:
            survey_sending.consider(desk, ticket)
        except Exception:
            log.exception("survey.failed", ticket=ticket)
    return len(due)
