"""Debian's Chromium, driven by playwright; nothing is downloaded, nothing leaves this machine."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.servers.programs import CHROMIUM, required

QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 25_000


@contextmanager
def running_browser() -> Iterator[Browser]:
    program = required(CHROMIUM)
    rights = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, headless=True, args=[*QUIET, *rights]
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Windows:
    """Opens pages as different people would: each has its own cookies.

    `faults` collects what the pages complained about: console errors, exceptions, answers of 500
    and more. A failed test leaves a picture of each page in `pictures`.
    """

    browser: Browser
    pictures: Path
    faults: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        url: str | None = None,
        *,
        locale: str = "en-US",
        size: tuple[int, int] = (1280, 800),
        phone: bool = False,
        cookies: Sequence[Any] = (),
    ) -> Page:
        """A page in a fresh profile; `phone` gives 390 x 844 with touch.

        `cookies`: those that a context of before had (``context.cookies()``).
        """
        width, height = (390, 844) if phone else size
        context = self.browser.new_context(
            locale=locale, viewport={"width": width, "height": height}, has_touch=phone
        )
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        context.add_cookies(list(cookies))
        page = context.new_page()
        self._listen(page)
        if url:
            page.goto(url)
        return page

    def take_pictures(self, name: str) -> list[Path]:
        self.pictures.mkdir(parents=True, exist_ok=True)
        taken = []
        pages = [page for context in self._contexts for page in context.pages]
        for number, page in enumerate(pages, start=1):
            path = self.pictures / f"{name}-{number}.png"
            with suppress(PlaywrightError):
                page.screenshot(path=path)
                taken.append(path)
        return taken

    def close(self) -> None:
        for context in self._contexts:
            for page in context.pages:  # an answer under way to a page that goes is no fault
                page.unroute_all(behavior="ignoreErrors")
            context.close()

    def _listen(self, page: Page) -> None:
        page.on("console", lambda said: self._note(said.type == "error", f"console: {said.text}"))
        page.on("pageerror", lambda error: self._note(True, f"exception: {error}"))
        page.on("response", self._judge)

    def _judge(self, response: Response) -> None:
        self._note(response.status >= 500, f"{response.status} {response.url}")

    def _note(self, is_fault: bool, what: str) -> None:
        if is_fault:
            self.faults.append(what)
