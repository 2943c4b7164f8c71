"""Compares the newest candidate with the model in service, and lets it serve unless it is worse.

    python -m bot.comparison [--no-switch]

Each model is really started, one after the other, beside the bot in service. Prints the report as
one JSON line ({"error"} where there is nothing to compare), and keeps it beside the candidate.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from bot.comparison import held_out, report, talks
from bot.comparison.progress import Progress
from bot.comparison.stage import CannotServe, Stage, stage
from bot.comparison.verdict import Measured
from bot.examples import Example, read
from bot.locks import Busy, one_at_a_time
from bot.models import Models, models_folder

MISTAKE = 2  # exit code


class NothingToCompare(Exception):
    """The text says what to do first."""


def compare(models: Models, *, switch: bool) -> report.Report:
    """Raises ``NothingToCompare``, and ``Busy`` while another comparison runs."""
    with one_at_a_time(models.folder / ".comparing", wait=False):
        candidate, service = models.candidate, models.current
        if not candidate:
            raise NothingToCompare("There is no candidate. Run: helpdesk bot train")
        if candidate == service:
            raise NothingToCompare(f"Model {candidate} is in service already.")
        with tempfile.TemporaryDirectory(prefix="comparison-") as folder:
            found = _report(models, candidate, service, Path(folder))
        if switch and not found["worse_than_in_service"]:
            models.switch(candidate)
            found["switched_in"] = True
        models.note(models.beside(candidate, ".report.json"), found)
        return found


def _report(models: Models, candidate: str, service: str | None, folder: Path) -> report.Report:
    asked = held_out.not_learnt(held_out.questions(), _learnt(models, candidate))
    left_out = len(held_out.questions()) - len(asked)
    with stage(folder) as ready:
        try:
            after = _measure(ready, models, candidate, asked, "candidate")
        except CannotServe as failure:
            return report.not_compared(candidate, service, "cannot_serve", str(failure))
        try:
            before = service and _measure(ready, models, service, asked, "in service")
        except CannotServe as failure:
            return report.not_compared(candidate, service, "no_comparison", str(failure))
    return report.compared(candidate, service, before or None, after, left_out)


def _learnt(models: Models, name: str) -> list[Example]:
    kept = models.beside(name, ".yml")
    return read(kept) if kept.exists() else []


def _measure(
    ready: Stage, models: Models, name: str, asked: list[held_out.Question], role: str
) -> Measured:
    print(f"Starting model {name} ({role})", file=sys.stderr, flush=True)
    with ready.bot(models, name) as url:
        scripts = talks.scripts()
        played = Progress(f"  talks, {role}", len(scripts))
        faults = {}
        for script in scripts:
            faults[script.name] = talks.fault_in(script, url, ready.shop)
            played.one_more()
        ready.shop.reset()
        told = Progress(f"  held-out questions, {role}", len(asked))
        try:
            return Measured(faults, held_out.understood(asked, url, told.one_more))
        except held_out.Silent as silence:
            raise CannotServe(str(silence)) from silence


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bot.comparison", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--no-switch", action="store_true", help="only compare")
    asked = parser.parse_args()
    os.nice(5)  # the bot in service goes first
    try:
        found = compare(Models(models_folder()), switch=not asked.no_switch)
    except NothingToCompare as nothing:
        print(json.dumps({"error": str(nothing)}))
        return MISTAKE
    except Busy:
        print(
            json.dumps({"error": "A comparison is running already. Try again when it has ended."})
        )
        return MISTAKE
    except CannotServe as failure:
        print(json.dumps({"error": f"The comparison could not begin: {failure}."}))
        return 1
    print(json.dumps(found, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
