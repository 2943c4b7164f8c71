"""How soon the page answers an agent's hand, in a real browser.

    python -m benchmarks.browser
    python -m benchmarks.browser --openings 20 --seconds 10

A ticket is opened from the queue of a seeded desk, by the mouse and by the keyboard in turn: from
the event until its transcript was painted. Then a reply is typed while customers write elsewhere
and the queue beside it follows: from each key until the next paint, by the browser's own account.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks import chat
from benchmarks.figures import Figure, table
from benchmarks.seeded import copied, seeded_folder
from benchmarks.serving import serving, signed_in
from tests.servers.chromium import running_browser
from tests.servers.desk_process import DeskProcess

TICKETS = 20_000
OPENINGS = 80
OPENED = 150.0  # ms, p95
SECONDS = 20.0  # of typing
RATE = 20.0  # messages a second that customers write meanwhile
VISITORS = 100
TYPED = 50.0  # ms, the worst
KEY_EVERY = 120  # ms
GLANCE = 250  # ms that an agent looks at a ticket at least
WARM_UP = 5  # openings
WORDS = "Thank you for writing. A new pole is on its way and should be with you on Thursday. "

_OPENINGS = """() => {
  window.openings = [];
  let began = 0;
  const begin = (event) => { began = event.timeStamp; };
  addEventListener("click", begin, true);
  addEventListener("keydown", begin, true);
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id !== "opened") return;
    const from = began; // painted once the frame after this one begins
    requestAnimationFrame(() => setTimeout(() => openings.push(performance.now() - from)));
  });
}"""

_KEYS = """() => {
  window.slow = {}; // by keystroke; the browser tells only of those that took a frame and more
  new PerformanceObserver((list) => {
    for (const { interactionId: key, duration, name } of list.getEntries())
      if (key && name.startsWith("key")) slow[key] = Math.max(duration, slow[key] ?? 0);
  }).observe({ type: "event", durationThreshold: 16 });
}"""
ONE_FRAME = 16.0  # ms: what a keystroke of which nothing is told took at most


def run(cache: Path, *, openings: int = OPENINGS, seconds: float = SECONDS) -> list[Figure]:
    with (
        copied(seeded_folder(cache, TICKETS)) as folder,
        serving(folder, chat.LIMITS | {"HELPDESK_THREADS": str(VISITORS + 64)}) as desk,
        running_browser() as browser,
    ):
        opened = _opened(browser, desk, openings)
        typed = _typed(browser, desk, seconds)
    rate = f"{RATE:g} messages/s elsewhere"
    return [
        Figure(
            "browser", "ticket opened from the queue: p95", _p95(opened), "ms", OPENED,
            f"p50 {statistics.median(opened):.0f} ms, {len(opened)} openings",
        ),
        Figure(
            "browser", f"key to paint, {rate}: the worst", max(typed), "ms", TYPED,
            f"p95 {_p95(typed):.0f} ms, {len(typed)} keys",
        ),
    ]  # fmt: skip


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


@contextmanager
def _agents_page(browser: Browser, desk: DeskProcess, path: str) -> Iterator[Page]:
    """The page of an agent who is signed in."""
    cookies = signed_in(desk.url).cookies
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies(
        [{"name": each.name, "value": each.value or "", "url": desk.url} for each in cookies]
    )
    page = context.new_page()
    page.goto(desk.url + path, wait_until="networkidle")
    try:
        yield page
    finally:
        context.close()


def _opened(browser: Browser, desk: DeskProcess, openings: int) -> list[float]:
    """The milliseconds of each opening, of rows one after the other."""
    wanted = WARM_UP + openings
    with _agents_page(browser, desk, f"/tickets?view=open&size={wanted}") as page:
        page.evaluate(_OPENINGS)
        rows = page.locator("#rows .row-link")
        for number in range(wanted):
            if number % 2:
                page.keyboard.press("j")
            else:
                rows.nth(number).click()
            page.wait_for_function("number => openings.length > number", arg=number)
            page.wait_for_timeout(GLANCE)
        return page.evaluate("openings")[WARM_UP:]  # type: ignore[no-any-return]


def _typed(browser: Browser, desk: DeskProcess, seconds: float) -> list[float]:
    """The milliseconds of each keystroke of a reply, with a queue beside it that never rests."""
    plan = {"as": "visitors", "url": desk.url, "seconds": seconds, "count": VISITORS, "rate": RATE}
    visitors = chat.Client(plan)
    visitors.wait()
    with _agents_page(browser, desk, "/tickets?view=open") as page:
        row = page.locator("#rows > li").first.get_attribute("id") or ""
        page.goto(f"{desk.url}/tickets/{row.removeprefix('row_')}?view=all")  # the newest on top
        page.locator("#text").click()
        chat.come_to_rest(desk)
        page.evaluate(_KEYS)
        visitors.go_on()
        keys = _type(page, seconds)
        slow: list[float] = page.evaluate("Object.values(slow)")
    visitors.wait()
    visitors.go_on()
    visitors.result()
    return [*slow, *[ONE_FRAME] * (keys - len(slow))]


def _type(page: Page, seconds: float) -> int:
    """Type for so long; how many keys were pressed, each seen on the screen by now."""
    ends, words = time.monotonic() + seconds, cycle(WORDS)
    keys = 0
    while time.monotonic() < ends:
        page.keyboard.press(next(words))
        keys += 1
        page.wait_for_timeout(KEY_EVERY)
    page.wait_for_timeout(GLANCE)  # the browser tells of a key a moment later
    return keys


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cache", type=Path, help="folder that keeps the seeded databases")
    parser.add_argument("--openings", type=int, default=OPENINGS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of typing")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as folder:
        cache = asked.cache or Path(folder)
        print(table(run(cache, openings=asked.openings, seconds=asked.seconds)))


if __name__ == "__main__":
    main()
