"""An agent's work at the size of a phone: every view, a snooze, several tickets at once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.at_a_ticket import MEI, Arrive, open_ticket, post, row
from tests.e2e.people import LOGIN, SOON, speak
from tests.servers.axe import PHONE, violations
from tests.servers.desk_process import DeskProcess


@pytest.fixture
def mei(sign_in: Any) -> Page:
    page: Page = sign_in(MEI)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    return page


def open_view(page: Page, name: str) -> None:
    page.locator("#side [popovertarget=all-views]").click()
    assert violations(page) == []
    page.locator("#all-views").get_by_role("link", name=name).click()


def test_a_ticket_sleeps_and_is_found_among_all_views(mei: Page, arrive: Arrive) -> None:
    subject = arrive()
    open_ticket(mei, subject)
    mei.locator("[popovertarget=more-menu]").click()
    mei.locator("#more-menu").get_by_role("button", name="Snooze").click()
    mei.locator("#snooze").get_by_role("button", name="Tomorrow morning").click()
    expect(mei.locator("#head .badge[data-status=snoozed]")).to_be_visible(timeout=SOON)
    expect(mei.locator(":popover-open")).to_have_count(0)
    mei.get_by_role("link", name="Back to the queue").click()
    expect(row(mei, subject)).to_have_count(0, timeout=SOON)
    open_view(mei, "Snoozed")
    expect(row(mei, subject)).to_be_visible(timeout=SOON)
    post(mei, "/views", name="Asleep", query="status=snoozed")
    mei.reload()
    open_view(mei, "Asleep")
    expect(mei.locator("#list h1")).to_have_text("Asleep", timeout=SOON)
    expect(row(mei, subject)).to_be_visible()
    assert not mei.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_several_tickets_are_picked_by_touch(mei: Page, arrive: Arrive) -> None:
    first, second = arrive(), arrive.another()
    for subject in (first, second):
        expect(row(mei, subject)).to_be_visible(timeout=SOON)
    expect(row(mei, first).locator(".pick")).to_be_hidden()
    mei.get_by_role("button", name="Select tickets").click()
    for subject in (first, second):
        row(mei, subject).click()
    expect(mei.locator("#bulk b")).to_have_text("2 selected")
    assert violations(mei) == []
    mei.locator("#bulk").get_by_role("button", name="Resolve").click()
    expect(mei.locator(".toast")).to_contain_text("2 tickets changed", timeout=SOON)
    for subject in (first, second):
        expect(row(mei, subject)).to_have_count(0, timeout=SOON)
    expect(mei.get_by_role("button", name="Select tickets")).to_have_attribute(
        "aria-pressed", "false"
    )


def test_the_figures_of_the_bot_fit_a_phone(desk: DeskProcess, sign_in: Any) -> None:
    page = sign_in(LOGIN["supervisor"], "/learning/figures?days=90")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    for locale, words in (("zh_Hans", "自助解决"), ("en", "Deflected")):
        speak(page, desk, locale)
        page.reload()
        expect(page.locator("main")).to_contain_text(words)
        for part in ("document.documentElement", "document.querySelector('main')"):
            assert page.evaluate(f"{part}.scrollWidth") <= PHONE[0], locale
