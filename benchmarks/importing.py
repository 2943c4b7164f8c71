"""How quickly a hundred thousand customers come in, and in how much memory.

    python -m benchmarks.importing
    python -m benchmarks.importing --count 10000

The file goes through ``helpdesk import`` in a process of its own, on SQLite.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path

from benchmarks import children
from benchmarks.children import Told
from benchmarks.figures import Figure
from benchmarks.seeded import settings

ROWS = 100_000
FEWER = 10  # times, in the file that the memory is compared with
SLOWEST = 1.0  # ms a row: a thousand rows a second
MEMORY = 1.1  # of the many rows against the few
HEADERS = "Customer number,Name,Email,Phone,Company,Language\n"


def run(rows: int = ROWS) -> list[Figure]:
    few, told = _told(rows // FEWER), _told(rows)
    note = f"{1000 / told['import']['wall_ms']:,.0f} rows/s"
    peaks = f"{few['peak_mb']:.0f} MB at {rows // FEWER:,}, {told['peak_mb']:.0f} MB at {rows:,}"
    return [
        Figure("import", f"each of {rows:,} customers, by the clock", told["import"]["wall_ms"],
               "ms", SLOWEST, note),
        Figure("import", "each, by the processor", told["import"]["cpu_ms"], "ms CPU"),
        Figure("import", "each, the same file again", told["again"]["wall_ms"], "ms"),
        Figure("import", "each checked before", told["check"]["wall_ms"], "ms"),
        Figure("import", f"most memory, {FEWER} times the rows",
               told["peak_mb"] / few["peak_mb"], "x", MEMORY, peaks),
    ]  # fmt: skip


def _told(rows: int) -> Told:
    (told,) = children.told_by("benchmarks.importing", rows)
    return told


def take_in(folder: Path, rows: int) -> None:
    """In the child: check, import and import again, and print what each took."""
    from helpdesk import memory, schema
    from helpdesk.actions import import_work, imports
    from helpdesk.desk import opened
    from helpdesk.models import RunTask
    from helpdesk.queries.import_runs import import_run
    from helpdesk.rules.actor import SYSTEM

    path = folder / "customers.csv"
    with path.open("w") as file:
        file.write(HEADERS)
        file.writelines(
            f"C-{n},Person {n},p{n}@fjell.example,+4420{n + 70_000_000},Firm {n % 500},en\n"
            for n in range(rows)
        )
    told: Told = {}
    with opened(settings(folder)) as desk:
        schema.upgrade(desk.database)
        memory.settle()
        for name, task in (
            ("check", RunTask.CHECK),
            ("import", RunTask.IMPORT),
            ("again", RunTask.IMPORT),
        ):
            run_id = imports.begin(desk, SYSTEM, "customers", path, "customers.csv")
            imports.start(desk, SYSTEM, run_id, task)
            cpu, wall = time.process_time(), time.perf_counter()
            import_work.work(desk, run_id)
            told[name] = {
                "cpu_ms": (time.process_time() - cpu) / rows * 1000,
                "wall_ms": (time.perf_counter() - wall) / rows * 1000,
            }
            with desk.read() as session:
                done = import_run(session, SYSTEM, run_id)
            behind = done.unchanged if name == "again" else done.created
            assert (done.state, behind) == ("done", rows), (name, done.state, done.reason)
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    children.tell(told)


if __name__ == "__main__":
    children.main(__doc__, ROWS, run, take_in)
