"""The imports as a table: whose file, and what became of its rows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.queries.exports import Export, Rows
from helpdesk.queries.import_runs import import_runs
from helpdesk.rules.actor import Actor

COLUMNS = ("import", "noun", "file", "by", "task", "state", "rows", "created", "updated",
           "unchanged", "refused", "created_at")  # fmt: skip


def inventory() -> Export:
    """All imports, the newest first. The report of one is a table of its own."""
    return Export("imports", _rows)


def _rows(session: Session, actor: Actor) -> Rows:
    yield COLUMNS
    found = import_runs(session, actor)
    while True:
        for run in found.rows:
            yield (
                run.id, run.noun, run.file_name, run.agent_name, run.task, run.state, run.rows,
                run.created, run.updated, run.unchanged, run.refused, run.created_at,
            )  # fmt: skip
        if not found.before:
            return
        found = import_runs(session, actor, found.before)
