"""Where an agent is signed in, and what ends it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from helpdesk.actions import passwords, sessions
from helpdesk.actions.agents import end_sessions
from helpdesk.desk import Desk
from helpdesk.models import Agent, AgentSession, AuditEvent, NotPossible, PasswordLink, now
from helpdesk.rules.actor import SYSTEM, Actor
from tests.web.conftest import PASSWORD, Visit


def numbers(desk: Desk) -> list[int]:
    with desk.read() as session:
        return list(session.scalars(select(AgentSession.id).order_by(AgentSession.id)))


def test_each_browser_is_listed_and_can_be_signed_out(app: Flask, desk: Desk, mei: Actor) -> None:
    here, there = Visit(app.test_client()).enter(mei), Visit(app.test_client()).enter(mei)
    mine, other = numbers(desk)
    page = here.get("/settings/account").text
    assert f"/sessions/{other}/end" in page
    assert f"/sessions/{mine}/end" not in page
    here.post(f"/settings/account/sessions/{other}/end")
    assert there.get("/tickets").status_code == 302
    assert here.get("/tickets").status_code == 200


def test_all_others_can_be_signed_out_at_once(app: Flask, desk: Desk, mei: Actor) -> None:
    visits = [Visit(app.test_client()).enter(mei) for _ in range(3)]
    visits[0].get("/settings/account")
    visits[0].post("/settings/account/sessions/end")
    assert [visit.get("/tickets").status_code for visit in visits] == [200, 302, 302]


def test_the_browsers_of_others_stay(as_mei: Visit, as_lawyer: Visit, desk: Desk) -> None:
    as_lawyer.get("/settings/account")
    for number in numbers(desk):
        as_lawyer.post(f"/settings/account/sessions/{number}/end")
    assert as_mei.get("/tickets").status_code == 200


def test_signing_out_forgets_the_session_on_the_server(as_mei: Visit, desk: Desk) -> None:
    cookie = as_mei.client.get_cookie("session")
    assert cookie is not None
    as_mei.post("/logout")
    assert numbers(desk) == []
    as_mei.client.set_cookie("session", cookie.value)
    assert as_mei.get("/tickets").status_code == 302, "a cookie kept by somebody is worth nothing"


def test_a_session_of_a_former_epoch_is_over(as_mei: Visit, desk: Desk, mei: Actor) -> None:
    end_sessions(desk, mei)
    assert as_mei.get("/tickets").status_code == 302


def test_last_use_is_kept_to_some_minutes(as_mei: Visit, desk: Desk) -> None:
    (number,) = numbers(desk)
    early = now() - timedelta(hours=1)
    with desk.write() as session:
        session.execute(update(AgentSession).values(seen_at=early))
    as_mei.get("/tickets")
    with desk.read() as session:
        seen = session.get_one(AgentSession, number).seen_at
    assert seen > early
    as_mei.get("/tickets")
    with desk.read() as session:
        assert session.get_one(AgentSession, number).seen_at == seen


def test_asking_who_is_signed_in_costs_one_statement(as_mei: Visit, desk: Desk) -> None:
    said: list[str] = []

    def listen(_c: object, _k: object, statement: str, *_rest: object) -> None:
        if "agent_sessions" in statement or re.search(r"FROM agents\b", statement):
            said.append(statement)

    event.listen(desk.database._read, "before_cursor_execute", listen)
    as_mei.get("/settings")
    assert len(said) == 1


def test_old_sessions_are_forgotten(as_mei: Visit, desk: Desk) -> None:
    assert sessions.forget_old(desk) == 0
    with desk.write() as session:
        session.execute(update(AgentSession).values(created_at=now() - timedelta(hours=13)))
    assert sessions.forget_old(desk) == 1


def test_a_changed_password_signs_the_other_browsers_out(
    app: Flask, desk: Desk, mei: Actor
) -> None:
    here, there = Visit(app.test_client()).enter(mei), Visit(app.test_client()).enter(mei)
    fields = {"new": "another password", "again": "another password"}
    refused = here.post("/settings/account/password", old="wrong", **fields)
    assert refused.status_code == 409
    assert here.post("/settings/account/password", old=PASSWORD, **fields).status_code == 302
    assert here.get("/tickets").status_code == 200
    assert there.get("/tickets").status_code == 302
    assert Visit(app.test_client()).sign_in(mei.email, "another password").status_code == 302


def test_a_password_link_works_once(stranger: Visit, desk: Desk, mei: Actor) -> None:
    token = passwords.issue_link(desk, SYSTEM, mei.id or 0)
    page = stranger.get(f"/password/{token}")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    short = stranger.post(f"/password/{token}", password="short", again="short")
    assert short.status_code == 409
    unlike = stranger.post(f"/password/{token}", password="a new password", again="other")
    assert unlike.status_code == 400
    fields = {"password": "a new password", "again": "a new password"}
    assert stranger.post(f"/password/{token}", **fields).location == "/login"
    assert stranger.sign_in(mei.email, "a new password").status_code == 302
    with pytest.raises(NotPossible):
        passwords.set_by_link(desk, token, "a third password")
    with desk.read() as session:
        kept = session.scalars(select(PasswordLink.sha256)).all()
        assert token not in str([(e.data, e.reason) for e in session.scalars(select(AuditEvent))])
    assert token not in kept


def test_links_that_are_over_replaced_or_made_up(stranger: Visit, desk: Desk, mei: Actor) -> None:
    first = passwords.issue_link(desk, SYSTEM, mei.id or 0)
    second = passwords.issue_link(desk, SYSTEM, mei.id or 0)
    assert stranger.get(f"/password/{first}").status_code == 410
    assert stranger.get("/password/made-up").status_code == 410
    assert stranger.get(f"/password/{second}").status_code == 200
    with desk.write() as session:
        session.execute(update(PasswordLink).values(expires_at=now()))
    assert stranger.get(f"/password/{second}").status_code == 410


def test_a_link_of_a_deactivated_agent_opens_nothing(
    stranger: Visit, desk: Desk, mei: Actor
) -> None:
    token = passwords.issue_link(desk, SYSTEM, mei.id or 0)
    with desk.write() as session:
        session.get_one(Agent, mei.id).active = False
    assert stranger.get(f"/password/{token}").status_code == 410
