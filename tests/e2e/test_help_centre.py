"""The help centre and the editor in a real browser, on a desk that really runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from helpdesk.seeds import DEMO_LOGINS, DEMO_PASSWORD
from tests.servers.desk_process import DeskProcess

SOON = 30_000  # milliseconds: the indexer may be busy
LOGIN = dict(reversed(pair) for pair in DEMO_LOGINS)  # role -> email


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    desk = DeskProcess(tmp_path_factory.mktemp("desk"))
    desk.run("seed", "--tickets", "0")
    desk.run("kb", "reindex")
    yield desk.start()
    desk.stop(timeout=5)


@pytest.fixture
def as_role(desk: DeskProcess, windows: Any) -> Callable[[str, str], Page]:
    def sign_in(role: str, path: str) -> Page:
        page: Page = windows.open(f"{desk.url}/login", size=(1440, 900))
        page.get_by_label("Email").fill(LOGIN[role])
        page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/tickets**")
        page.goto(desk.url + path)
        return page

    return sign_in


def test_a_visitor_types_chooses_reads_and_votes(desk: DeskProcess, windows: Any) -> None:
    page = windows.open(f"{desk.url}/help")
    box = page.get_by_role("combobox", name="Search the help centre")
    box.press_sequentially("return a pro", delay=20)
    option = page.get_by_role("option", name=re.compile("Return a product")).first
    expect(option).to_be_visible(timeout=SOON)
    with page.expect_response("**/readings") as told:
        box.press("ArrowDown")
        box.press("Enter")
    assert told.value.status == 204
    expect(page.get_by_role("heading", level=1)).to_have_text("Return a product")
    with page.expect_response("**/votes") as voted:
        page.get_by_text("Not quite").click()
    assert voted.value.status == 204
    page.get_by_label("What was missing").fill("The address")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you. Writers read this.")).to_be_visible()
    assert not windows.faults


def test_a_visitor_writes_and_an_agent_answers_with_an_article(
    desk: DeskProcess, windows: Any, as_role: Callable[[str, str], Page]
) -> None:
    page = windows.open(f"{desk.url}/help/contact?lang=zh-hans", phone=True)
    page.get_by_label("您的邮箱").fill("lin@yushan.example")
    page.get_by_label("是关于什么的？").fill("退货")
    page.get_by_label("您的留言").fill("怎么退货？鞋子不合脚。")
    expect(page.locator("#matches a").first).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="发送").click()
    page.get_by_role("button", name="都没有帮助，发送").click()
    expect(page.get_by_text("您的留言已收到")).to_be_visible()
    agent = as_role("agent", "/tickets?view=open")
    agent.get_by_text("退货", exact=True).first.click()
    card = agent.locator("#suggested")
    expect(card).to_be_visible(timeout=SOON)
    card.get_by_role("button", name="Insert link").first.click()
    expect(agent.locator("#text")).to_have_value(re.compile(r"http.*/help/zh-hans/"))
    assert not windows.faults


def test_a_supervisor_writes_with_a_preview_and_customers_find_it(
    desk: DeskProcess, windows: Any, as_role: Callable[[str, str], Page]
) -> None:
    page = as_role("supervisor", "/articles")
    page.get_by_role("link", name="Write an article").click()
    page.get_by_label("Title").fill("Rent a snow kite")
    page.get_by_label(re.compile("^Text")).fill("We rent **snow kites** in winter.")
    expect(page.locator("#preview strong")).to_have_text("snow kites")
    page.get_by_label("How customers ask").fill("kite for hire")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("Published").first).to_be_visible()
    visitor = windows.open(f"{desk.url}/help/en/rent-a-snow-kite")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Rent a snow kite")
    for _ in range(30):
        visitor.goto(f"{desk.url}/help/search?lang=en&q=kite+for+hire")
        if visitor.get_by_text("Rent a snow kite").count():
            break
        visitor.wait_for_timeout(500)
    expect(visitor.get_by_text("Rent a snow kite").first).to_be_visible()
    assert not windows.faults


@pytest.mark.parametrize("path", ["/help/zh-hant", "/help/en/return-product", "/help/contact"])
def test_pages_fit_a_phone(desk: DeskProcess, windows: Any, path: str) -> None:
    page = windows.open(desk.url + path, phone=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not windows.faults


def test_help_works_without_scripts(desk: DeskProcess, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.goto(f"{desk.url}/help")
    page.get_by_role("combobox").fill("return a product")
    page.get_by_role("combobox").press("Enter")
    page.get_by_role("link", name=re.compile("Return a product")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Return a product")
    context.close()
