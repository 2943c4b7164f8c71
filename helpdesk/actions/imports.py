"""Runs of an import: a file is kept, its columns are named, it is checked, taken in, undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import phonenumbers
from sqlalchemy import delete

from helpdesk import signals
from helpdesk.actions import audit
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ImportOutcome, ImportRun, NotPossible, RunState, RunTask, now
from helpdesk.models.visibility import NotFound
from helpdesk.queries.custom_fields import import_fields
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.custom_field import Field
from helpdesk.rules.import_fields import NOUNS, fault_of, guess
from helpdesk.sheets.reading import look_through

IMPORTERS = (Role.SUPERVISOR, Role.ADMIN)


def begin(
    desk: Desk,
    actor: Actor,
    noun: str,
    path: Path,
    name: str,
    *,
    columns: Mapping[str, str] | None = None,
    region: str = "",
) -> int:
    """Keep the file at ``path`` and guess what its columns mean; the id of the run.

    ``columns`` are fields by header, which win over the guess. Nothing is taken in yet. Raises
    ``BadSheet`` for a file that is no table, ``NotPossible`` for a noun or columns unknown.
    """
    actor.must_be(*IMPORTERS)
    if noun not in NOUNS:
        raise NotPossible("What is imported is one of: %(known)s.", known=", ".join(NOUNS))
    sheet = look_through(path)
    with desk.read() as session:
        custom = import_fields(session, noun)
    mapping = _named(sheet.headers, guess(noun, sheet.headers, custom), columns or {})
    _must_fit(noun, sheet.headers, mapping, custom)
    digest = desk.files.put_file(path)
    with desk.write() as session:
        run = ImportRun(
            noun=noun,
            agent_id=actor.id,
            agent_name=actor.name,
            file_name=name[:200],
            sha256=digest,
            size=path.stat().st_size,
            encoding=sheet.encoding,
            headers=[header[:200] for header in sheet.headers],
            mapping=mapping,
            region=_region(region),
            rows=sheet.rows,
        )
        session.add(run)
        session.flush()
        audit.record(session, actor, "import.uploaded", run=run.id, noun=noun, file=run.file_name)
        return run.id


def _named(headers: list[str], guessed: list[str], columns: Mapping[str, str]) -> list[str]:
    by_header = {header.casefold(): field for header, field in columns.items()}
    known = {header.casefold() for header in headers}
    strange = [header for header in columns if header.casefold() not in known]
    if strange:
        raise NotPossible("There is no column “%(header)s”.", header=strange[0])
    said = set(by_header.values())
    rest = ["" if field in said else field for field in guessed]
    return [by_header.get(header.casefold(), rest[i]) for i, header in enumerate(headers)]


def _must_fit(
    noun: str, headers: Sequence[str], mapping: Sequence[str], custom: Sequence[Field]
) -> None:
    if fault := fault_of(noun, headers, mapping, custom):
        raise NotPossible("“%(field)s” is not a field of these rows, or stands for two columns.",
                          field=fault)  # fmt: skip


def _region(given: str) -> str:
    region = given.strip().upper()
    if region and region not in phonenumbers.SUPPORTED_REGIONS:
        raise NotPossible("“%(region)s” is not a country such as GB or CN.", region=region[:10])
    return region


def name_columns(
    desk: Desk, actor: Actor, run_id: int, mapping: Sequence[str], region: str = ""
) -> None:
    """Say what each column means. Raises ``NotPossible`` once rows have been taken in."""
    with desk.write() as session:
        run = _held(session, actor, run_id)
        if run.state == RunState.DUE.value or run.task != RunTask.CHECK.value:
            raise NotPossible("This file is being taken in. Upload it again to change its columns.")
        _must_fit(run.noun, run.headers, mapping, import_fields(session, run.noun))
        if not any(mapping):
            raise NotPossible("Say of one column at least what it means.")
        run.mapping, run.region = list(mapping), _region(region)
        run.changed_at = now()


def start(desk: Desk, actor: Actor, run_id: int, task: RunTask) -> None:
    """Have a run checked, taken in or undone, in the background. Raises ``NotPossible``."""
    with desk.write() as session:
        run = _held(session, actor, run_id)
        if run.state == RunState.DUE.value:
            raise NotPossible("This import is under way already.")
        imported = run.task == RunTask.IMPORT.value
        if task is RunTask.UNDO and not imported:
            raise NotPossible("Only an import that has run can be undone.")
        if task is not RunTask.UNDO and run.task != RunTask.CHECK.value:
            raise NotPossible("This file was taken in already. Upload it again to repeat it.")
        if task is not RunTask.UNDO:
            session.execute(delete(ImportOutcome).where(ImportOutcome.run_id == run.id))
        run.begin(task)
        run.changed_at = now()
        audit.record(session, actor, _BEGUN[task], run=run.id, noun=run.noun, file=run.file_name)
        session.announce(signals.import_due)


_BEGUN = {
    RunTask.CHECK: "import.check_started",
    RunTask.IMPORT: "import.started",
    RunTask.UNDO: "import.undo_started",
}


def _held(session: WriteSession, actor: Actor, run_id: int) -> ImportRun:
    actor.must_be(*IMPORTERS)
    number = run_id if 0 < run_id < 2**31 else 0
    run = session.get(ImportRun, number, with_for_update=True)
    if run is None:
        raise NotFound("There is no such import.")
    return run
