"""Two-factor login: in two steps, no code twice, recovery codes once, a must for some roles."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.actions import second_factor
from helpdesk.desk import Desk
from helpdesk.models import AuditEvent, NotPossible, RecoveryCode, SecondFactor
from helpdesk.rules import second_factor as rules
from helpdesk.rules.actor import SYSTEM, Actor, Role
from tests.web.conftest import Visit

SECRET = re.compile(r'<code class="secret"[^>]*>([A-Z2-7]+)</code>')


def code(secret: str, steps: int = 0) -> str:
    """The code that an app shows now, or some steps later."""
    return pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30 * steps))


@pytest.fixture
def secret(desk: Desk, mei: Actor) -> str:
    """Mei's app, set up with the code before the present one."""
    secret = second_factor.offer(desk, mei)
    second_factor.confirm(desk, mei, code(secret, -1))
    return secret


def test_the_password_alone_opens_nothing(stranger: Visit, mei: Actor, secret: str) -> None:
    assert stranger.sign_in(mei.email).location == "/login/code"
    assert stranger.get("/tickets").status_code == 302
    stranger.get("/login/code")
    assert stranger.post("/login/code", code="000000").status_code == 401
    answer = stranger.post("/login/code", code=code(secret))
    assert (answer.status_code, answer.location) == (302, "/tickets")
    assert stranger.get("/tickets").status_code == 200


def test_no_code_is_taken_twice(app: Flask, desk: Desk, mei: Actor, secret: str) -> None:
    seen = code(secret)
    assert second_factor.prove(desk, mei, seen)
    assert not second_factor.prove(desk, mei, seen)
    assert not second_factor.prove(desk, mei, code(secret, -1)), "an older one neither"
    assert second_factor.prove(desk, mei, code(secret, 1))


def test_codes_of_long_ago_are_refused(desk: Desk, mei: Actor, secret: str) -> None:
    assert rules.step_of(secret, code(secret, -3), datetime.now(UTC)) is None
    assert rules.step_of(secret, "", datetime.now(UTC)) is None
    assert rules.step_of(secret, "not digits", datetime.now(UTC)) is None


def test_guessing_must_wait(stranger: Visit, mei: Actor, secret: str) -> None:
    stranger.sign_in(mei.email)
    stranger.get("/login/code")
    for _ in range(5):
        assert stranger.post("/login/code", code="000000").status_code == 401
    assert stranger.post("/login/code", code=code(secret)).status_code == 429


def test_a_recovery_code_signs_in_once(desk: Desk, mei: Actor) -> None:
    secret = second_factor.offer(desk, mei)
    codes = second_factor.confirm(desk, mei, code(secret))
    assert len(set(codes)) == 10
    assert second_factor.prove(desk, mei, codes[0].upper().replace("-", " "))
    assert not second_factor.prove(desk, mei, codes[0])
    with desk.read() as session:
        kept = session.scalars(select(RecoveryCode.sha256)).all()
        stored = session.scalars(select(SecondFactor.sealed)).one()
    assert not {one.replace("-", "") for one in codes} & set(kept)
    assert secret not in stored


def test_a_role_that_must_sets_it_up_before_it_gets_in(
    stranger: Visit, desk: Desk, mei: Actor
) -> None:
    second_factor.demand(desk, SYSTEM, Role.AGENT, needed=True)
    assert stranger.sign_in(mei.email).location == "/login/second-factor"
    assert stranger.get("/tickets").status_code == 302
    found = SECRET.search(stranger.get("/login/second-factor").text)
    assert found is not None
    assert stranger.post("/login/second-factor", code="000000").status_code == 401
    answer = stranger.post("/login/second-factor", code=code(found[1]))
    assert len(re.findall(r"<li>[a-z2-7-]{19}</li>", answer.text)) == 10
    assert stranger.get("/tickets").status_code == 200
    assert found[1] not in stranger.get("/settings/account").text


def test_it_cannot_be_turned_off_where_the_role_demands_it(
    desk: Desk, mei: Actor, secret: str
) -> None:
    second_factor.demand(desk, SYSTEM, Role.AGENT, needed=True)
    with pytest.raises(NotPossible):
        second_factor.remove(desk, mei, code(secret))
    second_factor.demand(desk, SYSTEM, Role.AGENT, needed=False)
    with pytest.raises(NotPossible):
        second_factor.remove(desk, mei, "000000")
    second_factor.remove(desk, mei, code(secret))
    with desk.read() as session:
        assert not second_factor.is_on(session, mei.id or 0)


def test_setting_it_up_from_the_account(as_mei: Visit) -> None:
    found = SECRET.search(as_mei.get("/settings/account/second-factor").text)
    assert found is not None
    assert as_mei.post("/settings/account/second-factor", code="1").status_code == 409
    answer = as_mei.post("/settings/account/second-factor", code=code(found[1]))
    assert "Recovery codes" in answer.text
    assert as_mei.get("/settings/account/second-factor").status_code == 302


def test_what_happened_is_on_record_without_a_secret(desk: Desk, mei: Actor, secret: str) -> None:
    second_factor.prove(desk, mei, "123456")
    with desk.read() as session:
        events = session.scalars(select(AuditEvent)).all()
    assert {"agent.second_factor_added", "agent.second_factor_failed"} <= {e.event for e in events}
    assert secret not in str([(e.data, e.reason) for e in events])
