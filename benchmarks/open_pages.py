"""What a hundred agents' open pages cost while customers chat: processor time, in cores.

    python -m benchmarks.open_pages
    python -m benchmarks.open_pages --mode scaled --seconds 15

Both ways of serving: one process with threads over SQLite, and two gevent workers with PostgreSQL
and Redis. Each page shows a ticket beside the queue and asks for what the script of the real page
asks for.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from benchmarks import chat
from benchmarks.figures import Figure, table
from tests.servers.desk_process import DeskProcess

MODES = {"sqlite": "threads, SQLite", "scaled": "gevent x 2, PostgreSQL, Redis"}
PAGES = 100
RATE = 5.0  # messages a second
VISITORS = 100
SECONDS = 30.0
CORES = 1.0


def run(modes: Sequence[str] = tuple(MODES), *, seconds: float = SECONDS) -> list[Figure]:
    """One figure a mode, each on a fresh desk of its own."""
    figures = []
    for mode in modes:
        with chat.fresh_desk(mode, sockets=PAGES + VISITORS) as desk:
            cores, messages = measure(desk, seconds)
        name = f"{MODES[mode]}: {PAGES} pages, {RATE:g} messages/s"
        note = f"{messages} messages while it was measured"
        figures.append(Figure("open pages", name, cores, "cores", CORES, note))
    return figures


def measure(desk: DeskProcess, seconds: float) -> tuple[float, int]:
    """The cores that the desk takes while visitors talk and pages are told, and how many messages
    there were."""
    plan = {"url": desk.url, "seconds": seconds}
    visitors = chat.Client({"as": "visitors", "count": VISITORS, "rate": RATE, **plan})
    visitors.wait()  # with a ticket each: that is what the pages show
    pages = chat.Client({"as": "pages", "count": PAGES, **plan}, "page_clients")
    pages.wait()
    chat.come_to_rest(desk, patience=20)
    clients = [visitors, pages]
    used = chat.used_meanwhile(desk, clients)
    for client in clients:
        client.go_on()
    messages = len(visitors.result()["sent"])
    pages.result()
    return used / seconds, messages


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--mode", choices=MODES, nargs="+", default=tuple(MODES))
    parser.add_argument("--seconds", type=float, default=SECONDS)
    asked = parser.parse_args()
    print(table(run(asked.mode, seconds=asked.seconds)))


if __name__ == "__main__":
    main()
