"""What an agent has written is never lost: refused, taken back, of a colleague, or with files."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, Route, expect

from helpdesk.seeds import DEMO_PASSWORD
from tests.e2e.at_a_ticket import (
    JONAS,
    MEI,
    Arrive,
    bubbles,
    number_of,
    open_ticket,
    post,
    reply,
    row,
    said,
    text,
    undo_now,
)  # fmt: skip
from tests.e2e.people import SOON
from tests.servers.desk_process import DeskProcess


def hold(page: Page, address: str) -> list[Route]:
    """What asks for ``address`` waits in this list."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(address, keep)
    return held


def let_go(page: Page, address: str, held: list[Route]) -> None:
    page.unroute(address)
    for route in held:
        route.continue_()


def sign_in_here(page: Page, desk: DeskProcess, email: str) -> None:
    """Somebody else at the same machine: this browser's cookies are theirs from now on."""
    field = page.locator("input[name=email]")
    for _an_answer_under_way_may_bring_the_cookie_back in range(10):
        page.context.clear_cookies()
        page.goto(f"{desk.url}/login")
        if field.count() == 1 and "/login" in page.url:
            break
    field.fill(email)
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name=re.compile("Log in|Sign in")).click()
    page.wait_for_url("**/tickets**")
    page.goto(f"{desk.url}/tickets?view=open")


def test_send_and_resolve_goes_on_only_once_the_reply_is_taken(
    sign_in: Any, arrive: Arrive
) -> None:
    mei = sign_in(MEI)
    subject = arrive()
    arrive.another()  # to go on to
    open_ticket(mei, subject)
    mei.route("**/transcript?**", lambda route: route.abort())
    arrive("No, the other pole.")
    expect(row(mei, "No, the other pole.")).to_be_visible(timeout=SOON)
    text(mei).fill("We send you a pole.")
    text(mei).press("Control+Shift+Enter")
    expect(mei.locator("#conflict")).to_contain_text("1 message arrived", timeout=SOON)
    expect(text(mei)).to_have_value("We send you a pole.")
    expect(mei.locator("#head h1")).to_have_text(subject)
    mei.unroute("**/transcript?**")
    expect(said(mei, "No, the other pole.")).to_be_in_viewport(timeout=SOON)
    text(mei).press("Control+Shift+Enter")
    expect(mei.locator("#head h1")).not_to_have_text(subject, timeout=SOON)


def test_a_reply_refused_while_another_ticket_is_open_is_told_with_its_number(
    sign_in: Any, arrive: Arrive
) -> None:
    mei = sign_in(MEI)
    subject, other = arrive(), arrive.another()
    open_ticket(mei, subject)
    number = number_of(mei)
    mei.route("**/transcript?**", lambda route: route.abort())
    held = hold(mei, "**/replies?**")
    arrive("No, the other pole.")
    expect(row(mei, "No, the other pole.")).to_be_visible(timeout=SOON)
    reply(mei, "We send you a pole.")
    row(mei, other).locator(".row-link").click()
    expect(mei.locator("#head h1")).to_have_text(other, timeout=SOON)
    let_go(mei, "**/replies?**", held)
    refusal = mei.locator(".toast", has_text=f"Your reply to #{number} was not sent")
    expect(refusal).to_contain_text("1 message arrived", timeout=SOON)
    mei.unroute("**/transcript?**")
    refusal.get_by_role("link", name="Open the ticket").click()
    expect(mei.locator("#head h1")).to_have_text(subject, timeout=SOON)
    expect(text(mei)).to_have_value("We send you a pole.", timeout=SOON)


def test_what_is_taken_back_stands_before_what_was_begun_since(
    sign_in: Any, arrive: Arrive
) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    reply(mei, "The first reply.")
    expect(mei.locator(".toast .timer")).to_be_visible(timeout=SOON)
    text(mei).press_sequentially("The second one")
    undo_now(mei)
    both = "The first reply.\n\nThe second one"
    expect(text(mei)).to_have_value(both, timeout=SOON)
    mei.reload()
    expect(text(mei)).to_have_value(both, timeout=SOON)


def test_a_reply_taken_back_while_a_note_is_written_spoils_neither(
    sign_in: Any, arrive: Arrive
) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    reply(mei, "A reply of mine.")
    expect(mei.locator(".toast .timer")).to_be_visible(timeout=SOON)
    mei.locator("input[name=mode][value=note]").check(force=True)
    text(mei).press_sequentially("A note")
    undo_now(mei)
    expect(bubbles(mei, "A reply of mine.")).to_have_count(0, timeout=SOON)
    expect(text(mei)).to_have_value("A note")
    mei.locator("input[name=mode][value=reply]").check(force=True)
    expect(text(mei)).to_have_value("A reply of mine.")


def test_drafts_and_what_waits_belong_to_whoever_wrote_them(
    sign_in: Any, arrive: Arrive, desk: DeskProcess
) -> None:
    page = sign_in(MEI)
    open_ticket(page, arrive())
    address = page.url
    page.route("**/replies**", lambda route: route.abort())
    reply(page, "Sent by Mei")
    expect(bubbles(page, "Sent by Mei")).to_have_count(1)
    text(page).fill("Half a sentence of Mei")
    sign_in_here(page, desk, JONAS)
    page.unroute("**/replies**")
    page.goto(address)
    expect(text(page)).to_have_value("")
    reply(page, "Sent by Jonas")
    expect(said(page, "Sent by Jonas")).to_have_count(1, timeout=SOON)
    expect(bubbles(page, "Sent by Mei")).to_have_count(0)
    sign_in_here(page, desk, MEI)
    page.goto(address)
    expect(said(page, "Sent by Mei")).to_have_count(1, timeout=SOON)
    expect(text(page)).to_have_value("Half a sentence of Mei")


def test_a_file_that_waits_survives_a_reload(sign_in: Any, arrive: Arrive) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    mei.route("**/replies**", lambda route: route.abort())
    plan = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Turn left at the pole."}
    mei.locator("#composer input[name=files]").set_input_files([plan])
    reply(mei, "With a plan of the way")
    mei.wait_for_function(FILE_IS_KEPT)
    mei.reload()
    expect(bubbles(mei, "With a plan of the way")).to_have_count(1, timeout=SOON)
    mei.unroute("**/replies**")
    bubble = said(mei, "With a plan of the way")
    expect(bubble).to_contain_text("plan.txt", timeout=SOON)
    expect(bubbles(mei, "With a plan of the way")).to_have_count(1)
    link = bubble.locator("a", has_text="plan.txt").first.get_attribute("href") or ""
    assert (
        mei.context.request.get(link if "://" in link else origin(mei) + link).body()
        == (plan["buffer"])
    )


def test_words_whose_files_are_lost_come_back_into_the_composer(
    sign_in: Any, arrive: Arrive
) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    mei.route("**/replies**", lambda route: route.abort())
    plan = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Turn left."}
    mei.locator("#composer input[name=files]").set_input_files([plan])
    reply(mei, "With a plan that gets lost")
    mei.wait_for_function(FILE_IS_KEPT)
    mei.evaluate("new Promise(done => indexedDB.deleteDatabase('outbox').onsuccess = done)")
    mei.reload()
    mei.unroute("**/replies**")
    expect(text(mei)).to_have_value("With a plan that gets lost", timeout=SOON)
    expect(mei.locator(".toast")).to_contain_text("files are no longer in this browser")
    expect(bubbles(mei, "With a plan that gets lost")).to_have_count(0)


def test_a_reply_is_taken_back_after_its_ticket_was_merged(sign_in: Any, arrive: Arrive) -> None:
    mei, jonas = sign_in(MEI), sign_in(JONAS)
    subject, other = arrive(), arrive.another()
    open_ticket(jonas, other, "Another matter.")
    survivor = number_of(jonas)
    open_ticket(mei, subject)
    reply(mei, "Said too early.")
    mei.locator(".toast .timer").hover(timeout=SOON, force=True)  # stops its time
    post(jonas, f"/tickets/{number_of(mei)}/merge", into=survivor)
    expect(mei.locator("#head h1")).to_have_text(other, timeout=SOON)
    expect(bubbles(mei, "Said too early.")).to_have_count(1)
    undo_now(mei)
    expect(bubbles(mei, "Said too early.")).to_have_count(0, timeout=SOON)
    expect(text(mei)).to_have_value("Said too early.")
    expect(mei.locator("#thread")).to_contain_text("took a reply back", timeout=SOON)


def origin(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


FILE_IS_KEPT = """() => new Promise(done => {
  const asked = indexedDB.open('outbox');
  asked.onupgradeneeded = () => asked.transaction.abort();
  asked.onerror = () => done(false);
  asked.onsuccess = () => {
    const base = asked.result;
    const count = base.transaction('files').objectStore('files').count();
    count.onsuccess = () => { base.close(); done(count.result > 0); };
  };
})"""
