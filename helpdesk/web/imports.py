"""Taking tables in: upload, columns, check, import, undo."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions import imports
from helpdesk.models import ImportRun, NotPossible, RunState, RunTask
from helpdesk.queries.custom_fields import import_fields
from helpdesk.queries.import_runs import every_row, import_rows, import_run, import_runs
from helpdesk.rules.import_fields import FIELDS, NOUNS
from helpdesk.sheets.bad_sheet import BadSheet
from helpdesk.sheets.reading import rows_of
from helpdesk.sheets.writing import Cell, written
from helpdesk.web import import_words
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.errors import translated
from helpdesk.web.exports import download
from helpdesk.web.given import number_asked
from helpdesk.web.language import _, locale_name
from helpdesk.web.uploads import safe_name

blueprint = Blueprint("imports", __name__)
blueprint.before_request(must_be_signed_in)

SAMPLES = 3
SHOWN = 50  # rows of a report on a page
REPORTED = ("created", "updated", "unchanged", "refused", "kept")


@blueprint.before_request
def must_be_importer() -> None:
    actor().must_be(*imports.IMPORTERS)


@blueprint.get("/imports")
def listed() -> str:
    """The files so far, a form for the next one, and the exports."""
    return _list()


def _list(said: str = "") -> str:
    with desk().read() as session:
        runs = import_runs(session, actor(), number_asked("before"))
    return render_template(
        "imports/list.html", runs=runs, nouns=import_words.nouns(), said=said,
        standing=import_words.standing, chosen=request.form.get("noun", "customers"),
    )  # fmt: skip


@blueprint.post("/imports")
def upload() -> AnyResponse | tuple[str, int] | str:
    file = request.files.get("file")
    noun = request.form.get("noun", "")
    if file is None or not file.filename or noun not in NOUNS:
        return _list(_("Choose a file, CSV or XLSX, and what it holds.")), 400
    try:
        with tempfile.NamedTemporaryFile() as kept:
            file.save(kept)
            kept.flush()
            run = imports.begin(desk(), actor(), noun, Path(kept.name), safe_name(file.filename))
    except (BadSheet, NotPossible) as fault:
        return _list(translated(fault)), 422
    return redirect(url_for("imports.shown", number=run))


@blueprint.get("/imports/<int:number>")
def shown(number: int) -> str:
    """One import: its columns while they can be changed, how far it is, what became of its rows."""
    return _page(number)


def _page(number: int, said: str = "") -> str:
    after = max(request.args.get("after", 0, type=int), 0)
    with desk().read() as session:
        run = import_run(session, actor(), number)
        outcome = _outcome_asked(run)
        rows = import_rows(session, actor(), run.id, after=after, limit=SHOWN + 1, outcome=outcome)
        custom = import_fields(session, run.noun)
    return render_template(
        "imports/run.html", run=run, rows=rows[:SHOWN], outcome=outcome, said=said,
        next_after=rows[SHOWN - 1].row if len(rows) > SHOWN else 0,
        columns=_columns(run), fields=_fields_of(run), nouns=import_words.nouns(),
        custom=[(field.column, field.named(locale_name())) for field in custom],
        outcomes=import_words.outcomes(), reason=import_words.reason,
        standing=import_words.standing(run),
    )  # fmt: skip


def _outcome_asked(run: ImportRun) -> str:
    """Which rows to show; at first those that somebody has to look at."""
    first = "kept" if run.kept else "refused" if run.refused and run.task != "undo" else ""
    outcome = request.args.get("outcome", first)
    return outcome if outcome in REPORTED else ""


def _fields_of(run: ImportRun) -> list[tuple[str, str]]:
    words = import_words.fields()
    return [(field.name, words[field.name]) for field in FIELDS[run.noun]]


def _columns(run: ImportRun) -> list[tuple[str, str, list[str]]]:
    """(header, field, some cells) of each column, while they can still be changed."""
    if run.task != RunTask.CHECK.value or run.state == RunState.DUE.value:
        return []
    path = desk().files.path(run.sha256)
    samples = [cells for _row, cells in islice(rows_of(path, run.encoding), SAMPLES)]
    return [
        (header, run.mapping[i], [cells[i][:60] for cells in samples if i < len(cells)])
        for i, header in enumerate(run.headers)
    ]


@blueprint.post("/imports/<int:number>/columns")
def name_columns(number: int) -> AnyResponse | tuple[str, int]:
    """Say what the columns mean, and have the file checked with that."""
    form = request.form
    try:
        imports.name_columns(desk(), actor(), number, form.getlist("field"), form.get("region", ""))
        imports.start(desk(), actor(), number, RunTask.CHECK)
    except NotPossible as fault:
        return _page(number, translated(fault)), 409
    return redirect(url_for("imports.shown", number=number))


@blueprint.post("/imports/<int:number>/task")
def start(number: int) -> AnyResponse:
    """Have a checked file imported, or an import undone."""
    wanted = request.form.get("task", "")
    if wanted not in (RunTask.IMPORT.value, RunTask.UNDO.value):
        raise NotPossible(_("This cannot be done with a file."))
    imports.start(desk(), actor(), number, RunTask(wanted))
    return redirect(url_for("imports.shown", number=number))


@blueprint.get("/imports/<int:number>/progress")
def progress(number: int) -> Response:
    """How far it is; once it is at its end, the whole page is loaded again."""
    with desk().read() as session:
        run = import_run(session, actor(), number)
    standing = import_words.standing(run)
    response = Response(render_template("imports/progress.html", run=run, standing=standing))
    if run.state != RunState.DUE.value:
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.get("/imports/<int:number>/report.<any(csv,xlsx):kind>")
def report(number: int, kind: str) -> Response:
    """What became of every row, as a table."""
    with desk().read() as session:
        import_run(session, actor(), number)
    words = import_words.outcomes()
    return _file(_report(number, {name: word for name, (_colour, word) in words.items()}), kind,
                 f"import-{number}")  # fmt: skip


def _report(number: int, words: dict[str, str]) -> Iterator[list[Cell]]:
    yield [_("Row"), _("Outcome"), _("Reason"), _("Record")]
    with desk().read() as session:
        for row in every_row(session, actor(), number):
            outcome = "kept" if row.undone == "kept" else row.outcome
            yield [row.row, words[outcome], import_words.reason(row), row.record_id]


def _file(rows: Iterator[list[Cell]], kind: str, name: str) -> Response:
    return download(b"".join(written(kind, rows)), kind, name)
