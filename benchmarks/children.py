"""A measurement in a process of its own: its processor time and memory are nobody else's."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, table

Told = dict[str, Any]


def told_by(module: str, count: int) -> Iterator[Told]:
    """What ``python -m module`` tells of taking in ``count``, as soon as it tells it."""
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as folder:
        command = [sys.executable, "-m", module, "--take-in", folder, "--count", str(count)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert child.stdout
        for line in child.stdout:
            yield json.loads(line)
        assert child.wait() == 0, f"{module} broke"


def tell(told: Told) -> None:
    """In the child: say one thing."""
    print(json.dumps(told), flush=True)


def main(
    doc: str | None,
    count: int,
    run: Callable[[int], list[Figure]],
    take_in: Callable[[Path, int], None],
) -> None:
    """The command line of such a module: its figures, or, in the child, what it tells."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=count, help="how many are taken in")
    parser.add_argument("--take-in", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.take_in:
        take_in(asked.take_in, asked.count)
    else:
        print(table(run(asked.count)))
