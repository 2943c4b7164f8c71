"""What an agent does at a ticket, and what then stands on their page."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator, Page, expect

from helpdesk.seeds import DEMO_LOGINS
from tests.e2e.people import SOON

MEI, JONAS = (email for email, _role in DEMO_LOGINS[:2])


class Arrive(Protocol):
    """arrive("words") -> the subject of a ticket that a mail opened; the next mails join it.
    arrive.another() -> the subject of a second ticket, in which "Another matter." is said."""

    def __call__(self, text: str = "The pole snapped.") -> str: ...

    def another(self) -> str: ...


def row(page: Page, subject: str) -> Locator:
    return page.locator("#rows > li", has_text=subject).first


def open_ticket(page: Page, subject: str, words: str = "The pole snapped.") -> None:
    row(page, subject).locator(".row-link").click(timeout=SOON)
    expect(said(page, words)).to_have_count(1, timeout=SOON)


def said(page: Page, words: str) -> Locator:
    """What stands in the transcript and came from the server."""
    return page.locator("#thread .turn[data-version]", has_text=words)


def bubbles(page: Page, words: str) -> Locator:
    return page.locator("#thread .turn", has_text=words)


def text(page: Page) -> Locator:
    return page.locator("#text")


def reply(page: Page, words: str) -> None:
    text(page).fill(words)
    text(page).press("Control+Enter")


def undo_now(page: Page) -> None:
    page.locator(".toast [data-key=u]").click(timeout=SOON)


def number_of(page: Page) -> str:
    """The number of the ticket that stands on the page."""
    return page.locator("#opened").get_attribute("data-ticket") or ""


def post(page: Page, path: str, **form: str) -> None:
    """What the agent of ``page`` does elsewhere at the same time, past this page."""
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    site = "/".join(page.url.split("/")[:3])
    answer = page.context.request.post(site + path, form={"csrf_token": token, **form})
    assert answer.ok, answer.text()
