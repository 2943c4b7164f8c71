"""Imports: send a file, watch it, read what became of each row, undo it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Literal

from flask import request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from helpdesk.actions import imports
from helpdesk.api.caller import Caller, desk
from helpdesk.api.operation import Answer, operation
from helpdesk.api.pages import Page, Paged, page_of, place
from helpdesk.api.problem import Problem
from helpdesk.api.reading import Asked, Line
from helpdesk.models import ImportOutcome, ImportRun, RunTask
from helpdesk.queries.import_runs import import_rows, import_run
from helpdesk.rules.api_scope import Scope
from helpdesk.rules.refusal import Refusal
from helpdesk.sheets.writing import FORMATS

Noun = Literal["customers", "organizations", "orders", "tickets"]
FILES = ("text/csv", FORMATS["xlsx"])


class ImportShown(BaseModel):
    """A run. `task` and `state` say what is done with the file now; the counts are its rows."""

    model_config = ConfigDict(title="Import", from_attributes=True)

    id: int
    noun: Noun
    file_name: str
    columns: dict[str, str] = Field(description="The field that each header stands for.")
    task: Literal["check", "import", "undo"]
    state: Literal["draft", "due", "done", "failed"]
    reason: str = Field(description="Why it failed.")
    rows: int
    position: int = Field(description="How many rows are behind.")
    created: int
    updated: int
    unchanged: int
    refused: int
    put_back: int
    kept: int = Field(description="Rows that an undo left, since somebody changed them.")
    created_at: AwareDatetime


class ImportRow(BaseModel):
    row: int = Field(description="As a spreadsheet counts: the headers are row 1.")
    outcome: Literal["created", "updated", "unchanged", "refused"]
    record_id: int | None
    reason: str
    undone: Literal["", "put_back", "kept"]


class ImportRowPage(Page[ImportRow]):
    pass


class ImportWanted(Asked):
    noun: Noun
    name: Line = Field("import", description="Of the file, for people.")
    dry_run: bool = Field(False, description="Say what would happen, change nothing.")
    region: Line = Field("", description="Country of phone numbers that name none: `GB`.")
    column: list[Line] = Field(
        [], description="`Header=field`, again and again; the others are guessed."
    )


class ImportRowsWanted(Paged):
    outcome: Literal["created", "updated", "unchanged", "refused", "kept"] | None = None


@operation("POST", "/imports", Scope.IMPORTS_WRITE, tag="Imports", query=ImportWanted, files=FILES,
           answer=ImportShown, status=202)  # fmt: skip
def sent(who: Caller, query: ImportWanted) -> Answer:
    """Take in a CSV or an XLSX, in the background. For supervisors and admins."""
    if request.mimetype not in FILES:
        raise Problem(415, f"Send the file as {' or '.join(FILES)}.")
    columns = dict(one.split("=", 1) for one in query.column if "=" in one)
    if len(columns) != len(query.column):
        raise Problem(422, "A column is said as Header=field, each header once.")
    with tempfile.NamedTemporaryFile() as file:
        file.write(request.get_data())
        file.flush()
        run = imports.begin(
            desk(), who.actor, query.noun, Path(file.name), query.name, columns=columns,
            region=query.region,
        )  # fmt: skip
    imports.start(desk(), who.actor, run, RunTask.CHECK if query.dry_run else RunTask.IMPORT)
    return _one(who, run), f"/imports/{run}"


def _one(who: Caller, number: int) -> ImportShown:
    with desk().read() as session:
        return shown(import_run(session, who.actor, number))


def shown(run: ImportRun) -> ImportShown:
    values: dict[str, Any] = {
        name: getattr(run, name) for name in ImportShown.model_fields if name != "columns"
    }
    columns = {header: field for header, field in zip(run.headers, run.mapping, strict=True)
               if field}  # fmt: skip
    return ImportShown(columns=columns, **values)


@operation("GET", "/imports/{number}", Scope.IMPORTS_WRITE, tag="Imports", answer=ImportShown)
def read(who: Caller, number: int) -> Answer:
    """Read how far an import is."""
    return _one(who, number)


@operation("GET", "/imports/{number}/rows", Scope.IMPORTS_WRITE, tag="Imports",
           query=ImportRowsWanted, answer=ImportRowPage)  # fmt: skip
def report(who: Caller, number: int, query: ImportRowsWanted) -> Answer:
    """Read what became of each row."""
    after = place(query.cursor, 0)
    with desk().read() as session:
        import_run(session, who.actor, number)
        rows = import_rows(
            session, who.actor, number, after=after, limit=query.limit + 1,
            outcome=query.outcome or "",
        )  # fmt: skip
        return page_of(ImportRowPage, rows, query.limit, _row, lambda row: row.row)


def _row(row: ImportOutcome) -> ImportRow:
    return ImportRow(
        row=row.row, outcome=row.outcome, record_id=row.record_id,
        reason=str(Refusal(row.reason, **row.data.get("values", {}))) if row.reason else "",
        undone=row.undone,
    )  # fmt: skip


@operation("POST", "/imports/{number}/undoing", Scope.IMPORTS_WRITE, tag="Imports",
           answer=ImportShown, status=202)  # fmt: skip
def undone(who: Caller, number: int) -> Answer:
    """Put back what an import created and changed, unless somebody changed it since."""
    imports.start(desk(), who.actor, number, RunTask.UNDO)
    return _one(who, number)
