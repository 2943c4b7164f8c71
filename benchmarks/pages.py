"""What a page costs: processor time of the server, database included, over real HTTP.

python -m benchmarks.pages
python -m benchmarks.pages --full     # a million tickets, too
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import func, select

from benchmarks.accounting import cpu_seconds, memory
from benchmarks.chat import come_to_rest
from benchmarks.figures import Figure, table
from benchmarks.seeded import desk_of, seeded_folder, seeding_seconds
from benchmarks.serving import AGENT, serving, signed_in
from helpdesk.actions.agents import actor_by_email
from helpdesk.desk import Desk
from helpdesk.models import AuditEvent, Order, Ticket
from helpdesk.queries.ticket_list import ticket_list, view_named
from helpdesk.rules.actor import Actor
from tests.servers.desk_process import DeskProcess

USUAL = 20_000  # tickets
MANY = 1_000_000
WARM_UP, ROUNDS, REQUESTS = 20, 4, 50  # the figure is the median of the rounds
TURNS = 8  # of the comparison
PAGES_DOWN = 40
SLOWER_AT_MOST = 1.3  # a queue page with a million tickets, against the usual number
MEMORY_LIMIT = 350  # MB
PART = (("HX-Request", "true"),)  # of a page that is open already


@dataclass(frozen=True, slots=True)
class Request:
    """A page that agents ask for; ``addresses`` are taken in turn."""

    name: str
    addresses: list[str]
    limit: float | None  # ms
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    cpu_ms: float
    wall_ms: float


def run(cache: Path, *, full: bool = False) -> list[Figure]:
    few = seeded_folder(cache, USUAL)
    figures = measure(few, USUAL)
    if full:
        many = seeded_folder(cache, MANY)
        figures += [*measure(many, MANY), growth(few, many)]
    return figures


def measure(folder: Path, tickets: int) -> list[Figure]:
    """The figures of one desk."""
    wanted = requests_for(folder)
    figures = []
    group = f"pages at {tickets:,}"
    with serving(folder) as desk:
        browser = signed_in(desk.url)
        come_to_rest(desk, patience=180)  # a planted desk makes its article index first
        for request in wanted:
            cost = cost_of(desk, browser, request)
            note = f"{cost.wall_ms:.1f} ms until answered"
            figures.append(Figure(group, request.name, cost.cpu_ms, "ms CPU", request.limit, note))
        largest = memory(desk.pid)[0]
    figures.append(Figure(group, "memory of the web process", largest, "MB", MEMORY_LIMIT))
    rate = tickets / seeding_seconds(folder)
    figures.append(Figure(group, "seeding", rate, "tickets/CPU-s"))
    return figures


def growth(few: Path, many: Path) -> Figure:
    """How much more the queue costs with many tickets. Both desks are asked in turn, so that
    whatever else the machine does weighs on both alike."""
    with serving(few) as small, serving(many) as large:
        queue = Request("queue", ["/tickets?view=open"], None)
        pairs = [(desk, _asker(desk, signed_in(desk.url), queue)) for desk in (small, large)]
        for _desk, ask in pairs:
            for _ in range(WARM_UP):
                ask()
        turns = [[_cpu_ms(desk, ask, REQUESTS // 2) for desk, ask in pairs] for _ in range(TURNS)]
    ratio = statistics.median(turn[1] / turn[0] for turn in turns)
    names = f"{MANY:,} against {USUAL:,}"
    return Figure("pages", f"queue at {names}", ratio, "x", SLOWER_AT_MOST)


def requests_for(folder: Path) -> list[Request]:
    """The pages to ask for, with addresses from what is on this desk."""
    desk = desk_of(folder)
    try:
        actor, tickets = actor_by_email(desk, AGENT), _some_tickets(desk)
        return [
            Request("queue", ["/tickets?view=open"], 20),
            Request("queue, far down", [f"/tickets?view=open&after={_far_down(desk, actor)}"], 20),
            Request("ticket", [f"/tickets/{number}" for number in tickets], 15),
            Request("ticket, its cards", [f"/tickets/{n}/cards" for n in tickets], None, PART),
            Request("ticket, articles", [f"/tickets/{n}/articles" for n in tickets], None, PART),
            Request("search, common word", ["/tickets?q=boots"], 25),
            Request("search, rare word", ["/tickets?q=knoydart"], 25),
            Request("search, two words", ["/tickets?q=refund+card"], 25),
            Request("search, Chinese", ["/tickets?q=退款"], 25),
            Request("search, order", [f"/tickets?q={_an_order(desk)}"], 25),
            Request("pull, nothing new", _pulls(desk), None, PART),
        ]
    finally:
        desk.database.close()


def _far_down(desk: Desk, actor: Actor) -> str:
    after = ""
    with desk.read() as session:
        for _ in range(PAGES_DOWN):
            page = ticket_list(session, actor, view_named("open", actor), after)
            after = page.after or after
    return after


def _some_tickets(desk: Desk) -> list[int]:
    with desk.read() as session:
        most = session.scalar(select(func.max(Ticket.id))) or 1
        draw = random.Random(1)
        wanted = {draw.randint(1, most) for _ in range(200)}
        return list(session.scalars(select(Ticket.id).where(Ticket.id.in_(wanted))))


def _an_order(desk: Desk) -> str:
    with desk.read() as session:
        middle = select(func.max(Order.id) // 2).scalar_subquery()
        return str(session.scalar(select(Order.external_id).where(Order.id == middle)))


def _pulls(desk: Desk) -> list[str]:
    last = select(func.max(AuditEvent.id)).where(AuditEvent.ticket_id == Ticket.id)
    question = select(Ticket.id, Ticket.version, last.scalar_subquery()).where(
        Ticket.id.in_(_some_tickets(desk))
    )
    with desk.read() as session:
        return [
            f"/tickets/{number}/transcript?after={version}&event={event or 0}"
            for number, version, event in session.execute(question)
        ]


def cost_of(desk: DeskProcess, browser: requests.Session, request: Request) -> Cost:
    """The median over the rounds of what one answer takes the server."""
    ask = _asker(desk, browser, request)
    for _ in range(WARM_UP):
        ask()
    waits: list[float] = []
    rounds = [_cpu_ms(desk, lambda: waits.append(_seconds(ask)), REQUESTS) for _ in range(ROUNDS)]
    return Cost(statistics.median(rounds), statistics.median(waits) * 1000)


def _cpu_ms(desk: DeskProcess, act: Callable[[], Any], times: int) -> float:
    """Processor milliseconds of the server for each ``act``."""
    before = cpu_seconds(desk.pid)
    for _ in range(times):
        act()
    return (cpu_seconds(desk.pid) - before) / times * 1000


def _asker(
    desk: DeskProcess, browser: requests.Session, request: Request
) -> Callable[[], requests.Response]:
    addresses: Iterator[str] = cycle(request.addresses)

    def ask() -> requests.Response:
        answer = browser.get(desk.url + next(addresses), headers=dict(request.headers), timeout=60)
        assert answer.status_code == 200, f"{answer.url}: HTTP {answer.status_code}"
        assert "/login" not in answer.url, f"{answer.url}: no longer signed in"
        return answer

    return ask


def _seconds(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--full", action="store_true", help="with a million tickets, too")
    parser.add_argument("--cache", type=Path, help="folder that keeps the seeded databases")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as folder:
        print(table(run(asked.cache or Path(folder), full=asked.full)))


if __name__ == "__main__":
    main()
