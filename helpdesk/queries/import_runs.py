"""Imports as their pages, the API and the command line show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import ImportOutcome, ImportRun
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor, Role

MAY_SEE = (Role.SUPERVISOR, Role.ADMIN)
AT_ONCE = 1000
PAGE = 50  # imports


@dataclass(frozen=True, slots=True)
class Runs:
    rows: Sequence[ImportRun]
    before: int  # where the next page goes on; 0 when there is none


def import_runs(session: Session, actor: Actor, before: int | None = None) -> Runs:
    """A page of the imports, newest first; ``before`` is that of the page before."""
    actor.must_be(*MAY_SEE)
    question = select(ImportRun).order_by(ImportRun.id.desc()).limit(PAGE + 1)
    if before is not None:
        question = question.where(ImportRun.id < before)
    found = session.scalars(question).all()
    return Runs(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else 0)


def import_run(session: Session, actor: Actor, number: int) -> ImportRun:
    """One import. Raises ``NotFound``."""
    actor.must_be(*MAY_SEE)
    run = session.get(ImportRun, number if 0 < number < 2**31 else 0)
    if run is None:
        raise NotFound("There is no such import.")
    return run


def import_rows(
    session: Session, actor: Actor, run_id: int, *, after: int = 0, limit: int = 50,
    outcome: str = "",
) -> Sequence[ImportOutcome]:  # fmt: skip
    """What became of the rows behind row ``after``."""
    actor.must_be(*MAY_SEE)
    question = select(ImportOutcome).where(
        ImportOutcome.run_id == run_id, ImportOutcome.row > after
    )
    if outcome == "kept":
        question = question.where(ImportOutcome.undone == "kept")
    elif outcome:
        question = question.where(ImportOutcome.outcome == outcome)
    return session.scalars(question.order_by(ImportOutcome.row).limit(limit)).all()


def every_row(session: Session, actor: Actor, run_id: int) -> Iterator[ImportOutcome]:
    """All rows of a report, a part at a time."""
    after = 0
    while rows := import_rows(session, actor, run_id, after=after, limit=AT_ONCE):
        yield from rows
        after = rows[-1].row
        session.expunge_all()
