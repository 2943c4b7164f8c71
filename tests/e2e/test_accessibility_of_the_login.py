"""Nobody is kept out on the way in: second factor, recovery codes, a password by a link."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page

from helpdesk.seeds import DEMO_PASSWORD
from tests.e2e.at_a_ticket import JONAS, post
from tests.e2e.people import LOGIN
from tests.servers.axe import violations_in_every_look
from tests.servers.desk_process import DeskProcess


@pytest.fixture
def at_the_door(desk: DeskProcess, windows: Any) -> Callable[[str], Page]:
    """at_the_door(email) -> what follows their password."""

    def knock(email: str) -> Page:
        page: Page = windows.open(f"{desk.url}/login")
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
        page.get_by_role("button", name=re.compile("Log in|Sign in")).click()
        page.wait_for_url(re.compile("/login/|/tickets"))
        return page

    return knock


def turn_on(page: Page) -> None:
    """Enter what an app would show now."""
    secret = page.locator("code.secret").text_content() or ""
    page.get_by_role("textbox", name="Code").fill(pyotp.TOTP(secret).at(datetime.now(UTC)))
    page.get_by_role("button", name="Turn on").click()
    page.locator(".codes li").first.wait_for()


def test_a_second_factor_that_one_chooses(
    desk: DeskProcess, at_the_door: Callable[[str], Page]
) -> None:
    page = at_the_door(JONAS)
    page.goto(f"{desk.url}/settings/account/second-factor")
    page.get_by_text("Type it in by hand").click()
    assert violations_in_every_look(page) == [], "set up"
    turn_on(page)
    assert violations_in_every_look(page) == [], "recovery codes"
    again = at_the_door(JONAS)
    assert again.url.endswith("/login/code")
    assert violations_in_every_look(again) == [], "code"
    again.get_by_role("textbox", name="Code").fill("000000")
    again.get_by_role("button", name="Sign in").click()
    again.get_by_role("alert").wait_for()
    assert violations_in_every_look(again) == [], "wrong code"


def test_a_second_factor_that_the_role_demands(
    as_role: Callable[[str, str], Page], at_the_door: Callable[[str], Page]
) -> None:
    post(as_role("admin", "/settings/roles"), "/settings/roles", second_factor="supervisor")
    page = at_the_door(LOGIN["supervisor"])
    assert page.url.endswith("/login/second-factor")
    assert violations_in_every_look(page) == [], "set up"
    turn_on(page)
    assert violations_in_every_look(page) == [], "recovery codes"


def test_a_password_by_a_link(as_role: Callable[[str, str], Page], windows: Any) -> None:
    page = as_role("admin", "/settings/agents/1")
    page.get_by_role("button", name="Make a link to set a password").click()
    link = page.locator("code.secret").text_content() or ""
    assert violations_in_every_look(page) == [], "link"
    chosen = windows.open(link)
    chosen.get_by_label("New password").wait_for()
    assert violations_in_every_look(chosen) == [], "password"
