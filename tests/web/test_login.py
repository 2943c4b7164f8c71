"""Signing in and out."""

from __future__ import annotations

import pytest
from flask import Flask

from helpdesk.actions.agents import end_sessions
from helpdesk.config import Settings
from helpdesk.desk import Desk
from helpdesk.models import Agent
from helpdesk.rules.actor import Actor
from helpdesk.web import auth
from tests.web.conftest import Visit


def test_an_agent_signs_in_and_out(stranger: Visit, mei: Actor) -> None:
    answer = stranger.sign_in(mei.email.upper())
    assert (answer.status_code, answer.location) == (302, "/tickets")
    assert "Mei Chen" in stranger.get("/tickets").text
    assert stranger.post("/logout").location == "/login"
    assert stranger.get("/tickets").status_code == 302


def test_a_wrong_password_is_refused_in_place(stranger: Visit, mei: Actor) -> None:
    answer = stranger.sign_in(mei.email, "not the password")
    assert answer.status_code == 401
    assert "The email or the password is not right." in answer.text
    assert mei.email in answer.text
    assert "not the password" not in answer.text
    assert stranger.sign_in("nobody@tarnfold.example").status_code == 401


def test_empty_fields_are_named_beside_the_field(stranger: Visit) -> None:
    answer = stranger.sign_in("", "")
    assert answer.status_code == 400
    assert "Write your work email." in answer.text
    assert 'aria-describedby="email-error"' in answer.text


def test_an_inactive_agent_stays_out(stranger: Visit, desk: Desk, mei: Actor) -> None:
    stranger.sign_in(mei.email)
    with desk.write() as session:
        session.get_one(Agent, mei.id).active = False
    assert stranger.get("/tickets").status_code == 302
    assert stranger.sign_in(mei.email).status_code == 401


def test_ending_the_sessions_ends_this_one(stranger: Visit, desk: Desk, mei: Actor) -> None:
    stranger.sign_in(mei.email)
    end_sessions(desk, mei)
    assert stranger.get("/tickets").status_code == 302


def test_a_session_ends_after_twelve_hours(as_mei: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    assert as_mei.get("/tickets").status_code == 200
    later = auth.time.time() + auth.LASTS + 1
    monkeypatch.setattr(auth.time, "time", lambda: later)
    assert as_mei.get("/tickets").status_code == 302
    answer = as_mei.get("/tickets", fragment=True)
    assert answer.status_code == 401
    assert "Your draft is kept" in answer.text


def test_nothing_of_the_session_before_is_carried_over(app: Flask, mei: Actor) -> None:
    visit = Visit(app.test_client())
    with visit.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    visit.sign_in(mei.email)
    with visit.client.session_transaction() as session:
        assert "planted" not in session


ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "\\\\evil.example",
    "http:evil",
    "///evil.example",
)


def test_the_login_leads_nowhere_else(as_mei: Visit) -> None:
    for elsewhere in ELSEWHERE:
        answer = as_mei.client.get("/login", query_string={"next": elsewhere})
        assert answer.location == "/tickets", elsewhere


def test_the_login_leads_back(stranger: Visit, mei: Actor) -> None:
    to_login = stranger.get("/tickets/7?view=mine")
    assert to_login.location == "/login?next=/tickets/7?view%3Dmine"
    stranger.get(to_login.location)
    answer = stranger.post(to_login.location, email=mei.email, password="password123")
    assert answer.location == "/tickets/7?view=mine"


@pytest.fixture
def strict(settings: Settings) -> Settings:
    object.__setattr__(settings, "__dict__", {**settings.__dict__, "login_attempts": 3})
    return settings


def test_too_many_tries_must_wait(strict: Settings, stranger: Visit, mei: Actor) -> None:
    for _ in range(3):
        assert stranger.sign_in(mei.email, "wrong").status_code == 401
    answer = stranger.sign_in(mei.email)
    assert answer.status_code == 429
    assert "Wait five minutes" in answer.text


def test_an_account_is_guarded_from_every_address(strict: Settings, app: Flask, mei: Actor) -> None:
    for number in range(3):
        other = Visit(app.test_client())
        other.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        assert other.sign_in(mei.email, "wrong").status_code == 401
    fourth = Visit(app.test_client())
    fourth.client.environ_base["REMOTE_ADDR"] = "192.0.2.99"
    assert fourth.sign_in(mei.email).status_code == 429


def test_the_login_speaks_the_chosen_language(stranger: Visit) -> None:
    assert '<html lang="zh-Hant"' in stranger.get("/login?lang=zh_Hant").text
    assert '<html lang="zh-Hant"' in stranger.get("/login").text


def test_preferences_are_kept(as_mei: Visit) -> None:
    answer = as_mei.post("/preferences", locale="zh_Hans", next="/tickets?view=mine")
    assert answer.location == "/tickets?view=mine"
    as_mei.post("/preferences", theme="dark", next="//evil.example")
    page = as_mei.get("/tickets").text
    assert '<html lang="zh-Hans" data-theme="dark"' in page
    assert as_mei.post("/preferences", locale="xx").status_code == 409
