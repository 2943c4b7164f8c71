"""The bell rings for an agent's own tickets, aloud where they wish it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.at_a_ticket import JONAS, MEI, Arrive, number_of, open_ticket, post
from tests.e2e.people import SOON

COUNTS_CHIMES = """
  window.chimes = 0;
  const Real = window.AudioContext;
  window.AudioContext = function () { window.chimes += 1; return new Real(); };
"""


COUNTS_NOTIFICATIONS = """
  window.notes = [];
  window.Notification = class {
    static permission = "granted";
    constructor(title, { body }) { window.notes.push([title, body]); }
  };
"""
HIDDEN = (
    "Object.defineProperty(document, 'visibilityState', {get: () => 'hidden', configurable: true})"
)


def listening(page: Page) -> Page:
    """The page again, with an ear on its loudspeaker; its bell has been answered."""
    page.add_init_script(COUNTS_CHIMES)
    with page.expect_response("**/notifications"):
        page.reload()
    return page


def unread(page: Page) -> int:
    return int(page.locator("#bell-count").text_content() or 0)


def rings(page: Page, times: int) -> None:
    expect(page.locator("#bell-count")).to_have_text(str(times), timeout=SOON)


def test_an_agent_hears_of_a_ticket_given_to_them_and_of_its_answers(
    sign_in: Any, arrive: Arrive
) -> None:
    jonas, mei = sign_in(JONAS), listening(sign_in(MEI))
    subject = arrive()
    open_ticket(jonas, subject)
    before = unread(mei)
    me = mei.locator("body").get_attribute("data-agent") or ""
    post(jonas, f"/tickets/{number_of(jonas)}/assignee", agent=me)
    rings(mei, before + 1)
    giver = jonas.locator(".me .t .cut").inner_text()
    expect(mei.locator("#told .told").first).to_contain_text(f"{giver} gave you this ticket")
    arrive("It was the other pole.")
    rings(mei, before + 2)
    newest = mei.locator("#told .told").first
    expect(newest).to_contain_text("Ann answered")
    expect(newest).to_contain_text("It was the other pole.")
    assert mei.evaluate("window.chimes") == 0  # nobody turned the sound on
    mei.locator("#bell").click()
    newest.click()
    expect(mei.locator("#head h1")).to_have_text(subject, timeout=SOON)
    rings(mei, before)


def test_the_desktop_shows_it_while_nobody_looks_at_the_page(sign_in: Any, arrive: Arrive) -> None:
    mei, jonas = sign_in(MEI), sign_in(JONAS)
    mei.add_init_script(COUNTS_NOTIFICATIONS)
    post(mei, "/preferences", desktop="1", next="/tickets")
    listening(mei)
    open_ticket(jonas, arrive())
    before = unread(mei)
    me = mei.locator("body").get_attribute("data-agent") or ""
    post(jonas, f"/tickets/{number_of(jonas)}/assignee", agent=me)
    rings(mei, before + 1)
    assert mei.evaluate("window.notes") == []  # she sees the page itself
    mei.evaluate(HIDDEN)
    arrive("It was the other pole.")
    mei.wait_for_function("() => window.notes.length === 1")
    title, body = mei.evaluate("window.notes[0]")
    assert "Ann answered" in title
    assert "It was the other pole." in body
    post(mei, "/preferences", desktop="0", next="/tickets")


def test_the_bell_sounds_once_the_agent_turned_the_sound_on(sign_in: Any, arrive: Arrive) -> None:
    mei, jonas = sign_in(MEI), sign_in(JONAS)
    post(mei, "/preferences", sound="1", next="/tickets")
    listening(mei)
    arrive()
    open_ticket(jonas, arrive("In short: it snapped."), "In short: it snapped.")
    before = unread(mei)
    me = mei.locator("body").get_attribute("data-agent") or ""
    post(jonas, f"/tickets/{number_of(jonas)}/assignee", agent=me)
    rings(mei, before + 1)
    mei.wait_for_function("() => window.chimes === 1")
    post(mei, "/preferences", sound="0", next="/tickets")
    listening(mei)
    arrive("Are you there?")
    rings(mei, before + 2)
    assert mei.evaluate("window.chimes") == 0
