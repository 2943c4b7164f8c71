"""``helpdesk import`` and ``helpdesk export``: tables in and out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from helpdesk.cli.desk import open_for_command, say_json
from helpdesk.cli.progress import progress_bar

if TYPE_CHECKING:
    from helpdesk.desk import Desk
    from helpdesk.queries.exports import Export

COUNTS = ("created", "updated", "unchanged", "refused")


@click.command("import")
@click.argument("noun", type=click.Choice(["customers", "organizations", "orders", "tickets"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "columns",
    multiple=True,
    metavar="HEADER=FIELD",
    help="What a column means; the others are guessed. An empty field leaves it out.",
)
@click.option("--region", default="", metavar="GB", help="Country of numbers that name none.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a row, then the totals.")
def import_(
    noun: str, file: Path, columns: tuple[str, ...], region: str, dry_run: bool, as_json: bool
) -> None:
    """Take in customers, organizations, orders or tickets from a CSV or an XLSX.

    Rows are known again by their external id, else by email or phone; an empty cell changes
    nothing. Rows that are refused are named with the reason, the others are taken in.

    Example: helpdesk import customers people.csv --map "Client no=external_id" --dry-run --json
    """
    from helpdesk.actions import import_work, imports
    from helpdesk.models import NotPossible, RunTask
    from helpdesk.rules.actor import SYSTEM
    from helpdesk.sheets.bad_sheet import BadSheet

    with open_for_command() as desk:
        try:
            run_id = imports.begin(
                desk, SYSTEM, noun, file, file.name, columns=_pairs(columns), region=region
            )
        except BadSheet as fault:
            raise NotPossible(f"{file}: {fault}") from None
        imports.start(desk, SYSTEM, run_id, RunTask.CHECK if dry_run else RunTask.IMPORT)
        _with_bar(desk, run_id, lambda stop: import_work.work(desk, run_id, stop))
        ended_well = _report(desk, run_id, as_json=as_json)
    if not ended_well:
        sys.exit(1)


def _pairs(columns: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.rpartition("=") for one in columns]
    if any(not header for header, _sign, _field in pairs):
        raise click.UsageError("--map takes HEADER=FIELD.")
    return {header.strip(): field.strip() for header, _sign, field in pairs}


def _with_bar(desk: Desk, run_id: int, work: Callable[[Callable[[], bool]], None]) -> None:
    """Work, with a progress bar."""
    from helpdesk.queries.import_runs import import_run
    from helpdesk.rules.actor import SYSTEM

    with progress_bar("Importing") as bar:

        def look() -> bool:
            if sys.stderr.isatty():
                with desk.read() as session:
                    run = import_run(session, SYSTEM, run_id)
                bar.reach(run.position, run.rows)
            return False

        work(look)


def _report(desk: Desk, run_id: int, *, as_json: bool) -> bool:
    from helpdesk.queries.import_runs import every_row, import_run
    from helpdesk.rules.actor import SYSTEM
    from helpdesk.rules.refusal import Refusal

    with desk.read() as session:
        run = import_run(session, SYSTEM, run_id)
        totals: dict[str, Any] = {
            "run": run.id,
            "task": run.task,
            "state": run.state,
            "rows": run.rows,
        } | {n: getattr(run, n) for n in COUNTS}
        reason = run.reason
        for row in every_row(session, SYSTEM, run_id):
            why = str(Refusal(row.reason, **row.data.get("values", {}))) if row.reason else ""
            if as_json:
                say_json(
                    {"row": row.row, "outcome": row.outcome, "record": row.record_id, "reason": why}
                )
            elif why:
                click.echo(f"Row {row.row}: {why}", err=True)
    if as_json:
        say_json(totals)
    else:
        click.echo(", ".join(f"{totals[name]} {name}" for name in COUNTS) + f". Run {run_id}.")
    if reason:
        click.echo(reason, err=True)
    return not reason and totals["created"] + totals["updated"] + totals["unchanged"] > 0


@click.command()
@click.argument("noun", type=click.Choice(["tickets", "customers", "organizations", "orders"]))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--view", default="", help="Tickets of one view: open, waiting, team/3, ...")
@click.option(
    "--filter",
    "filter_",
    default="",
    metavar="QUERY",
    help='Tickets by the words of the queue\'s addresses: "status=open&tag=refund&waiting=4h".',
)
@click.option("--search", "words", default="", help="Only what matches these words.")
def export(noun: str, file: Path, view: str, filter_: str, words: str) -> None:
    """Write tickets, customers, organizations or orders to a CSV, or to an XLSX if the file is
    called so.

    Example: helpdesk export tickets open.xlsx --view open --filter "tag=refund"
    """
    from helpdesk.actions import exports
    from helpdesk.rules.actor import SYSTEM

    kind = "xlsx" if file.suffix.lower() == ".xlsx" else "csv"
    with open_for_command() as desk:
        wanted = _list(desk, noun, view, filter_, words)
        parts = exports.export(desk, SYSTEM, wanted, kind)
        with file.open("wb") as out:
            for part in parts:
                out.write(part)
    click.echo(f"Written to {file}.")


def _list(desk: Desk, noun: str, view: str, filter_: str, words: str) -> Export:
    from helpdesk.actions import customer_words
    from helpdesk.models import NotPossible
    from helpdesk.queries import exports
    from helpdesk.queries.customer_list import Wanted
    from helpdesk.queries.ticket_list import understood, view_named
    from helpdesk.rules.actor import SYSTEM
    from helpdesk.rules.ticket_filter import BadFilter, read

    if noun == "customers":
        while words and customer_words.index_missing(desk):
            pass  # those who came in many at once are found by their words, too
        return exports.customers(Wanted(q=words))
    if noun == "organizations":
        return exports.organizations(words)
    if noun == "orders":
        return exports.orders()
    base = view_named(view or "all", SYSTEM)
    try:
        with desk.read() as session:
            return exports.tickets(understood(session, base.narrowed(read(filter_))), words)
    except BadFilter as fault:
        raise NotPossible(str(fault)) from None


COMMANDS = (import_, export)
