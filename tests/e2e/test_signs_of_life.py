"""What a page that stands tells: counts that move, who is there no more, a line that is down."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.at_a_ticket import JONAS, MEI, Arrive, open_ticket, row, said, text
from tests.e2e.people import SOON


def test_the_counts_of_the_side_are_live(sign_in: Any, arrive: Arrive) -> None:
    mei = sign_in(MEI)
    count = mei.locator("#views .view", has_text="Unassigned").locator(".n")
    before = int(count.text_content() or 0)
    mei.evaluate("window.stands = true")
    subject = arrive()
    expect(count).to_have_text(str(before + 1), timeout=SOON)
    expect(row(mei, subject)).to_be_visible(timeout=SOON)
    assert mei.evaluate("window.stands")


def test_who_is_heard_of_no_more_is_gone_after_a_minute(sign_in: Any, arrive: Arrive) -> None:
    """A page that dies says no goodbye, or nobody hears it."""
    mei, jonas = sign_in(MEI), sign_in(JONAS)
    subject = arrive()
    jonas.clock.install()
    jonas.route_web_socket("**/*", without_goodbyes)
    jonas.reload()
    for agent in (mei, jonas):
        open_ticket(agent, subject)
    name = mei.locator(".me .t .cut").inner_text()
    expect(jonas.locator("#present")).to_have_text(f"{name} is looking at this", timeout=SOON)
    mei.context.close()
    jonas.clock.fast_forward(40_000)
    expect(jonas.locator("#present")).to_have_text(f"{name} is looking at this")
    jonas.clock.fast_forward(40_000)  # a minute, and the next look around
    expect(jonas.locator("#present")).to_be_hidden(timeout=SOON)


def test_after_a_long_absence_the_page_is_loaded_anew_unless_somebody_writes(
    sign_in: Any, arrive: Arrive
) -> None:
    mei = sign_in(MEI)
    mei.clock.install()
    subject = arrive()
    open_ticket(mei, subject)
    text(mei).fill("Half a sentence")
    mei.evaluate("window.stands = true")
    be_away(mei)
    arrive("While you were away")
    expect(said(mei, "While you were away")).to_have_count(1, timeout=SOON)
    assert mei.evaluate("window.stands")
    text(mei).fill("")
    be_away(mei)
    mei.wait_for_function("() => !window.stands")
    expect(said(mei, "While you were away")).to_have_count(1, timeout=SOON)


def be_away(page: Page) -> None:
    """Five hours behind another tab."""
    look(page, "hidden")
    page.clock.fast_forward(5 * 3_600_000)
    look(page, "visible")


def look(page: Page, state: str) -> None:
    page.evaluate(
        "state => { Object.defineProperty(document, 'visibilityState',"
        " {get: () => state, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        state,
    )


def without_goodbyes(line: WebSocketRoute) -> None:
    server = line.connect_to_server()

    def pass_on(words: str | bytes) -> None:
        if '"gone"' not in str(words):
            line.send(words)

    server.on_message(pass_on)


def test_a_line_that_is_down_for_less_than_five_seconds_is_not_worth_a_word(sign_in: Any) -> None:
    mei = sign_in(MEI)
    mei.clock.install()
    mei.clock.pause_at(datetime.now() + timedelta(minutes=1))
    mei.route("**/notifications", lambda route: route.abort())
    mei.route("**/tickets?*size=*", lambda route: route.abort())
    mei.reload()
    mei.evaluate("dispatchEvent(new Event('offline'))")
    mei.clock.fast_forward(4_900)
    expect(mei.locator("#offline")).to_be_hidden()
    mei.clock.fast_forward(200)
    expect(mei.locator("#offline")).to_be_visible()
    mei.unroute_all()
    mei.clock.resume()
    mei.evaluate("dispatchEvent(new Event('online'))")
    expect(mei.locator("#offline")).to_be_hidden(timeout=SOON)
