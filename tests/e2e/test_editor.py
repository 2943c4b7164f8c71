"""Writing articles in a real browser: from the first word to the archive, and two at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Dialog, Page, expect

from tests.patience import eventually
from tests.servers.desk_process import DeskProcess

Enter = Callable[[str, str], Page]


def write(page: Page, title: str, text: str) -> None:
    page.get_by_label("Title").fill(title)
    page.get_by_label(re.compile("^Text")).fill(text)


def test_an_article_from_the_first_word_to_the_archive(
    desk: DeskProcess, windows: Any, as_role: Enter
) -> None:
    page = as_role("supervisor", "/articles/new")
    write(page, "Borrow a bear canister", "Ask **in the shop**.\n\nBring it back.")
    expect(page.locator("#preview strong")).to_have_text("in the shop")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.locator(".head .badge")).to_have_text("Published")
    reader = windows.open(f"{desk.url}/help/en/borrow-a-bear-canister")
    expect(reader.locator(".prose")).to_contain_text("Bring it back.")
    page.get_by_label(re.compile("^Text")).fill("Ask **in the shop**.\n\nKeep it for a week.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Customers read revision 1.")).to_be_visible()
    page.get_by_role("link", name="Revisions").click()
    diff = page.get_by_role("region", name="What changed")
    expect(diff.locator(".removed")).to_have_text("Removed:Bring it back.")
    expect(diff.locator(".added")).to_have_text("Added:Keep it for a week.")
    page.get_by_role("link", name=re.compile("^Revision 1")).click()
    page.get_by_role("button", name="Restore these words").click()
    expect(page.get_by_label(re.compile("^Text"))).to_have_value(re.compile("Bring it back"))
    page.get_by_role("button", name="Archive").click()
    expect(page.locator(".head .badge").first).to_have_text("Archived")
    reader.reload()
    expect(reader.get_by_role("heading", name="Nothing here")).to_be_visible()


def test_who_leaves_with_unsaved_words_is_warned(as_role: Enter) -> None:
    page = as_role("agent", "/articles/new")
    write(page, "Half a thought", "And the rest")
    warned: list[str] = []

    def stay(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Tickets").click()
    expect(page.get_by_label("Title")).to_have_value("Half a thought")
    assert warned == ["beforeunload"]
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".head .badge")).to_have_text("Draft")
    page.get_by_role("link", name="Tickets").click()
    page.wait_for_url("**/tickets**")
    assert warned == ["beforeunload"]


def test_two_who_write_at_once_are_told_and_lose_nothing(as_role: Enter) -> None:
    one, other = (as_role(role, "/articles/gift-cards/en") for role in ("supervisor", "admin"))
    for page, words in ((one, "Gift cards never expire."), (other, "Gift cards last a year.")):
        page.get_by_label(re.compile("^Text")).fill(words)
    one.get_by_role("button", name="Save draft").click()
    expect(one.get_by_text("Changes wait").first).to_be_visible()
    other.get_by_role("button", name="Save and publish").click()
    alert = other.get_by_role("alert")
    expect(alert).to_contain_text("Somebody changed this article meanwhile.")
    expect(other.get_by_label(re.compile("^Text"))).to_have_value("Gift cards last a year.")
    with other.expect_popup() as opened:
        alert.get_by_role("link", name="See what changed").click()
    expect(opened.value.locator(".lines .added").first).to_contain_text("never expire")


def test_an_article_moves_and_its_old_address_leads_on(
    desk: DeskProcess, windows: Any, as_role: Enter
) -> None:
    page = as_role("supervisor", "/articles/tent-care/en")
    page.get_by_text("Change the address").click()
    page.get_by_label("New address").fill("look-after-a-tent")
    page.get_by_role("button", name="Change", exact=True).click()
    page.wait_for_url("**/articles/look-after-a-tent/en")
    reader = windows.open(f"{desk.url}/help/zh-hant/tent-care", locale="zh-TW")
    reader.wait_for_url("**/help/zh-hant/look-after-a-tent")
    typing = f"{desk.url}/help/suggestions?lang=en&q=look+after+your+t"
    eventually(lambda: "/help/en/look-after-a-tent" in reader.request.get(typing).text())


def test_a_category_goes_and_its_articles_stay(
    desk: DeskProcess, windows: Any, as_role: Enter
) -> None:
    page = as_role("supervisor", "/articles/shelves")
    page.get_by_role("button", name="Delete Sizes and fit").click()
    target = page.get_by_label(re.compile("^Move its articles")).filter(visible=True)
    target.select_option("care")
    page.get_by_role("button", name="Delete the category").click()
    expect(page.get_by_text("Sizes and fit")).to_have_count(0)
    expect(page.locator('input[name=name_en][value="Sizes and fit"]')).to_have_count(0)
    reader = windows.open(f"{desk.url}/help/en/topics/care")
    expect(reader.get_by_role("link", name="Find your size: boots")).to_be_visible()
    reader.goto(f"{desk.url}/help/en/topics/sizes")
    expect(reader.get_by_role("heading", name="Nothing here")).to_be_visible()
