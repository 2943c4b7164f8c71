"""Every screen beside the queue, in light and dark, large and on a phone, in
English and Chinese: nothing keeps anybody from using it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests import choice
from tests.conftest import PICTURES
from tests.e2e.people import LOGIN, sign_in, speak
from tests.servers.axe import violations_in_every_look
from tests.servers.chromium import Windows
from tests.servers.desk_process import DeskProcess

PUBLIC = [
    "/help/{tag}",
    "/help/{tag}/topics/returns",
    "/help/{tag}/return-product",
    "/help/search?lang={tag}&q=refund",
    "/help/search?lang={tag}&q=xylophone",
    "/help/contact?lang={tag}",
    "/help/{tag}/nothing-here",
    "/survey/nothing-here?lang={tag}",
    "/login?lang={locale}",
    "/password/nothing-here?lang={locale}",
    "/demo?lang={tag}",
    "/api/v1/docs?lang={tag}",
]
STAFF = [
    "/articles",
    "/articles?q=nothing-like-this",
    "/articles/new",
    "/articles/return-product/en",
    "/articles/return-product/zh/revisions",
    "/articles/questions",
    "/articles/questions/log",
    "/articles/shelves",
    "/articles/index",
    "/articles/nothing-here/en",
    "/learning/candidates",
    "/learning/figures",
    "/reports/satisfaction?days=365",
    "/settings/surveys",
    "/settings/unwanted-mail",
    "/settings/ledger",
    "/settings/ledger?q=nothing-like-this",
    "/settings/mail-accounts",
    "/imports",
    "/tickets?view=open",
    "/tickets?view=open&columns=subject,customer,status,due,waiting",
    "/customers",
    "/customers/1",
    "/customers/1/merge?with=2",
    "/customers/pool",
    "/customers/mine",
    "/customers/organizations",
    "/customers?q=nothing-like-this",
    "/customers/duplicates",
    "/customers/organizations/1",
    "/settings",
    "/settings/account",
    "/settings/account/second-factor",
    "/settings/tokens",
    "/settings/agents",
    "/settings/agents/1",
    "/settings/agents/new",
    "/settings/agents/999999",
    "/settings/roles",
    "/settings/teams",
    "/settings/teams/1",
    "/settings/teams/new",
    "/settings/inboxes",
    "/settings/inboxes/1",
    "/settings/inboxes/new/email",
    "/settings/inboxes/new/sms",
    "/settings/inboxes/new/phone",
    "/settings/inboxes/new/chat",
    "/settings/hours",
    "/settings/hours/new",
    "/settings/hours/1",
    "/settings/service",
    "/settings/fields",
    "/settings/complaints",
    "/settings/tags",
    "/settings/audit",
    "/settings/audit?q=nothing-like-this",
    "/saved-replies",
    "/tasks",
    "/tickets?view=spam",
    "/tickets?view=open&status=nothing-like-this",
    "/tickets/999999",
    "/tickets/1/cards",
    "/tickets/1/merge",
    "/tickets/1/split",
    "/tickets/1/requester",
    "/tickets/1/messages/1/place",
]


@pytest.fixture(scope="module")
def all_windows(browser: Any) -> Iterator[Windows]:
    """Of all tests of this module: a page is looked at in the window of the page before."""
    windows = Windows(browser, PICTURES)
    yield windows
    windows.close()


@pytest.fixture(scope="module")
def of_a_visitor(all_windows: Windows) -> Page:
    return all_windows.open()


@pytest.fixture(scope="module")
def of_an_admin(desk: DeskProcess, all_windows: Windows) -> Page:
    return sign_in(all_windows, desk, LOGIN["admin"], "/tasks")


@pytest.mark.parametrize("path", PUBLIC)
def test_everybody_can_use_the_help_centre(
    desk: DeskProcess, of_a_visitor: Page, path: str
) -> None:
    page = of_a_visitor
    for turn, tag in enumerate(("en", "zh-hans", "zh-hant")):
        language, _, script = tag.partition("-")
        locale = f"{language}_{script.title()}" if script else language
        page.goto(desk.url + path.format(tag=tag, locale=locale))
        assert violations_in_every_look(page, turn) == [], tag


@pytest.mark.parametrize(("number", "path"), list(enumerate(STAFF)))
def test_everybody_who_works_here_can_use_their_pages(
    desk: DeskProcess, of_an_admin: Page, number: int, path: str
) -> None:
    """Without the slow tests in one of the two languages, page by page."""
    page = of_an_admin
    for turn, locale in enumerate(("en", "zh_Hans")):
        if not choice.slow and turn != number % 2:
            continue
        speak(page, desk, locale)
        page.goto(desk.url + path)
        assert violations_in_every_look(page, turn) == [], locale


def test_the_open_ticket_and_its_menus_can_be_used_by_everybody(
    desk: DeskProcess, as_role: Callable[[str, str], Page]
) -> None:
    page = as_role("supervisor", "/tickets?view=open")
    speak(page, desk, "en")
    page.goto(desk.url + str(page.locator("#rows .row-link").first.get_attribute("href")))
    page.locator("#cards .card").first.wait_for()
    assert violations_in_every_look(page) == [], "ticket"
    page.keyboard.press("Control+k")
    page.locator("#palette [role=option]").first.wait_for()
    assert violations_in_every_look(page) == [], "palette"
    page.keyboard.press("Escape")
    page.locator("#transcript").focus()
    page.keyboard.press("?")
    page.locator("#keys .of-page").first.wait_for()
    assert violations_in_every_look(page) == [], "keys"
    page.keyboard.press("Escape")
    page.goto(f"{desk.url}/tickets?view=open")
    page.locator("[data-key=f]").click()
    page.locator(".filter-form").wait_for()
    assert violations_in_every_look(page) == [], "filter"
    page.keyboard.press("Escape")
    page.locator("#bell").click()  # the window is a phone's by now
    page.locator("#told-list").wait_for()
    assert violations_in_every_look(page) == [], "bell"
    page.keyboard.press("Escape")
    page.locator("[popovertarget=me-menu]").click()
    assert violations_in_every_look(page) == [], "menu"


def test_suggestions_and_matches_can_be_used_by_everybody(desk: DeskProcess, windows: Any) -> None:
    page = windows.open(f"{desk.url}/help/en")
    page.get_by_role("combobox").press_sequentially("return", delay=10)
    page.get_by_role("option").first.wait_for()
    page.get_by_role("combobox").press("ArrowDown")
    assert violations_in_every_look(page) == []
    page.goto(f"{desk.url}/help/contact?lang=en")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Write your email").wait_for()
    assert violations_in_every_look(page) == []
    page.get_by_label("Your message").fill("How do I return a product?")
    page.locator("#matches a").first.wait_for()
    assert violations_in_every_look(page) == []


def test_the_forms_that_open_can_be_used_by_everybody(
    desk: DeskProcess, as_role: Callable[[str, str], Page]
) -> None:
    page = as_role("admin", "/tickets")
    speak(page, desk, "en")  # whichever test ran before, and whatever it left
    page.goto(f"{desk.url}/articles/shelves")
    page.get_by_role("button", name="Delete Sizes and fit").click()
    page.get_by_role("button", name="Delete the category").wait_for()
    assert violations_in_every_look(page) == []
    page.goto(page.url.replace("/shelves", "/return-product/en"))
    page.get_by_text("Change the address").click()
    assert violations_in_every_look(page) == []


def test_an_import_can_be_followed_by_everybody(
    desk: DeskProcess, as_role: Callable[[str, str], Page]
) -> None:
    page = as_role("admin", "/tickets")
    speak(page, desk, "en")
    page.goto(f"{desk.url}/imports")
    table = b"ID,Name,Email,Shoe size\n1,Ann,ann@fjell.example,42\n2,Ben,ben@,43\n"
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": table}
    )
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="Check the file").wait_for()
    assert violations_in_every_look(page) == []
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Import these rows").wait_for()  # it comes by itself
    assert violations_in_every_look(page) == []
    page.get_by_role("button", name="Import these rows").click()
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_text("Put back").wait_for()
    assert violations_in_every_look(page) == []
