"""Imports as their pages, the API and the command line show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import ImportOutcome, ImportRun
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor, Role

MAY_SEE = (Role.SUPERVISOR, Role.ADMIN)
AT_ONCE = 1000


def import_runs(session: Session, actor: Actor, limit: int = 50) -> Sequence[ImportRun]:
    """The last imports, newest first."""
    actor.must_be(*MAY_SEE)
    return session.scalars(select(ImportRun).order_by(ImportRun.id.desc()).limit(limit)).all()


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
