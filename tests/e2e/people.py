"""A customer in the shop's chat, and people of ours who sign in: in real browsers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, expect

from helpdesk.seeds import DEMO_LOGINS, DEMO_PASSWORD
from tests.servers.desk_process import DeskProcess

SOON = 30_000  # milliseconds: a machine may be busy, and a lost poke would take far longer
_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
LOGIN = dict(reversed(pair) for pair in DEMO_LOGINS)  # role -> email
_SESSIONS: dict[tuple[Path, str], list[Any]] = {}  # cookies by desk and email


def sign_in(windows: Any, desk: DeskProcess, email: str, path: str) -> Page:
    """A large window of somebody who works here, at ``path``: like another tab of theirs, in the
    session that they have. The way in by hand is ``test_accessibility_of_the_login.py``."""
    key = (desk.data_dir, email)
    page: Page = windows.open(size=(1440, 900), cookies=_SESSIONS.get(key, ()))
    if key not in _SESSIONS:
        _log_in(page, desk, email)
        _SESSIONS[key] = page.context.cookies()
    page.goto(desk.url + path)
    return page


def _log_in(page: Page, desk: DeskProcess, email: str) -> None:
    asks = page.context.request
    token = _TOKEN.search(asks.get(f"{desk.url}/login").text())
    assert token
    form = {"csrf_token": token[1], "email": email, "password": DEMO_PASSWORD}
    answer = asks.post(f"{desk.url}/login", form=form)
    assert "/tickets" in answer.url, answer.text()


def speak(page: Page, desk: DeskProcess, locale: str) -> None:
    """Let the signed-in agent's pages be in ``locale`` from now on."""
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    form = {"csrf_token": token, "locale": locale, "next": "/tickets"}
    answer = page.context.request.post(f"{desk.url}/preferences", form=form)
    assert answer.ok, answer.text()


class Visitor:
    """A customer in the shop's chat."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open_chat(self) -> Visitor:
        self.page.locator("#helpdesk-launcher, [data-helpdesk] button, button").last.click()
        expect(self.box).to_be_visible(timeout=SOON)
        runs = self.chat.get_by_role("log")  # only its script makes the log live
        expect(runs).to_have_attribute("aria-live", "polite", timeout=SOON)
        return self

    @property
    def chat(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    @property
    def box(self) -> Locator:
        return self.chat.locator("textarea")

    @property
    def answers(self) -> Locator:
        """What the bot or people of ours have said."""
        return self.chat.locator(".turn-of.them")

    @property
    def buttons(self) -> Locator:
        """The quick answers that can be pressed now."""
        return self.chat.locator(".picks:not([hidden]) button")

    def says(self, words: str) -> None:
        self.box.fill(words)
        self.box.press("Enter")

    def asks(self, words: str) -> Locator:
        """The next answer to ``words``."""
        before = self.answers.count()
        self.says(words)
        return self.hears(before)

    def presses(self, word: str) -> Locator:
        """The next answer, after a press of the button ``word``."""
        before = self.answers.count()
        self.buttons.get_by_text(word, exact=True).click()
        return self.hears(before)

    def hears(self, before: int) -> Locator:
        expect(self.answers).to_have_count(before + 1, timeout=SOON)
        return self.answers.last

    def sees(self, words: str) -> None:
        expect(self.chat.get_by_text(words, exact=True)).to_have_count(1, timeout=SOON)
