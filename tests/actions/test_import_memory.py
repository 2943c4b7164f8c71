"""However many rows a file has, taking it in needs the same memory (promise 9)."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path

import pytest

from helpdesk.actions import import_work, imports
from helpdesk.desk import Desk
from helpdesk.models import ImportRun, RunTask
from helpdesk.rules.actor import SYSTEM
from helpdesk.sheets.writing import written

FEW, MANY = 80, 320  # rows
BATCH = 20
HEADERS = ["ID", "Name", "Email", "Company", "Remarks"]  # the last one means nothing to us
REMARKS = "All work and no play. " * 1000  # so that both are read in parts
SLACK = 300_000  # bytes; the larger table has 5 MB more


@pytest.fixture
def uncollected(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in the commands, where the collector rests until there are very many objects."""
    monkeypatch.setattr(import_work, "BATCH", BATCH)
    monkeypatch.setattr(import_work, "PAUSE", 0)
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def table(path: Path, rows: int) -> Path:
    cells = (
        [f"{rows}-{n}", f"Person {n}", f"p{rows}-{n}@fjell.example", f"Firm {n % 20}", REMARKS]
        for n in range(rows)
    )
    with path.open("wb") as file:
        file.writelines(written("csv", chain([HEADERS], cells)))
    return path


def peak_of(work: Callable[[], object]) -> int:
    """The most bytes that Python held for it at one time."""
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak - before


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_checking_importing_and_undoing_many_rows_needs_no_more_memory_than_few(
    desk: Desk, tmp_path: Path
) -> None:
    peaks: dict[int, dict[str, int]] = {}
    for rows in (20, FEW, MANY):  # the first one loads what is loaded once
        path = table(tmp_path / f"{rows}.csv", rows)
        runs: list[int] = []

        def begin(path: Path = path, runs: list[int] = runs) -> None:
            runs.append(imports.begin(desk, SYSTEM, "customers", path, path.name))

        peaks[rows] = {"begin": peak_of(begin)}
        for task in (RunTask.CHECK, RunTask.IMPORT, RunTask.UNDO):
            imports.start(desk, SYSTEM, runs[0], task)
            peaks[rows][task] = peak_of(partial(import_work.work, desk, runs[0]))
        with desk.read() as session:
            run = session.get_one(ImportRun, runs[0])
            assert (run.state, run.created, run.put_back, run.kept) == ("done", rows, rows, 0)
    for step, few in peaks[FEW].items():
        assert peaks[MANY][step] < few * 1.1 + SLACK, peaks
