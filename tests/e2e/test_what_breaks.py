"""What breaks a live page that the server draws, row by row, in real browsers."""

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
    open_ticket,
    reply,
    row,
    said,
    text,
    undo_now,
)
from tests.e2e.people import SOON
from tests.servers.axe import violations
from tests.servers.desk_process import DeskProcess

HIDDEN = (
    "Object.defineProperty(document, 'visibilityState', {get: () => 'hidden', configurable: true})"
)


def test_optimistic_send(sign_in: Any, arrive: Arrive) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    held: list[Route] = []

    def held_back(route: Route) -> None:
        held.append(route)

    mei.route("**/replies?**", held_back)
    reply(mei, "A new pole is on its way.")
    expect(bubbles(mei, "A new pole is on its way.")).to_have_class(re.compile("pending"))
    expect(text(mei)).to_have_value("")
    answer = held[0].fetch()  # the server has it, and the answer is lost on the way
    assert answer.ok
    held[0].abort()
    mei.unroute("**/replies?**")
    expect(said(mei, "A new pole is on its way.")).to_have_count(1, timeout=SOON)
    expect(bubbles(mei, "A new pole is on its way.")).to_have_count(1)
    mei.reload()
    expect(said(mei, "A new pole is on its way.")).to_have_count(1, timeout=SOON)


def test_lost_and_disordered_messages(sign_in: Any, arrive: Arrive) -> None:
    """What was asked first is answered last: it still stands in its place, and undoes nothing."""
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    late: list[Route] = []

    def keep(route: Route) -> None:
        late.append(route)

    mei.route("**/transcript?after**", keep, times=1)
    with mei.expect_request("**/transcript?after**"):
        arrive("Second")
    expect(row(mei, "Second")).to_be_visible(timeout=SOON)
    old = late[0].fetch()
    assert "Second" in old.text()
    known = re.search(r'id="pulled"[^>]*data-version="(\d+)"', old.text())
    assert known

    def past_the_second(route: Route) -> None:
        route.continue_(url=re.sub(r"after=\d+", f"after={known[1]}", route.request.url))

    mei.route("**/notes?**", past_the_second)
    arrive("Third")
    expect(row(mei, "Third")).to_be_visible(timeout=SOON)
    mei.locator("input[name=mode][value=note]").check(force=True)
    reply(mei, "A note of mine")
    expect(said(mei, "Third")).to_have_count(1, timeout=SOON)
    expect(said(mei, "Second")).to_have_count(0)
    newest = mei.locator("#opened").get_attribute("data-version") or ""
    late[0].fulfill(response=old)
    expect(said(mei, "Second")).to_have_count(1, timeout=SOON)
    texts = mei.locator("#thread .turn.inbound .said").all_inner_texts()
    assert texts == ["The pole snapped.", "Second", "Third"]
    assert int(mei.locator("#opened").get_attribute("data-version") or 0) >= int(newest)


def test_a_lost_poke(sign_in: Any, arrive: Arrive) -> None:
    mei, jonas = sign_in(MEI), sign_in(JONAS)
    subject = arrive()
    mei.clock.install()
    mei.route_web_socket("**/*", lambda line: line.close())
    mei.reload()
    open_ticket(mei, subject)
    arrive("Nobody poked")
    expect(row(jonas, "Nobody poked")).to_be_visible(timeout=SOON)
    mei.clock.fast_forward(30_000)
    expect(said(mei, "Nobody poked")).to_have_count(1, timeout=SOON)


def test_reconnect(sign_in: Any, arrive: Arrive) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    mei.context.set_offline(True)
    arrive("While you were away: one")
    arrive("While you were away: two")
    mei.context.set_offline(False)
    for words in ("While you were away: one", "While you were away: two"):
        expect(said(mei, words)).to_have_count(1, timeout=SOON)


def test_sleep(sign_in: Any, arrive: Arrive) -> None:
    """A page that the browser freezes is not there for colleagues; awake, it has everything."""
    mei, jonas = sign_in(MEI), sign_in(JONAS)
    subject = arrive()
    for agent in (mei, jonas):
        open_ticket(agent, subject)
    name = mei.locator(".me .t .cut").inner_text()
    expect(jonas.locator("#present")).to_have_text(f"{name} is looking at this", timeout=SOON)
    mei.evaluate("document.dispatchEvent(new Event('freeze'))")
    expect(jonas.locator("#present")).to_be_hidden(timeout=SOON)
    arrive("While you slept")
    expect(said(jonas, "While you slept")).to_have_count(1, timeout=SOON)
    mei.evaluate("document.dispatchEvent(new Event('resume'))")
    expect(said(mei, "While you slept")).to_have_count(1, timeout=SOON)
    expect(jonas.locator("#present")).to_have_text(f"{name} is looking at this", timeout=SOON)


def newer(route: Route) -> None:
    """An answer as a server gives it that was updated in the meantime."""
    answer = route.fetch()
    route.fulfill(response=answer, headers={**answer.headers, "desk-assets": "newer"})


def test_a_newer_version_is_loaded_when_nobody_writes(sign_in: Any, arrive: Arrive) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    mei.evaluate("window.isOld = true")
    mei.route("**/transcript?**", newer)
    arrive("It is time")
    mei.wait_for_function("() => !window.isOld")
    expect(said(mei, "It is time")).to_have_count(1, timeout=SOON)
    mei.evaluate("window.isOld = true")  # a second server may still be of the old version
    with mei.expect_response("**/transcript?**"):
        arrive("Once is enough")
    expect(mei.locator("#newer")).to_be_visible(timeout=SOON)
    assert mei.evaluate("window.isOld")


def test_a_newer_version_waits_for_who_writes(sign_in: Any, arrive: Arrive) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    mei.evaluate("window.isOld = true")
    text(mei).fill("Half a sentence")
    mei.route("**/transcript?**", newer)
    arrive("It is time")
    banner = mei.locator("#newer")
    expect(banner).to_be_visible(timeout=SOON)
    assert mei.evaluate("window.isOld")
    mei.unroute("**/transcript?**")
    banner.get_by_role("button", name="Reload").click()
    mei.wait_for_function("() => !window.isOld")
    expect(banner).to_be_hidden()
    expect(text(mei)).to_have_value("Half a sentence", timeout=SOON)


def test_unread_counts(sign_in: Any, arrive: Arrive) -> None:
    mei, jonas = sign_in(MEI), sign_in(JONAS)
    subject = arrive()
    for agent in (mei, jonas):
        expect(row(agent, subject).locator(".count")).to_contain_text("1", timeout=SOON)
    open_ticket(mei, subject)
    expect(row(mei, subject).locator(".count")).to_have_count(0, timeout=SOON)
    expect(row(jonas, subject).locator(".count")).to_contain_text("1")
    mei.evaluate(HIDDEN)
    arrive("Are you there?")
    expect(row(jonas, subject).locator(".count")).to_contain_text("2", timeout=SOON)
    expect(said(mei, "Are you there?")).to_have_count(1, timeout=SOON)
    other = sign_in(MEI)
    expect(row(other, subject).locator(".count")).to_contain_text("1", timeout=SOON)
    mei.evaluate(
        HIDDEN.replace("'hidden'", "'visible'")
        + "; document.dispatchEvent(new Event('visibilitychange'))"
    )
    expect(row(mei, subject).locator(".count")).to_have_count(0, timeout=SOON)


def test_presence_and_replying(sign_in: Any, arrive: Arrive) -> None:
    mei, jonas, third = sign_in(MEI), sign_in(JONAS), sign_in(JONAS)
    subject = arrive()
    for agent in (mei, jonas):
        open_ticket(agent, subject)
    name = mei.locator(".me .t .cut").inner_text()
    expect(jonas.locator("#present")).to_have_text(f"{name} is looking at this", timeout=SOON)
    text(mei).press_sequentially("Dear")
    expect(jonas.locator("#present")).to_have_text(f"{name} is replying", timeout=SOON)
    expect(row(third, subject).locator(".replying")).to_have_text(
        f"{name} is replying", timeout=SOON
    )
    expect(mei.locator("#present")).not_to_contain_text("replying")
    mei.context.close()
    expect(jonas.locator("#present")).to_be_hidden(timeout=SOON)


def test_a_reply_past_an_unseen_message(sign_in: Any, arrive: Arrive) -> None:
    mei = sign_in(MEI)
    subject = arrive()
    open_ticket(mei, subject)
    mei.route("**/transcript?**", lambda route: route.abort())
    arrive("No, the other pole.")
    expect(row(mei, "No, the other pole.")).to_be_visible(timeout=SOON)
    reply(mei, "We send you a pole.")
    expect(mei.locator("#conflict")).to_contain_text("1 message arrived", timeout=SOON)
    expect(text(mei)).to_have_value("We send you a pole.")
    expect(bubbles(mei, "We send you a pole.")).to_have_count(0)


def test_a_morph_leaves_draft_and_focus_alone(sign_in: Any, arrive: Arrive) -> None:
    mei = sign_in(MEI)
    subject = arrive()
    open_ticket(mei, subject)
    text(mei).fill("Half a sentence")
    mei.evaluate("document.getElementById('text').setSelectionRange(2, 6)")
    arrive("One more thing")
    expect(said(mei, "One more thing")).to_have_count(1, timeout=SOON)
    expect(text(mei)).to_be_focused()
    selected = "[document.activeElement.selectionStart, document.activeElement.selectionEnd]"
    assert mei.evaluate(selected) == [2, 6]
    mei.locator("input[name=mode][value=note]").check(force=True)
    expect(text(mei)).to_have_value("")
    text(mei).fill("A note of mine")
    mei.reload()
    expect(text(mei)).to_have_value("Half a sentence")
    mei.locator("input[name=mode][value=note]").check(force=True)
    expect(text(mei)).to_have_value("A note of mine")


def test_offline(sign_in: Any, arrive: Arrive) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    mei.context.set_offline(True)
    reply(mei, "First, on the train")
    reply(mei, "Second, in the tunnel")
    expect(mei.locator("#offline")).to_be_visible(timeout=SOON)
    expect(bubbles(mei, "in the tunnel")).to_have_class(re.compile("pending"))
    text(mei).fill("A third is being written")
    mei.context.set_offline(False)
    for words in ("First, on the train", "Second, in the tunnel"):
        expect(said(mei, words)).to_have_count(1, timeout=SOON)
        expect(bubbles(mei, words)).to_have_count(1)
    expect(mei.locator("#offline")).to_be_hidden(timeout=SOON)
    ours = mei.locator("#thread .turn.outbound .said").all_inner_texts()
    assert ours == ["First, on the train", "Second, in the tunnel"]
    expect(text(mei)).to_have_value("A third is being written")


def test_what_waits_survives_a_reload(sign_in: Any, arrive: Arrive) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    mei.route("**/replies**", lambda route: route.abort())
    reply(mei, "Written before the reload")
    expect(bubbles(mei, "Written before the reload")).to_have_count(1)
    mei.unroute("**/replies**")
    mei.reload()
    expect(said(mei, "Written before the reload")).to_have_count(1, timeout=SOON)
    expect(bubbles(mei, "Written before the reload")).to_have_count(1)


def test_the_session_ends(sign_in: Any, arrive: Arrive) -> None:
    mei = sign_in(MEI)
    subject = arrive()
    open_ticket(mei, subject)
    expect(row(mei, subject).locator(".count")).to_have_count(0, timeout=SOON)
    mei.wait_for_load_state("networkidle")  # no answer under way brings a new cookie
    mei.context.clear_cookies()
    reply(mei, "Said after twelve hours")
    dialog = mei.locator("#signed-out")
    expect(dialog).to_be_visible(timeout=SOON)
    dialog.get_by_label(re.compile("Password")).fill("not the password")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).to_contain_text("not right", timeout=SOON)
    assert violations(mei) == []
    dialog.get_by_label(re.compile("Password")).fill(DEMO_PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden(timeout=SOON)
    expect(said(mei, "Said after twelve hours")).to_have_count(1, timeout=SOON)
    arrive("And the page lives on")
    expect(said(mei, "And the page lives on")).to_have_count(1, timeout=SOON)


def test_undo(sign_in: Any, arrive: Arrive, desk: DeskProcess) -> None:
    mei, jonas = sign_in(MEI), sign_in(JONAS)
    subject = arrive()
    for agent in (mei, jonas):
        open_ticket(agent, subject)
    reply(mei, "Dear Anne, wrong name")
    mei.locator(".toast .timer").hover(timeout=SOON, force=True)  # who looks at it stops its time
    assert violations(mei) == []
    expect(said(jonas, "wrong name")).to_have_count(1, timeout=SOON)
    undo_now(mei)
    expect(text(mei)).to_have_value("Dear Anne, wrong name", timeout=SOON)
    for agent in (mei, jonas):
        expect(bubbles(agent, "wrong name")).to_have_count(0, timeout=SOON)
        expect(agent.locator("#thread")).to_contain_text("took a reply back", timeout=SOON)
    reply(mei, "Dear Ann, right name")
    state = said(mei, "right name").locator(".delivery")
    expect(state).to_have_attribute("data-state", "sent", timeout=SOON)
    expect(mei.locator(".toast [data-key=u]")).to_have_count(0)
    sent = b"".join(file.read_bytes() for file in (desk.data_dir / "outbox").iterdir())
    assert b"wrong name" not in sent
    assert b"right name" in sent


def test_send_later_waits_and_stops_when_the_customer_writes(sign_in: Any, arrive: Arrive) -> None:
    mei = sign_in(MEI)
    subject = arrive()
    open_ticket(mei, subject)
    text(mei).fill("Your pole should be there now.")
    mei.get_by_role("button", name="Send later", exact=True).first.click()
    mei.locator("#send-at").fill("tomorrow 9:00")
    mei.locator("#later-menu").get_by_role("button", name="Send later").click()
    bubble = said(mei, "Your pole should be there now.")
    expect(bubble).to_contain_text("unless the customer writes first", timeout=SOON)
    bubble.get_by_role("button", name="Back to the composer").click()
    expect(text(mei)).to_have_value("Your pole should be there now.", timeout=SOON)
    expect(bubbles(mei, "Your pole should be there now.")).to_have_count(0)
    mei.get_by_role("button", name="Send later", exact=True).first.click()
    mei.locator("#send-at").fill("in 3 hours")
    mei.locator("#send-at").press("Enter")
    expect(bubble).to_contain_text("unless the customer writes first", timeout=SOON)
    arrive("It is here.")
    expect(bubble).to_contain_text("Not sent: the customer wrote first", timeout=SOON)
    expect(bubble.get_by_role("button", name="Send now")).to_have_count(0)
    bubble.get_by_role("button", name="Back to the composer").click()
    expect(text(mei)).to_have_value("Your pole should be there now.", timeout=SOON)


PAPERS = [
    {"name": "label.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"0" * 200},
    {"name": "return form 退货.txt", "mimeType": "text/plain", "buffer": b"Sign here."},
]


def attached(page: Page) -> list[list[Any]]:
    """Name and size of the files that the composer would send."""
    found: list[list[Any]] = page.evaluate(
        "[...document.getElementById('files').files].map((file) => [file.name, file.size])"
    )
    return found


def test_what_is_taken_back_brings_its_files(sign_in: Any, arrive: Arrive) -> None:
    mei = sign_in(MEI)
    subject = arrive()
    open_ticket(mei, subject)
    mei.locator("#files").set_input_files(PAPERS)
    text(mei).fill("Stick this on the parcel.")
    mei.get_by_role("button", name="Send later", exact=True).first.click()
    mei.locator("#send-at").fill("tomorrow 9:00")
    mei.locator("#later-menu").get_by_role("button", name="Send later").click()
    bubble = said(mei, "Stick this on the parcel.")
    expect(bubble.locator(".file")).to_have_count(2, timeout=SOON)
    mei.reload()  # the page itself has the files no longer: they come from the message
    text(mei).fill("And a word more.")
    bubble.get_by_role("button", name="Back to the composer").click()
    expect(text(mei)).to_have_value("Stick this on the parcel.\n\nAnd a word more.", timeout=SOON)
    expect(mei.locator("#chosen .chip")).to_have_count(2)
    assert attached(mei) == [[one["name"], len(one["buffer"])] for one in PAPERS]
    text(mei).press("Control+Enter")
    expect(said(mei, "And a word more.").locator(".file")).to_have_count(2, timeout=SOON)


def test_undo_brings_the_files_back_from_another_ticket(sign_in: Any, arrive: Arrive) -> None:
    mei = sign_in(MEI)
    first, second = arrive(), arrive.another()
    expect(row(mei, second)).to_be_visible(timeout=SOON)
    open_ticket(mei, first)
    mei.locator("#files").set_input_files(PAPERS)
    reply(mei, "Here is the label.")
    mei.locator(".toast .timer").hover(timeout=SOON, force=True)  # who looks at it stops its time
    row(mei, second).locator(".row-link").evaluate("link => link.click()")  # the pointer rests
    expect(mei.locator("#head h1")).to_have_text(second, timeout=SOON)
    undo_now(mei)
    expect(mei.locator("#head h1")).to_have_text(first, timeout=SOON)
    expect(text(mei)).to_have_value("Here is the label.", timeout=SOON)
    assert attached(mei) == [[one["name"], len(one["buffer"])] for one in PAPERS]
