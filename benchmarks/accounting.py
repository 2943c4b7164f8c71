"""What a process and all its children have used, by the kernel's own books."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")  # seconds


def family(pid: int) -> Iterator[int]:
    """The process and everything that it started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from family(int(child))


def cpu_seconds(pid: int) -> float:
    """Processor time of the process, its threads and its children, ended ones included."""
    return sum(sum(map(int, _stat(each)[11:15])) for each in family(pid)) * TICK


def memory(pid: int) -> list[float]:
    """Resident megabytes of each process of the family, the largest first."""
    told = (Path(f"/proc/{each}/status").read_text() for each in family(pid))
    sizes = (text.split("VmRSS:")[1] for text in told if "VmRSS:" in text)  # the ended have none
    return sorted((int(size.split()[0]) / 1024 for size in sizes), reverse=True)


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
