"""A customer is asked how it went, by mail and in the chat, and the people here read the answer."""

from __future__ import annotations

import email
import json
import re
from collections.abc import Callable
from email import policy
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.people import SOON, Visitor, sign_in, speak
from tests.factories import Mail
from tests.patience import eventually
from tests.servers.axe import violations, violations_in_every_look
from tests.servers.desk_process import DeskProcess

LINK = re.compile(r"http://\S+/survey/\S+\?score=4")


def ask_at_once(desk: DeskProcess, as_role: Callable[[str, str], Page]) -> Page:
    """The admin lets mail inboxes ask without a delay; their page."""
    admin = as_role("admin", "/settings/surveys")
    speak(admin, desk, "en")
    admin.goto(f"{desk.url}/settings/surveys")
    for box in admin.get_by_label("Minutes after the end in").all():
        box.fill("0")
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_role("status")).to_have_text("Saved")
    return admin


def ticket_by_mail(desk: DeskProcess, folder: Path) -> int:
    """A ticket that came by mail and was answered."""
    mail = folder / "mail.eml"
    mail.write_bytes(bytes(Mail(sender="Ann <ann@fjell.example>", subject="Pole of my tent")))
    taken = desk.run("ingest", "email", str(mail), "--json").stdout
    ticket = int(json.loads(taken)["ticket"])
    desk.run("reply", str(ticket), "A new pole is on its way.", "--json")
    return ticket


def link_in_a_mail(desk: DeskProcess) -> str:
    for file in (desk.data_dir / "outbox").rglob("*"):
        if file.is_file():
            mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
            body = mail.get_body(("plain",))
            if found := LINK.search(body.get_content() if body else ""):
                return found[0]
    return ""


def test_by_mail_from_the_link_to_the_agents_page(
    desk: DeskProcess, windows: Any, as_role: Callable[[str, str], Page], tmp_path: Path
) -> None:
    agent = ask_at_once(desk, as_role)
    ticket = ticket_by_mail(desk, tmp_path)
    agent.goto(f"{desk.url}/tickets/{ticket}")
    agent.get_by_role("button", name="Resolve", exact=True).click()
    eventually(lambda: link_in_a_mail(desk))
    agent.goto(f"{desk.url}/tickets/{ticket}")  # the next one is open by then
    page = windows.open(link_in_a_mail(desk), phone=True)
    expect(page.get_by_role("radio", name="Good", exact=True)).to_be_checked()
    assert violations_in_every_look(page) == []
    page.get_by_role("radio", name="Bad", exact=True).check(force=True)
    page.get_by_label("What made it so?").fill("The pole came late.")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert violations_in_every_look(page) == []
    expect(agent.get_by_text("The pole came late.")).to_be_visible(timeout=SOON)
    expect(agent.get_by_text("rated our help: Bad")).to_be_visible()
    agent.goto(f"{desk.url}/reports/satisfaction")
    expect(agent.locator("#comments")).to_contain_text("The pole came late.")


def test_in_the_chat_at_once(desk: DeskProcess, windows: Any) -> None:
    customer = Visitor(windows.open(f"{desk.url}/demo")).open_chat()
    customer.says("Does the pole of the Ridge bend?")
    agent = sign_in(windows, desk, "mei@tarnfold.example", "/tickets?view=open")
    speak(agent, desk, "en")
    agent.goto(f"{desk.url}/tickets?view=open&q=bend")
    agent.get_by_role("link", name=re.compile("bend")).first.click()
    agent.locator("#composer textarea").fill("It does, a little.")
    agent.get_by_role("button", name="Send", exact=True).click()
    customer.sees("It does, a little.")
    ticket = agent.url
    agent.get_by_role("button", name="Resolve", exact=True).click()
    rate = customer.chat.locator(".rate")
    rate.get_by_role("button", name="Very good").wait_for(timeout=SOON)
    assert violations(customer.page) == []
    rate.get_by_role("button", name="Very good").click()
    rate.get_by_role("textbox").wait_for()
    assert violations(customer.page) == []
    rate.get_by_role("textbox").fill("So quick")
    rate.get_by_role("button", name="Send").click()
    expect(rate).to_contain_text("We have your words, too")
    expect(rate.get_by_role("button", name="Very good")).to_have_attribute("aria-pressed", "true")
    agent.goto(ticket)
    expect(agent.get_by_text("So quick")).to_be_visible(timeout=SOON)
