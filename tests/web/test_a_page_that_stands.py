"""A page that stands open: whose it is, which build it runs, and what others did meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
from flask import Flask
from sqlalchemy import select

from helpdesk.actions import held, replies, second_factor, tickets
from helpdesk.actions.held import Wait
from helpdesk.actions.ticket_merging import merge
from helpdesk.desk import Desk
from helpdesk.models import Message, now
from helpdesk.models.message import Hold
from helpdesk.rules.actor import Actor
from helpdesk.rules.status import Status
from tests.factories import Mail, make_agent, receive
from tests.web.conftest import Visit

SCRIPT = {"HX-Request": "true"}


def test_a_script_is_told_which_build_the_server_runs(as_mei: Visit, ticket: int) -> None:
    page = as_mei.get(f"/tickets/{ticket}")
    drawn_by = re.search(r'data-assets="([0-9a-f]+)"', page.text)
    assert drawn_by
    for path in (f"/tickets/{ticket}/transcript?after=0", "/tickets?view=open&rows"):
        assert as_mei.get(path, fragment=True).headers["Desk-Assets"] == drawn_by[1]
    assert "Desk-Assets" not in page.headers


def test_a_page_of_another_agent_is_asked_to_sign_in(
    as_mei: Visit, mei: Actor, ticket: int
) -> None:
    path = f"/tickets/{ticket}/transcript?after=0"
    mine = as_mei.client.get(path, headers=SCRIPT | {"Desk-Agent": str(mei.id)})
    anothers = as_mei.client.get(path, headers=SCRIPT | {"Desk-Agent": "999"})
    assert (mine.status_code, anothers.status_code) == (200, 401)
    said = as_mei.client.post(
        f"/tickets/{ticket}/replies",
        data={"text": "Hello", "csrf_token": "of their own session"},
        headers=SCRIPT | {"Desk-Agent": "999"},
    )
    assert said.status_code == 401


def waits(desk: Desk, actor: Actor, ticket: int) -> int:
    """A reply of ``actor`` that may still be taken back; its id."""
    wait = Wait(Hold.UNDO, now() + timedelta(seconds=8))
    replies.send(desk, actor, ticket, "Held for a moment.", wait=wait)
    with desk.read() as session:
        return session.scalars(select(Message.id).where(Message.hold.is_not(None))).one()


def test_after_a_merge_the_reply_is_taken_back_where_it_lies_now(
    as_mei: Visit, desk: Desk, mei: Actor, ticket: int
) -> None:
    other = receive(desk, Mail(subject="Xylophone", text="It hums.")).ticket or 0
    message = waits(desk, mei, ticket)
    merge(desk, make_agent(desk, "Bo Weber"), ticket, other)
    survivor = as_mei.get(f"/tickets/{other}").text
    assert f'action="/tickets/{other}/messages/{message}/withdrawal"' in survivor
    assert "Bo Weber merged ticket" in survivor
    refused = as_mei.post(f"/tickets/{ticket}/messages/{message}/withdrawal", fragment=True)
    assert refused.status_code == 409
    assert f"is part of ticket {other}" in refused.text.replace("#", "")
    taken = as_mei.post(f"/tickets/{other}/messages/{message}/withdrawal", fragment=True)
    assert 'data-withdrawn="Held for a moment."' in taken.text
    assert "Mei Chen took a reply back" in as_mei.get(f"/tickets/{other}").text


def test_the_page_names_who_resolved_while_a_colleagues_reply_was_held(
    as_mei: Visit, desk: Desk, mei: Actor, ticket: int
) -> None:
    message = waits(desk, mei, ticket)
    tickets.change_status(desk, make_agent(desk, "Bo Weber"), ticket, Status.RESOLVED)
    held.send_now(desk, mei, ticket, message)
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "Bo Weber resolved" in page
    assert page.count("Held for a moment.") >= 1
    assert "/withdrawal" not in page, "it has left"


def test_a_page_is_led_to_the_second_factor_and_back(app: Flask, desk: Desk, mei: Actor) -> None:

    secret = second_factor.offer(desk, mei)
    second_factor.confirm(desk, mei, pyotp.TOTP(secret).at(now() - timedelta(seconds=30)))
    visit = Visit(app.test_client())
    visit.get("/login")
    answer = visit.post(
        "/login?next=/tickets/7", fragment=True, email=mei.email, password="password123"
    )
    assert '<a id="next-step" href="/login/code">' in answer.text
    visit.get("/login/code")
    assert visit.post("/login/code", code=pyotp.TOTP(secret).now()).location == "/tickets/7"
