"""Tickets merged, parted and worked on in the browser, by keys and beside a colleague's page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import LOGIN, SOON, sign_in, speak
from tests.factories import Mail
from tests.servers.axe import violations, violations_in_every_look
from tests.servers.desk_process import DeskProcess
from tests.servers.planted import Nursery

AsRole = Callable[[str, str], Page]


MAILS = (
    ("Ann <ann@fjell.example>", "Tent pole"),
    ("Ann <ann@fjell.example>", "The pole again"),
    ("Bo <bo@dal.example>", "Marmalade"),
)
ID = "<surgery-{}@fjell.example>"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Iterator[DeskProcess]:
    desk = DeskProcess(tmp_path_factory.mktemp("desk"))
    nursery.plant(desk, indexed=False)
    yield desk
    desk.stop(timeout=5)


@pytest.fixture(scope="module")
def tickets(desk: DeskProcess, tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    """The numbers of three tickets of two customers; the desk runs."""
    mails = tmp_path_factory.mktemp("mails")
    for number, (sender, subject) in enumerate(MAILS):
        mail = Mail(
            sender=sender, subject=subject, text=f"About: {subject}", message_id=ID.format(number)
        )
        (mails / f"{number}.eml").write_bytes(bytes(mail))
    lines = desk.run("ingest", "email", str(mails), "--json").stdout.splitlines()
    desk.start()
    return [json.loads(line)["ticket"] for line in lines]


def test_a_merge_by_key_shows_on_every_open_page(
    desk: DeskProcess, tickets: list[int], as_role: AsRole, windows: Any
) -> None:
    stays, goes, _ = tickets
    mei, survivor = as_role("supervisor", f"/tickets/{goes}"), as_role("admin", f"/tickets/{stays}")
    other = sign_in(windows, desk, LOGIN["agent"], f"/tickets/{goes}")
    expect(mei.locator("#cards .card").first).to_be_visible(timeout=SOON)
    mei.keyboard.press("m")
    mei.wait_for_url(f"**/tickets/{goes}/merge")
    mei.get_by_role("button", name=f"Merge into #{stays}").click()
    mei.wait_for_url(f"**/tickets/{stays}")
    both = ["About: Tent pole", "About: The pole again"]
    for page in (mei, survivor, other):
        expect(page.locator("#thread .bubble .said")).to_have_text(both, timeout=SOON)
    assert re.search(rf"/tickets/{stays}(\?|$)", other.url)
    mei.locator("#cards").get_by_role("button", name="Unmerge").click()
    mei.wait_for_url(f"**/tickets/{goes}")
    expect(mei.locator("#thread .bubble .said")).to_have_text(both[1:], timeout=SOON)
    expect(survivor.locator("#thread .bubble .said")).to_have_text(both[:1], timeout=SOON)


def test_a_message_is_moved_with_a_reason_and_moved_back(
    desk: DeskProcess, tickets: list[int], as_role: AsRole, windows: Any
) -> None:
    here, there, _ = tickets
    mei, other = as_role("supervisor", f"/tickets/{here}"), as_role("admin", f"/tickets/{here}")
    mei.locator("input[name=mode][value=note]").check(force=True)
    mei.locator("#text").fill("The stove is hers, too.")
    mei.locator("#text").press("Control+Enter")
    note = mei.locator("#thread .turn.note[data-version]", has_text="The stove is hers")
    expect(note).to_have_count(1, timeout=SOON)
    note.hover()
    note.get_by_role("link", name="Move to another ticket").click()
    mei.get_by_label("Why?").select_option("it belongs to that matter")
    mei.get_by_label("In your own words").fill("the stove of ticket two")
    assert violations_in_every_look(mei) == []
    mei.get_by_role("button", name=f"Move to #{there}").click()
    mei.wait_for_url(f"**/tickets/{there}")
    moved = mei.locator("#thread .turn.note", has_text="The stove is hers")
    reason = "it belongs to that matter – the stove of ticket two"
    expect(mei.locator("#thread .turn.event", has_text=reason)).to_have_count(1, timeout=SOON)
    expect(other.locator("#thread .turn.event", has_text=reason)).to_have_count(1, timeout=SOON)
    expect(other.locator("#thread .turn.note", has_text="The stove is hers")).to_have_count(0)
    moved.locator(".why summary").click()
    expect(moved.locator(".why")).to_contain_text(f"Moved from ticket {here}")
    moved.get_by_role("button", name=f"Move back to #{here}").click()
    mei.wait_for_url(f"**/tickets/{here}")
    for page in (mei, other):
        back = page.locator("#thread .turn.note", has_text="The stove is hers")
        expect(back).to_have_count(1, timeout=SOON)
        expect(back.locator(".why")).to_have_count(0)


def test_a_note_of_a_machine_becomes_a_ticket_of_its_own_at_a_click(
    desk: DeskProcess, tickets: list[int], as_role: AsRole, tmp_path: Path
) -> None:
    here = tickets[2]
    away = {"In-Reply-To": ID.format(2), "Auto-Submitted": "auto-replied"}
    notice = Mail(sender=MAILS[2][0], subject="Away", text="Back on Monday.", headers=away)
    (tmp_path / "away.eml").write_bytes(bytes(notice))
    desk.run("ingest", "email", str(tmp_path / "away.eml"))
    page = as_role("supervisor", f"/tickets/{here}")
    note = page.locator("#thread .turn.note", has_text="Back on Monday.")
    note.locator(".why summary").click(timeout=SOON)
    note.get_by_role("button", name="Open as a ticket of its own").click()
    page.wait_for_url(lambda address: not re.search(rf"/tickets/{here}(\?|$)", address))
    expect(page.locator("#thread .turn", has_text="Back on Monday.")).to_have_count(1, timeout=SOON)
    expect(page.locator("#cards")).to_contain_text(f"Came from #{here}", timeout=SOON)
    page.goto(f"{desk.url}/tickets/{here}")
    expect(page.locator("#thread .turn.event", has_text="moved a message to ticket")).to_have_count(
        1, timeout=SOON
    )
    expect(page.locator("#thread .turn.note", has_text="Back on Monday.")).to_have_count(0)


def test_a_ticket_that_the_subject_names_is_linked_at_a_click(
    desk: DeskProcess, tickets: list[int], as_role: AsRole, tmp_path: Path
) -> None:
    there = tickets[0]
    named = Mail(sender="Cleo <cleo@dal.example>", subject=f"Pegs, too [#{there}]")
    (tmp_path / "named.eml").write_bytes(bytes(named))
    (line,) = desk.run("ingest", "email", str(tmp_path), "--json").stdout.splitlines()
    page = as_role("supervisor", f"/tickets/{json.loads(line)['ticket']}")
    links = page.locator("#card-links")
    expect(links).to_contain_text(f"May belong to #{there}", timeout=SOON)
    assert violations(page) == []
    links.get_by_role("button", name=f"Link to #{there}").click()
    expect(links).to_contain_text(f"Related #{there}", timeout=SOON)
    expect(links).not_to_contain_text("May belong to")


def test_a_complaint_is_settled_beside_the_ticket(tickets: list[int], as_role: AsRole) -> None:
    page = as_role("admin", f"/tickets/{tickets[2]}")
    cards = page.locator("#cards")
    cards.get_by_text("Complaint", exact=True).click()
    expect(cards.get_by_label("Cause")).to_be_visible(timeout=SOON)
    page.locator("h1").first.click()
    page.keyboard.press("e")
    expect(page.locator(".toast")).to_contain_text("its cause and its remedy", timeout=SOON)
    cards.get_by_label("Cause").select_option("Damaged")
    expect(page.locator("#thread")).to_contain_text("(Damaged)", timeout=SOON)
    cards.get_by_label("Remedy").select_option("Refund")
    expect(page.locator("#thread")).to_contain_text("(Damaged, Refund)", timeout=SOON)
    page.locator("h1").first.click()
    here = page.url
    page.keyboard.press("e")
    expect(page.locator(f'#opened[data-ticket="{tickets[2]}"]')).to_have_count(0, timeout=SOON)
    page.goto(here)  # the next ticket came up by itself
    expect(page.locator("#thread")).to_contain_text("resolved the ticket", timeout=SOON)


def test_a_task_is_added_and_done_beside_the_ticket(tickets: list[int], as_role: AsRole) -> None:
    page = as_role("admin", f"/tickets/{tickets[0]}")
    cards = page.locator("#cards")
    cards.get_by_text("Add a task").click()
    cards.get_by_label("What is to be done").fill("Call the courier")
    cards.locator("#card-tasks").get_by_role("button", name="Add", exact=True).click()
    expect(cards.get_by_text("Call the courier")).to_be_visible(timeout=SOON)
    cards.get_by_role("button", name="Done: Call the courier").click()
    expect(cards.locator(".tasks .done")).to_be_visible(timeout=SOON)


PAGES = (
    "/tickets/{ticket}",
    "/tickets/{ticket}/merge",
    "/tickets/{ticket}/merge?q=marmalade",
    "/tickets/{ticket}/split",
    "/tickets/{ticket}/requester?q=bo",
    "/tickets/{ticket}/cards",
    "/tasks",
    "/settings/fields",
    "/settings/complaints",
)


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use_these_pages(
    desk: DeskProcess, tickets: list[int], as_role: AsRole, path: str
) -> None:
    page = as_role("admin", "/tickets")
    for locale in ("en", "zh_Hans"):
        speak(page, desk, locale)
        page.goto(desk.url + path.format(ticket=tickets[0]))
        if path == "/tickets/{ticket}":
            expect(page.locator("#cards .card").first).to_be_attached(timeout=SOON)
        assert violations_in_every_look(page) == [], locale
    speak(page, desk, "en")
