"""Programs with tokens, over a real desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpdesk import create_app
from helpdesk.actions.api_tokens import create_token
from helpdesk.actions.tickets import move_to_team
from helpdesk.desk import Desk
from helpdesk.models import Team
from helpdesk.rules.actor import SYSTEM, Actor, Role
from helpdesk.rules.api_scope import USUAL
from tests.factories import Mail, make_agent, receive

V1 = "/api/v1"


@dataclass
class Program:
    """Something that calls the API with a token."""

    client: FlaskClient
    token: str

    def call(self, method: str, path: str, /, **given: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **given.pop("headers", {})}
        return self.client.open(V1 + path, method=method, headers=headers, **given)

    def get(self, path: str, **given: Any) -> TestResponse:
        return self.call("GET", path, **given)

    def post(self, path: str, **given: Any) -> TestResponse:
        return self.call("POST", path, **given)

    def put(self, path: str, **given: Any) -> TestResponse:
        return self.call("PUT", path, **given)

    def patch(self, path: str, **given: Any) -> TestResponse:
        return self.call("PATCH", path, **given)


@pytest.fixture
def app(desk: Desk) -> Flask:
    app = create_app(desk)
    app.testing = True
    return app


@pytest.fixture
def program_of(app: Flask, desk: Desk) -> Callable[..., Program]:
    """program_of(actor, "tickets:read") -> a program with a token of theirs."""

    def make(actor: Actor, *scopes: str) -> Program:
        return Program(app.test_client(), create_token(desk, actor, "test", scopes=scopes or USUAL))

    return make


@pytest.fixture
def mei(desk: Desk) -> Actor:
    return make_agent(desk, "Mei Chen")


@pytest.fixture
def sue(desk: Desk) -> Actor:
    return make_agent(desk, "Sue Park", Role.SUPERVISOR)


@pytest.fixture
def program(program_of: Callable[..., Program], sue: Actor) -> Program:
    """A supervisor's, with the usual scopes."""
    return program_of(sue)


@pytest.fixture
def ticket(desk: Desk) -> int:
    return receive(desk, Mail()).ticket or 0


@pytest.fixture
def secret_ticket(desk: Desk) -> int:
    """A ticket of a private team."""
    make_agent(desk, "Ruth Calloway", Role.AGENT, ("Legal",))
    number = receive(desk, Mail(subject="Notice", text="The xylophone fell.")).ticket or 0
    with desk.write() as session:
        team = session.query(Team).filter_by(name="Legal").one()
        team.is_private = True
    move_to_team(desk, SYSTEM, number, team.id)
    return number
