"""What opens over a page can be used by everybody, too: menus and the
panes of a phone; and nothing moves for whoever asks for that."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from tests.e2e.people import speak
from tests.servers.axe import LARGE, PHONE, violations
from tests.servers.desk_process import DeskProcess

MOVES = """() => document.getAnimations({subtree: true})
    .filter((one) => one.effect.getComputedTiming().duration > 0).length"""
LINE_IS_SEEN = """() => {
  const line = getComputedStyle(document.querySelector("#opened > .ticket"), "::after");
  return line.opacity === "1";
}"""


@pytest.fixture
def opened(desk: DeskProcess, as_role: Callable[[str, str], Page]) -> Page:
    """The first open ticket, in English, as a supervisor sees it."""
    page = as_role("supervisor", "/tickets?view=open")
    speak(page, desk, "en")
    page.goto(desk.url + str(page.locator("#rows .row-link").first.get_attribute("href")))
    page.locator("#cards .card").first.wait_for()
    return page


def in_both_themes(page: Page) -> list[str]:
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += violations(page)
    return found


def test_every_menu_of_a_ticket(opened: Page) -> None:
    names = opened.locator("#head [popovertarget], #composer [popovertarget]").evaluate_all(
        "(all) => all.filter((one) => one.checkVisibility())"
        ".map((one) => one.getAttribute('popovertarget'))"
    )
    assert len(names) > 4
    for name in names:
        opened.locator(f"[popovertarget={name}]:visible").click()
        opened.locator(f"#{name}").wait_for()
        assert in_both_themes(opened) == [], name
        opened.keyboard.press("Escape")


def test_the_panes_of_a_phone(opened: Page) -> None:
    opened.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    opened.locator("[data-pane-to=details]").first.click()
    opened.locator(".details").wait_for()
    assert in_both_themes(opened) == [], "details"
    opened.evaluate("document.documentElement.dataset.pane = 'list'")
    assert in_both_themes(opened) == [], "list"


def test_whoever_waits_is_told_and_nothing_moves_where_that_is_asked_for(opened: Page) -> None:
    waiting: list[Route] = []

    def hold(route: Route) -> None:  # playwright takes no builtin
        waiting.append(route)

    opened.route("**/tickets/*?**", hold)
    opened.emulate_media(reduced_motion="reduce")
    opened.set_viewport_size({"width": LARGE[0], "height": LARGE[1]})
    opened.locator("#rows .row-link:not([aria-current])").first.click()
    opened.locator("#opened[aria-busy=true]").wait_for(state="attached")
    opened.wait_for_function(LINE_IS_SEEN)
    assert opened.evaluate(MOVES) == 0
    while waiting:
        waiting.pop().continue_()
    opened.locator("#opened:not([aria-busy])").wait_for(state="attached")
