"""Testing an inbox's connection: against real servers, in plain words, in bounded time."""

from __future__ import annotations

import re
import socket

import pytest
from flask import Flask

from channels.chat import ChatSettings
from channels.email import EmailSettings
from helpdesk.actions import inboxes
from helpdesk.desk import Desk
from helpdesk.jobs.inbox_check import Tried, try_connection
from helpdesk.rules.actor import SYSTEM, Role
from tests.factories import make_agent
from tests.servers.dovecot import Mailbox
from tests.servers.ports import free_port
from tests.servers.smtp_sink import SmtpSink
from tests.standins.twilio import TwilioStandIn
from tests.web.conftest import Visit


@pytest.fixture
def as_boss(app: Flask, desk: Desk) -> Visit:
    return Visit(app.test_client()).enter(make_agent(desk, "Ada Boss", Role.ADMIN))


def said(visit: Visit, number: int) -> str:
    """What the page's banner says after the test, as one line."""
    visit.get("/settings")
    page = visit.post(f"/settings/inboxes/{number}/check").text
    found = re.search(r'<div class="banner".*?</div></div>', page, re.S)
    assert found is not None, page
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def mail_inbox(desk: Desk, **settings: object) -> int:
    address = f"in{free_port()}@tarnfold.example"
    return inboxes.add_inbox(
        desk, SYSTEM, channel="email", address=address, name="In", settings=settings
    )


def test_mail_logs_in_at_both_servers(
    as_boss: Visit, desk: Desk, mailbox: Mailbox, smtp_sink: SmtpSink
) -> None:
    good: dict[str, object] = {
        "imap_host": mailbox.host,
        "imap_port": mailbox.imap_port,
        "imap_user": mailbox.user,
        "imap_password": mailbox.password,
        "imap_security": "none",
        "smtp_host": smtp_sink.host,
        "smtp_port": smtp_sink.port,
        "smtp_security": "none",
    }
    assert said(as_boss, mail_inbox(desk, **good)) == "It works."
    wrong = said(as_boss, mail_inbox(desk, **good | {"imap_password": "wrong-hush"}))
    assert "make an app password" in wrong
    assert "wrong-hush" not in wrong
    nowhere = said(as_boss, mail_inbox(desk, **good | {"smtp_port": free_port()}))
    assert "Check the server's name and port" in nowhere.replace("&#39;", "'")


def test_nothing_to_try_is_said_so(as_boss: Visit, desk: Desk) -> None:
    words = said(as_boss, mail_inbox(desk))
    assert "No IMAP server is set" in words
    assert "No SMTP server is set" in words


def test_a_server_that_says_nothing_is_left_behind(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = EmailSettings(
            smtp_host="127.0.0.1", smtp_port=silent.getsockname()[1], smtp_security="ssl"
        )
        assert try_connection(desk, "email", settings, 0.5) == Tried(False, in_time=False)


def test_twilio_is_asked_for_the_account(as_boss: Visit, desk: Desk) -> None:
    with TwilioStandIn() as twilio:
        for token, words in (
            (twilio.auth_token, "It works."),
            ("no-token-of-theirs", "Copy account SID and auth token anew"),
        ):
            number = inboxes.add_inbox(
                desk,
                SYSTEM,
                channel="sms",
                address=f"+4477009{free_port():05}",
                name="Texts",
                settings={
                    "account_sid": twilio.account_sid,
                    "auth_token": token,
                    "api_base_url": twilio.url,
                },
            )
            heard = said(as_boss, number)
            assert words in heard
            assert token not in heard


def test_a_chat_looks_for_its_sites(desk: Desk) -> None:
    there = ChatSettings(allowed_origins=["http://localhost"], identity_secret="k" * 40)  # type: ignore[arg-type]
    assert try_connection(desk, "chat", there) == Tried(True)
    missing = ChatSettings(allowed_origins=["https://shop.invalid"])
    tried = try_connection(desk, "chat", missing)
    assert not tried.well
    assert "shop.invalid" in tried.said
