"""An app over a real desk, and people who use it with a browser's manners."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpdesk import create_app
from helpdesk.actions import sessions, tickets
from helpdesk.actions.tickets import move_to_team
from helpdesk.desk import Desk
from helpdesk.models import Team
from helpdesk.rules.actor import SYSTEM, Actor, Role
from helpdesk.rules.status import Priority, Status
from tests.factories import Mail, make_agent, receive

PASSWORD = "password123"


@dataclass
class Visit:
    """One person's browser: cookies, and the token that each form carries."""

    client: FlaskClient
    token: str = ""

    def get(self, path: str, *, fragment: bool = False, target: str = "") -> TestResponse:
        headers = {"HX-Request": "true", "HX-Target": target} if fragment else {}
        answer = self.client.get(path, headers=headers)
        found = re.search(r'name="csrf-token" content="([^"]+)"', answer.text)
        self.token = found[1] if found else self.token
        return answer

    def post(self, path: str, *, fragment: bool = False, **fields: object) -> TestResponse:
        headers = {"HX-Request": "true"} if fragment else {}
        data = {"csrf_token": self.token, **fields}
        return self.client.post(
            path, data=data, headers=headers, content_type="multipart/form-data"
        )

    def enter(self, actor: Actor) -> Visit:
        """Signed in already: the form and its slow hash are test_login's matter."""
        desk: Desk = self.client.application.extensions["desk"]
        number = sessions.begin(desk, actor, browser="Werkzeug")
        with self.client.session_transaction() as session:
            session["_user_id"] = f"{actor.id}:1:{number}"
        self.get("/tickets")
        return self

    def sign_in(self, email: str, password: str = PASSWORD, **fields: object) -> TestResponse:
        self.get("/login")
        answer = self.post("/login", email=email, password=password, **fields)
        self.get("/tickets")
        return answer


@pytest.fixture
def app(desk: Desk) -> Flask:
    app = create_app(desk)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def stranger(app: Flask) -> Visit:
    """Somebody who has not signed in."""
    return Visit(app.test_client())


@pytest.fixture
def mei(desk: Desk) -> Actor:
    return make_agent(desk, "Mei Chen")


@pytest.fixture
def lawyer(desk: Desk) -> Actor:
    """A member of a team whose tickets others must not see."""
    actor = make_agent(desk, "Ruth Calloway", Role.AGENT, ("Legal",))
    with desk.write() as session:
        team = session.query(Team).filter_by(name="Legal").one()
        team.is_private = True
    return actor


@pytest.fixture
def as_mei(app: Flask, mei: Actor) -> Visit:
    return Visit(app.test_client()).enter(mei)


@pytest.fixture
def as_supervisor(app: Flask, desk: Desk) -> Visit:
    return Visit(app.test_client()).enter(make_agent(desk, "Sam Lee", Role.SUPERVISOR))


@pytest.fixture
def as_admin(app: Flask, desk: Desk) -> Visit:
    return Visit(app.test_client()).enter(make_agent(desk, "Ada Root", Role.ADMIN))


@pytest.fixture
def as_lawyer(app: Flask, lawyer: Actor) -> Visit:
    return Visit(app.test_client()).enter(lawyer)


@pytest.fixture
def ticket(desk: Desk) -> int:
    """A ticket that a mail opened."""
    return receive(desk, Mail()).ticket or 0


@pytest.fixture
def secret_ticket(desk: Desk, lawyer: Actor) -> int:
    """A ticket of the private team, with a word that stands nowhere else."""
    ticket = receive(desk, Mail(subject="Notice of claim", text="The xylophone fell.")).ticket or 0
    with desk.read() as session:
        team = session.query(Team.id).filter_by(name="Legal").scalar()
    move_to_team(desk, SYSTEM, ticket, team)
    return ticket


@pytest.fixture
def queue(desk: Desk, mei: Actor) -> dict[str, int]:
    """Four tickets that differ in one thing each."""
    made = {
        name: receive(desk, Mail(subject=name, sender=f"{name}@fjell.example")).ticket or 0
        for name in ("plain", "urgent", "tagged", "done")
    }
    tickets.set_priority(desk, SYSTEM, made["urgent"], Priority.URGENT)
    tickets.set_tags(desk, SYSTEM, made["tagged"], ["refund"])
    tickets.assign(desk, SYSTEM, made["tagged"], mei.id)
    tickets.change_status(desk, SYSTEM, made["done"], Status.RESOLVED)
    return made


def sheet(visit: Visit, path: str, **fields: str) -> list[list[str]]:
    """The rows of the file that a post to ``path`` is answered with, its headers first."""
    answer = visit.post(path, **fields)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def table(visit: Visit, path: str, **fields: str) -> list[list[str]]:
    """The same without its headers."""
    return sheet(visit, path, **fields)[1:]
