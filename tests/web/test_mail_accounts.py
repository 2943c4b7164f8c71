"""Connecting a mail account from its page: there and back, for whoever began it, and once."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask

from helpdesk.actions import inboxes
from helpdesk.desk import Desk
from helpdesk.models import AuditEvent, MailGrant
from helpdesk.rules.actor import SYSTEM, Role
from tests.factories import make_agent
from tests.standins.oauth import TokenServer
from tests.web.conftest import Visit

PAGE = "/settings/mail-accounts"


@pytest.fixture
def provider() -> Iterator[TokenServer]:
    with TokenServer() as server:
        yield server


@pytest.fixture
def as_admin(app: Flask, desk: Desk) -> Visit:
    return Visit(app.test_client()).enter(make_agent(desk, "Ada Admin", Role.ADMIN))


@pytest.fixture
def inbox(desk: Desk, provider: TokenServer) -> int:
    return inboxes.add_inbox(
        desk, SYSTEM, channel="email", address="support@acme.example", name="Support",
        settings={**provider.settings(), "imap_user": "support@acme.example"},
    )  # fmt: skip


def sent_to_the_provider(visit: Visit, inbox: int) -> str:
    """The address at which the provider sends the admin back."""
    answer = visit.post(f"{PAGE}/{inbox}/connection")
    assert answer.status_code == 303
    asked = requests.get(answer.headers["Location"], allow_redirects=False, timeout=5)
    back = urlsplit(asked.headers["Location"])
    return f"{back.path}?{back.query}"


def grants(desk: Desk) -> int:
    with desk.read() as session:
        return session.query(MailGrant).count()


def test_there_and_back(as_admin: Visit, desk: Desk, provider: TokenServer, inbox: int) -> None:
    page = as_admin.get(PAGE)
    assert "Not connected" in page.text
    assert f"form-action 'self' {provider.url};" in page.headers["Content-Security-Policy"]
    back = sent_to_the_provider(as_admin, inbox)
    assert as_admin.get(back).status_code == 302
    page = as_admin.get(PAGE).text
    assert "Connect again" in page
    assert "Ada Admin" in page
    assert provider.client_secret not in page
    assert as_admin.get(back).status_code == 409, "a code and its question serve once"
    assert grants(desk) == 1
    as_admin.post(f"{PAGE}/{inbox}/disconnection")
    assert grants(desk) == 0
    with desk.read() as session:
        events = [row.event for row in session.query(AuditEvent).order_by(AuditEvent.id)]
    assert events[-2:] == ["mail_account.connected", "mail_account.disconnected"]


def test_an_answer_that_nobody_asked_for_is_refused(
    app: Flask, as_admin: Visit, desk: Desk, inbox: int
) -> None:
    other = Visit(app.test_client()).enter(make_agent(desk, "Olga Other", Role.ADMIN))
    back = sent_to_the_provider(as_admin, inbox)
    assert other.get(back).status_code == 409
    for forged in (f"{PAGE}/callback", f"{PAGE}/callback?code=x", f"{back}x"):
        assert as_admin.get(forged).status_code == 409, forged
    assert grants(desk) == 0


def test_a_no_of_the_provider_is_shown_as_text(as_admin: Visit, desk: Desk, inbox: int) -> None:
    back = sent_to_the_provider(as_admin, inbox)
    state = back.partition("state=")[2]
    answer = as_admin.get(f"{PAGE}/callback?state={state}&error=access_denied<b>")
    assert answer.status_code == 409
    assert "The provider said no. access_denied&lt;b&gt;" in answer.text
    assert grants(desk) == 0


def test_a_code_that_the_provider_does_not_take(
    as_admin: Visit, desk: Desk, provider: TokenServer, inbox: int
) -> None:
    back = sent_to_the_provider(as_admin, inbox)
    provider._codes.clear()
    answer = as_admin.get(back)
    assert answer.status_code == 409
    assert "invalid_grant" in answer.text


def test_what_is_missing_is_said(as_admin: Visit, desk: Desk) -> None:
    number = inboxes.add_inbox(
        desk, SYSTEM, channel="email", address="x@acme.example", name="X",
        settings={"login": "oauth2"},
    )  # fmt: skip
    plain = inboxes.add_inbox(desk, SYSTEM, channel="email", address="y@acme.example", name="Y")
    answer = as_admin.post(f"{PAGE}/{number}/connection")
    assert answer.status_code == 409
    assert "Fill in the client id" in answer.text
    for wrong in (plain, 99, 2**40):
        assert as_admin.post(f"{PAGE}/{wrong}/connection").status_code == 404, wrong
        assert as_admin.post(f"{PAGE}/{wrong}/disconnection").status_code == 404, wrong


def test_no_account(as_admin: Visit) -> None:
    assert "No account logs in this way" in as_admin.get(PAGE).text
