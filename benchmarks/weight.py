"""What the first page weighs, what the process weighs, and how soon it is there.

    python -m benchmarks.weight

A real browser loads the pages; what the network carried is counted, compressed as it was.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request

from benchmarks.accounting import memory
from benchmarks.figures import Figure, table
from benchmarks.seeded import seeded_folder
from benchmarks.serving import AGENT, seconds_until_alive, serving
from helpdesk.seeds import DEMO_PASSWORD
from tests.servers.chromium import running_browser
from tests.servers.desk_process import DeskProcess

TICKETS = 20_000
FIRST_PAGE = 150.0  # kB
MEMORY = 350.0  # MB
COLD_START = 5.0  # s
STARTS = 3


def run(cache: Path) -> list[Figure]:
    folder = seeded_folder(cache, TICKETS)
    with serving(folder) as desk:
        figures = _page_figures(desk)
        sizes = memory(desk.pid)
    figures.append(Figure("process", "memory of the largest", sizes[0], "MB", MEMORY))
    figures.append(Figure("process", "memory of all together", sum(sizes), "MB"))
    starts = [seconds_until_alive(desk) for _ in range(STARTS)]
    clock, cpu = (statistics.median(column) for column in zip(*starts, strict=True))
    figures.append(Figure("process", "cold start", clock, "s", COLD_START, f"{cpu:.1f} s CPU"))
    return figures


def _page_figures(desk: DeskProcess) -> list[Figure]:
    with running_browser() as browser:
        loads = {
            "login": _load(browser, desk, f"{desk.url}/login"),
            "workspace": _load(browser, desk, f"{desk.url}/tickets", sign_in=True),
            "shop with the widget": _load(browser, desk, f"{desk.url}/demo", chat=True),
        }
    figures = [
        Figure("first page", name, load.kilobytes, "kB", FIRST_PAGE, load.note)
        for name, load in loads.items()
    ]
    here = urlsplit(desk.url).netloc
    elsewhere = [host for load in loads.values() for host in load.hosts if host != here]
    figures.append(Figure("first page", "requests to other hosts", len(elsewhere), "", 0))
    return figures


class Load:
    """What one page had the network carry."""

    def __init__(self) -> None:
        self.kilobytes = 0.0
        self.html = 0.0
        self.hosts: list[str] = []

    @property
    def note(self) -> str:
        return f"{len(self.hosts)} requests, {self.html:.0f} kB of it HTML"

    def count(self, request: Request) -> None:
        if urlsplit(request.url).scheme not in ("http", "https"):
            return
        sizes = request.sizes()
        carried = (sizes["responseBodySize"] + sizes["responseHeadersSize"]) / 1000
        self.kilobytes += carried
        if request.resource_type == "document":
            self.html += carried
        self.hosts.append(urlsplit(request.url).netloc)


def _load(
    browser: Browser, desk: DeskProcess, url: str, *, sign_in: bool = False, chat: bool = False
) -> Load:
    context = browser.new_context()
    page = context.new_page()
    try:
        cookies = _cookies(browser, desk) if sign_in else []
        context.add_cookies(cookies)  # signed in elsewhere: nothing is in this browser's cache
        with _counted(page) as load:
            page.goto(url, wait_until="networkidle")
            if chat:
                page.wait_for_timeout(1500)
        return load
    finally:
        context.close()


@contextmanager
def _counted(page: Page) -> Iterator[Load]:
    load = Load()
    finished: list[Request] = []
    page.on("requestfinished", lambda request: finished.append(request))  # noqa: PLW0108
    yield load
    for request in finished:
        load.count(request)


def _cookies(browser: Browser, desk: DeskProcess) -> list:  # type: ignore[type-arg]
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{desk.url}/login")
    page.fill("input[name=email]", AGENT)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets*")
    cookies = context.cookies()
    context.close()
    return cookies


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cache", type=Path, help="folder that keeps the seeded databases")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as folder:
        print(table(run(asked.cache or Path(folder))))


if __name__ == "__main__":
    main()
