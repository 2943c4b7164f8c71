"""The work of an import: batch after batch, each one transaction with its place in the file.

Who works on a run holds it by a lease and by the number of their attempt. A worker that was
killed, or overtaken after a long sleep, cannot write: the next one goes on at the row where the
last transaction ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, Select, insert, or_, select, update

from helpdesk import memory
from helpdesk.actions import audit
from helpdesk.actions.agents import actor_of
from helpdesk.actions.import_batch import Line, batches, outcomes
from helpdesk.actions.importing import importer
from helpdesk.actions.importing.base import Importer
from helpdesk.actions.inboxes import email_inbox
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Agent, ImportOutcome, ImportRun, RunState, RunTask, now
from helpdesk.models.import_run import Outcome
from helpdesk.queries.custom_fields import import_fields
from helpdesk.rules.actor import SYSTEM, Actor
from helpdesk.rules.import_values import Customs, RefusedRow
from helpdesk.sheets.bad_sheet import BadSheet
from helpdesk.sheets.reading import MOST_ROWS, rows_of

log = structlog.get_logger(__name__)

BATCH = 500  # rows in one transaction: some 100 ms in which nobody else writes to SQLite
LEASE = timedelta(seconds=60)
PAUSE = 0.003  # seconds between two batches, in which others write

Stop = Callable[[], bool]


class Overtaken(Exception):
    """Another worker holds the run by now."""


def due(desk: Desk) -> list[int]:
    """Runs that wait, or whose worker is gone."""
    with desk.read() as session:
        return list(
            session.scalars(
                select(ImportRun.id)
                .where(ImportRun.state == RunState.DUE.value, _is_free())
                .order_by(ImportRun.id)
                .limit(20)
            )
        )


def _is_free() -> ColumnElement[bool]:
    return or_(ImportRun.lease_until.is_(None), ImportRun.lease_until < now())


def work(desk: Desk, run_id: int, stop: Stop = lambda: False) -> None:
    """Bring a run to its end, or as far as it goes before ``stop()`` is true."""
    run = _claim(desk, run_id)
    if run is None:
        return
    try:
        if run.task == RunTask.UNDO.value:
            _undo(desk, run, stop)
        else:
            _take_in(desk, run, stop)
    except Overtaken:
        log.info("import.overtaken", run=run_id)
    except BadSheet as fault:
        _end(desk, run, RunState.FAILED, str(fault))
    except FileNotFoundError:
        _end(desk, run, RunState.FAILED, "The file is not there any more.")


def _claim(desk: Desk, run_id: int) -> ImportRun | None:
    with desk.write() as session:
        taken = session.execute(
            update(ImportRun)
            .where(ImportRun.id == run_id, ImportRun.state == RunState.DUE.value, _is_free())
            .values(attempt=ImportRun.attempt + 1, lease_until=now() + LEASE)
            .execution_options(synchronize_session=False)
        )
        return session.get_one(ImportRun, run_id) if taken.rowcount else None  # type: ignore[attr-defined]


def _hold(session: WriteSession, run: ImportRun) -> ImportRun:
    """The run in this transaction, if it is still this worker's. Raises ``Overtaken``."""
    held = session.execute(
        update(ImportRun)
        .where(ImportRun.id == run.id, ImportRun.attempt == run.attempt,
               ImportRun.state == RunState.DUE.value)
        .values(lease_until=now() + LEASE, changed_at=now())
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if not held.rowcount:  # type: ignore[attr-defined]
        raise Overtaken
    return session.get_one(ImportRun, run.id)


def _take_in(desk: Desk, run: ImportRun, stop: Stop) -> None:
    actor = _actor(desk, run)
    inbox = email_inbox(desk) if run.noun == "tickets" else 0
    customs = customs_of(desk, run.noun, run.region)
    rows = importer(run.noun, actor, inbox)
    for batch in batches(_lines(desk, run), rows, customs, BATCH):
        if stop():
            return _put_down(desk, run)
        with desk.write() as session:
            held = _hold(session, run)
            rows_done = outcomes(
                session, held, rows, batch, is_check=run.task == RunTask.CHECK.value
            )
            session.connection().execute(insert(ImportOutcome), rows_done)
            for outcome in rows_done:
                held.count(str(outcome["outcome"]))
            held.position += len(batch)
        _pause()
    _end(desk, run, RunState.DONE)
    return None


def customs_of(desk: Desk, noun: str, region: str = "") -> Customs:
    """How rows of ``noun`` are read on this desk."""
    with desk.read() as session:
        fields = {field.column: field for field in import_fields(session, noun)}
    return Customs(region, desk.settings.timezone, fields)


def _actor(desk: Desk, run: ImportRun) -> Actor:
    """On whose behalf: whoever uploaded the file, with the rights that they have now."""
    if run.agent_id is None:
        return SYSTEM
    with desk.read() as session:
        return actor_of(desk, session.get_one(Agent, run.agent_id))


def _lines(desk: Desk, run: ImportRun) -> Iterator[Line]:
    fields = list(enumerate(run.mapping))
    for number, cells in rows_of(desk.files.path(run.sha256), run.encoding, after=run.position):
        values: dict[str, list[str]] = {}
        for place, field in fields:
            if field and place < len(cells) and cells[place].strip():
                values.setdefault(field, []).append(cells[place])
        yield Line(number, values, any(cell.strip() for cell in cells[len(fields) :]))


def _undo(desk: Desk, run: ImportRun, stop: Stop) -> None:
    """Put back what was written, the last row first."""
    rows = importer(run.noun, _actor(desk, run))
    above = MOST_ROWS + 2  # those from this row on are behind
    while not stop():
        with desk.write() as session:
            held = _hold(session, run)
            batch = session.scalars(_to_undo(run.id, above)).all()
            for row in batch:
                _put_back(session, held, rows, row)
            held.position += len(batch)
        if not batch:
            return _end(desk, run, RunState.DONE)
        above = batch[-1].row
        _pause()
    return _put_down(desk, run)


def _to_undo(run_id: int, above: int) -> Select[ImportOutcome]:
    written = (Outcome.CREATED.value, Outcome.UPDATED.value)
    return (
        select(ImportOutcome)
        .where(
            ImportOutcome.run_id == run_id,
            ImportOutcome.row < above,
            ImportOutcome.outcome.in_(written),
            ImportOutcome.undone == "",
        )
        .order_by(ImportOutcome.row.desc())
        .limit(BATCH)
    )


def _put_back(session: WriteSession, run: ImportRun, rows: Importer, row: ImportOutcome) -> None:
    data = dict(row.data)
    try:
        rows.put_back(session, row)
    except RefusedRow as refusal:
        row.undone, row.reason = "kept", refusal.words
        data["values"] = {name: str(value) for name, value in refusal.values.items()}
        run.kept += 1
    else:
        row.undone = "put_back"
        run.put_back += 1
    row.data = data


def _pause() -> None:
    """Let others write, and forget the batch."""
    memory.tidy()
    time.sleep(PAUSE)


def _put_down(desk: Desk, run: ImportRun) -> None:
    """Leave the run for whoever comes next."""
    with desk.write() as session:
        _hold(session, run).lease_until = None


def _end(desk: Desk, run: ImportRun, state: RunState, reason: str = "") -> None:
    with desk.write() as session:
        held = _hold(session, run)
        held.state, held.reason, held.lease_until = state.value, reason, None
        actor = SYSTEM if run.agent_id is None else _actor(desk, run)
        audit.record(
            session, actor, _ENDED.get((run.task, state), "import.failed"), run=run.id,
            noun=run.noun, reason=reason, created=held.created, updated=held.updated,
            unchanged=held.unchanged, refused=held.refused, put_back=held.put_back, kept=held.kept,
        )  # fmt: skip


_ENDED = {
    (RunTask.CHECK.value, RunState.DONE): "import.checked",
    (RunTask.IMPORT.value, RunState.DONE): "import.made",
    (RunTask.UNDO.value, RunState.DONE): "import.undone",
}
