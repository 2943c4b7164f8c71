"""The help centre and the editor in a real browser, on a desk that really runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import SOON
from tests.servers.desk_process import DeskProcess


def test_a_visitor_types_chooses_reads_and_votes(desk: DeskProcess, windows: Any) -> None:
    page = windows.open(f"{desk.url}/help")
    box = page.get_by_role("combobox", name="Search the help centre")
    box.press_sequentially("return a pro", delay=20)
    # What is asked for the first letters names others first.
    expect(page.get_by_role("option").first).to_contain_text("Return a product", timeout=SOON)
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


def test_what_is_typed_and_left_is_told_and_what_is_sent_off_is_not(
    desk: DeskProcess, windows: Any
) -> None:
    page = windows.open(f"{desk.url}/help")
    box = page.get_by_role("combobox", name="Search the help centre")
    with page.expect_request("**/help/typed") as told:
        box.fill("zzkayak rental")
        page.get_by_role("heading", level=1).click()
    assert "zzkayak rental" in told.value.post_data
    more: list[str] = []
    page.on("request", lambda request: more.append(request.url))
    box.fill("return a product")
    box.press("Enter")
    expect(page).to_have_url(re.compile("/help/search"), timeout=SOON)
    assert not [url for url in more if url.endswith("/help/typed")]
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
    expect(card).not_to_contain_text("羽绒服和羽绒睡袋怎么洗")
    agent.locator("#text").fill("您好，另外羽绒服和羽绒睡袋可以这样洗：")
    expect(card).to_contain_text("羽绒服和羽绒睡袋怎么洗", timeout=SOON)
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


def test_the_keyboard_alone_finds_opens_and_leaves_the_suggestions(
    desk: DeskProcess, windows: Any
) -> None:
    page = windows.open(f"{desk.url}/help/en")
    box = page.get_by_role("combobox", name="Search the help centre")
    box.press_sequentially("refu", delay=20)
    options = page.get_by_role("listbox", name="Matching articles").get_by_role("option")
    expect(options.first).to_be_visible(timeout=SOON)
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "option-1")
    expect(options.first).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(options.first).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("refu")
    box.press("Enter")
    page.wait_for_url("**/help/search?**q=refu")


def test_a_yes_is_thanked_and_counted(
    desk: DeskProcess, windows: Any, as_role: Callable[[str, str], Page]
) -> None:
    page = windows.open(f"{desk.url}/help/zh-hans/gift-cards", locale="zh-CN")
    with page.expect_response("**/votes"):
        page.locator(".helped").get_by_text("是", exact=True).click()
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("status").filter(visible=True)).to_be_visible()
    editor = as_role("agent", "/articles?q=gift-cards&lang=zh")
    expect(editor.get_by_role("cell", name="1 / 1")).to_be_visible()


def test_another_language_keeps_the_page_and_an_error_speaks_it(
    desk: DeskProcess, windows: Any
) -> None:
    page = windows.open(f"{desk.url}/help/en/return-product")
    for name, tag, lang, title in (
        ("简体中文", "zh-hans", "zh-Hans", "退货"),
        ("繁體中文", "zh-hant", "zh-Hant", "退貨"),
        ("English", "en", "en", "Return a product"),
    ):
        page.get_by_role("contentinfo").get_by_role("link", name=name).click()
        page.wait_for_url(f"**/help/{tag}/return-product")
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(page.locator("html")).to_have_attribute("lang", lang)
    for path, words, back in (
        ("/help/zh-hant/nothing", "這裡沒有內容", "/help/zh-hant"),
        ("/help/zh-hans/no/such/place", "这里没有内容", "/help/zh-hans"),
        ("/help/en/nothing", "Nothing here", "/help/en"),
    ):
        answer = page.goto(desk.url + path)
        assert answer.status == 404
        expect(page.get_by_role("heading", level=1)).to_have_text(words)
        expect(page.locator("main a.button")).to_have_attribute("href", back)


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
