"""The admins' page of unwanted mail, and what agents see of it."""

from __future__ import annotations

import pytest
from flask import Flask

from helpdesk.desk import Desk
from helpdesk.models import Attachment, SenderRule
from helpdesk.rules.actor import Role
from tests.actions.test_unwanted_mail import SPAM, with_file
from tests.factories import Mail, make_agent, receive
from tests.web.conftest import Visit

PAGE = "/settings/unwanted-mail"


@pytest.fixture
def as_admin(app: Flask, desk: Desk) -> Visit:
    return Visit(app.test_client()).enter(make_agent(desk, "Ada Admin", Role.ADMIN))


def test_an_admin_keeps_the_lists(as_admin: Visit, desk: Desk) -> None:
    as_admin.post(f"{PAGE}/senders", pattern="Spam.example", verdict="deny", note="Adverts <b>")
    page = as_admin.get(PAGE).text
    assert "@spam.example" in page
    assert "Adverts &lt;b&gt;" in page
    with desk.read() as session:
        rule = session.query(SenderRule).one().id
    as_admin.post(f"{PAGE}/senders/{rule}/removal")
    assert "Both lists are empty." in as_admin.get(PAGE).text


def test_nonsense_is_refused_beside_what_was_typed(as_admin: Visit) -> None:
    answer = as_admin.post(f"{PAGE}/senders", pattern="not a domain", verdict="deny")
    assert answer.status_code == 409
    assert "not a domain is neither an address nor a domain." in answer.text
    answer = as_admin.post(f"{PAGE}/file-policy", refused="e x!e", kilobytes="100")
    assert answer.status_code == 409
    assert "x!e" in answer.text


def test_an_admin_sets_the_file_policy(as_admin: Visit, desk: Desk) -> None:
    as_admin.post(f"{PAGE}/file-policy", refused="txt, exe", kilobytes="100", way="strip")
    receive(desk, with_file("notes.txt"))
    with desk.read() as session:
        assert session.query(Attachment).one().state == "refused"
    assert 'value="strip" checked' in as_admin.get(PAGE).text


@pytest.mark.parametrize("path", ["/senders", "/senders/1/removal", "/file-policy"])
def test_nobody_else_may(as_mei: Visit, stranger: Visit, path: str) -> None:
    assert as_mei.get(PAGE).status_code == 403
    assert as_mei.post(PAGE + path, pattern="x.example").status_code == 403
    stranger.get("/login")
    assert stranger.post(PAGE + path, pattern="x.example").status_code in (302, 401)
    as_mei.token = "forged"
    assert as_mei.post(PAGE + path, pattern="x.example").status_code == 400


def test_spam_is_a_view_with_a_way_out(as_mei: Visit, desk: Desk) -> None:
    ticket = receive(desk, Mail(subject="Cheap watches", headers=SPAM)).ticket
    assert "Cheap watches" not in as_mei.get("/tickets?view=open").text
    assert "Cheap watches" in as_mei.get("/tickets?view=spam").text
    page = as_mei.get(f"/tickets/{ticket}?view=spam").text
    assert "Not spam" in page
    assert "X-Spam-Flag: YES" in page
    as_mei.post(f"/tickets/{ticket}/status", status="open")
    assert "Cheap watches" in as_mei.get("/tickets?view=open").text


def test_a_refused_file_cannot_be_fetched_by_its_address(as_mei: Visit, desk: Desk) -> None:
    ticket = receive(desk, with_file("setup.exe")).ticket
    assert "Not let in: files that end in .exe" in as_mei.get(f"/tickets/{ticket}").text
    with desk.read() as session:
        number = session.query(Attachment).one().id
    answer = as_mei.get(f"/attachments/{number}/setup.exe")
    assert answer.status_code == 404
    assert "Not let in: files that end in .exe" in answer.text
