"""Two agents and a visitor at once, in real browsers, on a desk that really runs."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from helpdesk.seeds import DEMO_LOGINS, SUPPORT_ADDRESS
from tests.e2e import people
from tests.e2e.people import SOON, Visitor
from tests.factories import Mail
from tests.servers.desk_process import DeskProcess
from tests.servers.planted import Nursery

MEI, JONAS = (email for email, _role in DEMO_LOGINS[:2])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Iterator[DeskProcess]:
    """A desk with the demo company and nothing else in its queue."""
    desk = DeskProcess(tmp_path_factory.mktemp("desk"))
    nursery.plant(desk, indexed=False)
    yield desk.start()
    desk.stop(timeout=5)


@pytest.fixture
def sign_in(desk: DeskProcess, windows: Any) -> Any:
    def open_desk(email: str, path: str = "/tickets?view=open") -> Page:
        return people.sign_in(windows, desk, email, path)

    return open_desk


@pytest.fixture
def visitor(desk: DeskProcess, windows: Any) -> Visitor:
    return Visitor(windows.open(f"{desk.url}/demo", size=(1280, 800))).open_chat()


def row(page: Page, words: str) -> Locator:
    return page.locator("a.row-link", has_text=words).first


def said(page: Page, words: str) -> Locator:
    return page.locator(".transcript .turn:not(.pending)", has_text=words)


def reply(page: Page, words: str) -> None:
    page.locator("#text").fill(words)
    page.locator("#text").press("Control+Enter")


def test_a_chat_is_answered_live_and_everybody_sees_the_same(
    sign_in: Any, visitor: Visitor
) -> None:
    mei, jonas = sign_in(MEI), sign_in(JONAS)
    visitor.says("Is the Ridge 2 in stock in Leeds?")
    for agent in (mei, jonas):
        expect(row(agent, "Ridge 2 in stock in Leeds")).to_be_visible(timeout=SOON)
        row(agent, "Ridge 2 in stock in Leeds").click()
        expect(said(agent, "Is the Ridge 2 in stock in Leeds?")).to_have_count(1, timeout=SOON)
    visitor.box.press_sequentially("and is there a footprint", delay=200)
    expect(mei.get_by_text("is writing")).to_be_visible(timeout=SOON)
    visitor.box.fill("")
    reply(mei, "Three of them. Shall we hold one?")
    visitor.sees("Three of them. Shall we hold one?")
    for agent in (mei, jonas):
        turn = said(agent, "Three of them. Shall we hold one?")
        expect(turn).to_have_count(1, timeout=SOON)
        expect(turn.locator(".delivery")).to_have_attribute(
            "data-state", re.compile("delivered|read"), timeout=SOON
        )
    visitor.page.reload()
    visitor.open_chat()
    visitor.sees("Is the Ridge 2 in stock in Leeds?")
    visitor.sees("Three of them. Shall we hold one?")


def test_no_message_is_lost_or_doubled_over_a_reconnect(sign_in: Any, visitor: Visitor) -> None:
    mei = sign_in(MEI)
    visitor.says("First, before the line breaks")
    row(mei, "First, before the line breaks").click()
    expect(said(mei, "First, before the line breaks")).to_have_count(1, timeout=SOON)
    mei.context.set_offline(True)
    for number in ("one", "two", "three"):
        visitor.says(f"While you were away: {number}")
        visitor.sees(f"While you were away: {number}")
    mei.context.set_offline(False)
    texts = ["First, before", "away: one", "away: two", "away: three"]
    for words in texts:
        expect(said(mei, words)).to_have_count(1, timeout=2 * SOON)
    order = mei.locator(".transcript .turn.inbound").all_inner_texts()
    assert [next(t for t in texts if t in turn) for turn in order] == texts


def test_promise_5_a_reply_past_an_unseen_message_is_held_and_the_draft_stays(
    sign_in: Any, visitor: Visitor, desk: DeskProcess
) -> None:
    mei = sign_in(MEI)
    visitor.says("My boots are size 44")
    row(mei, "My boots are size 44").click()
    expect(said(mei, "My boots are size 44")).to_have_count(1, timeout=SOON)
    mei.route("**/transcript?**", lambda route: route.abort())  # its pulls fail: it is stale
    visitor.says("Sorry, size 43")
    visitor.sees("Sorry, size 43")
    mei.locator("#text").fill("We send you 44.")
    mei.locator("#text").press("Control+Enter")
    expect(mei.locator("#conflict")).to_be_visible(timeout=SOON)
    expect(said(mei, "Sorry, size 43")).to_have_count(1, timeout=SOON)
    expect(mei.locator("#text")).to_have_value("We send you 44.")
    mei.unroute("**/transcript?**")
    reply(mei, "We send you 43.")
    visitor.sees("We send you 43.")
    expect(visitor.chat.get_by_text("We send you 44.")).to_have_count(0)


def test_a_real_mail_comes_up_by_itself_and_its_html_cannot_act(
    sign_in: Any, desk: DeskProcess, windows: Any
) -> None:
    mei = sign_in(MEI)
    mail = Mail(text="<script>alert(1)</script> 我要退款", subject="<b>Refund</b> TF-20931")
    with smtplib.SMTP("127.0.0.1", desk.smtp_port) as client:
        client.sendmail("ann@fjell.example", [SUPPORT_ADDRESS], bytes(mail))
    expect(row(mei, "<b>Refund</b> TF-20931")).to_be_visible(timeout=SOON)
    row(mei, "<b>Refund</b> TF-20931").click()
    expect(said(mei, "<script>alert(1)</script> 我要退款")).to_have_count(1, timeout=SOON)
    reply(mei, "退款已办理。")
    turn = said(mei, "退款已办理。")
    expect(turn.locator(".delivery")).to_have_attribute("data-state", "sent", timeout=SOON)
    assert list((desk.data_dir / "outbox").iterdir())
    mei.goto(f"{desk.url}/tickets?q=退款")
    expect(row(mei, "<b>Refund</b> TF-20931")).to_be_visible(timeout=SOON)


def test_a_note_is_seen_by_colleagues_and_never_by_the_customer(
    sign_in: Any, visitor: Visitor
) -> None:
    mei, jonas = sign_in(MEI), sign_in(JONAS)
    visitor.says("Can I speak to somebody?")
    for agent in (mei, jonas):
        row(agent, "Can I speak to somebody?").click()
    mei.locator("input[name=mode][value=note]").check(force=True)
    reply(mei, "She called twice already.")
    for agent in (mei, jonas):
        expect(said(agent, "She called twice already.")).to_have_count(1, timeout=SOON)
    reply_to_all = "I am here."
    mei.locator("input[name=mode][value=reply]").check(force=True)
    reply(mei, reply_to_all)
    visitor.sees(reply_to_all)
    expect(visitor.chat.get_by_text("She called twice already.")).to_have_count(0)


@pytest.mark.parametrize("path", ["/login", "/tickets", "/demo"])
def test_a_phone_shows_each_page_without_scrolling_sideways(
    desk: DeskProcess, windows: Any, path: str
) -> None:
    page = windows.open(desk.url + path, phone=True, locale="zh-CN")
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    assert windows.faults == []
