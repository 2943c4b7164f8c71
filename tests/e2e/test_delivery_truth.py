"""In a real browser: an answer that did not get out, and an account that is connected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from helpdesk.actions import deliveries, inboxes, ingest, replies
from helpdesk.config import Settings
from helpdesk.desk import Desk, open_desk
from helpdesk.rules.actor import SYSTEM
from tests.desks import SECRET
from tests.e2e.people import SOON, speak
from tests.factories import Mail, give_phone
from tests.servers.axe import violations_in_every_look
from tests.servers.desk_process import DeskProcess
from tests.standins.oauth import TokenServer


@pytest.fixture
def record(desk: DeskProcess) -> Iterator[Desk]:
    """The running desk's record, seen from here."""
    url = desk.environment["HELPDESK_DATABASE_URL"]
    record = open_desk(Settings(data_dir=desk.data_dir, database_url=url, secret_key=SECRET))
    yield record
    record.database.close()


def lost_answer(record: Desk) -> int:
    """A ticket whose answer was refused; its customer has a phone, too."""
    inbox = inboxes.add_inbox(
        record, SYSTEM, channel="email", address="away@tarnfold.example", name="Away",
        settings={"smtp_host": "127.0.0.1", "smtp_port": 9, "smtp_security": "none"},
    )  # fmt: skip
    opened = ingest.ingest_mail(record, inbox, bytes(Mail(sender="Lo <lo@fjell.example>")))
    assert opened.ticket
    give_phone(record, opened.ticket)
    said = replies.send(record, SYSTEM, opened.ticket, "On its way.", channel="email")
    deliveries.failed(record, said.deliveries[0], "550 5.1.1 No such user", unreachable=True)
    return opened.ticket


def test_an_answer_that_did_not_get_out_is_sent_by_sms_at_a_click(
    desk: DeskProcess, record: Desk, as_role: Callable[[str, str], Page]
) -> None:
    ticket = lost_answer(record)
    page = as_role("admin", "/tickets")
    speak(page, desk, "en")
    page.goto(f"{desk.url}/tickets/{ticket}?view=undelivered")
    expect(page.get_by_text("An answer did not get out")).to_be_visible(timeout=SOON)
    alert = page.locator(f"#row_{ticket} .undelivered")
    expect(alert).to_be_visible()
    assert violations_in_every_look(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Send by SMS instead").click()
    expect(page.get_by_text("An answer did not get out")).to_have_count(0, timeout=SOON)
    expect(page.locator(".delivery").filter(has_text="SMS +447911123456")).to_be_visible()
    expect(alert).to_have_count(0, timeout=SOON)
    page.get_by_role("button", name="Unreachable").click()
    expect(page.get_by_role("button", name="Unreachable")).to_have_count(0, timeout=SOON)


def test_an_account_is_connected_there_and_back(
    desk: DeskProcess, record: Desk, as_role: Callable[[str, str], Page], windows: Any
) -> None:
    with TokenServer() as provider:
        inboxes.add_inbox(
            record, SYSTEM, channel="email", address="cloud@tarnfold.example", name="Cloud",
            settings=provider.settings(),
        )  # fmt: skip
        page = as_role("admin", "/tickets")
        speak(page, desk, "en")
        page.goto(f"{desk.url}/settings/mail-accounts")
        page.get_by_role("button", name="Connect").click()
        expect(page.get_by_role("button", name="Disconnect")).to_be_visible(timeout=SOON)
        assert page.url.startswith(f"{desk.url}/settings/mail-accounts")
        assert violations_in_every_look(page) == []
