"""A widget on a real desk, and visitors who use its API as its page does."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpdesk import create_app
from helpdesk.actions.inboxes import add_inbox
from helpdesk.desk import Desk
from helpdesk.rules.actor import SYSTEM, Actor
from tests.factories import make_agent

KEY = "shop"
IDENTITY_SECRET = "the site's own key, which has 32 characters and more"


@dataclass
class Visitor:
    """One browser with the widget; it keeps its token and its cursor."""

    client: FlaskClient
    key: str = KEY
    token: str = ""
    cursor: str = ""
    language: str = "en"
    id: str = field(default="", init=False)

    def start(self, identity: str = "", **more: object) -> TestResponse:
        given = {"token": self.token, "identity": identity} | more
        answer = self.client.post(f"/widget/{self.key}/visitors", json=given, headers=self._headers)
        if answer.status_code == 201:
            self.token, self.id = answer.json["token"], answer.json["visitor"]
        return answer

    def say(self, text: str = "Hello", client_id: str = "", **more: object) -> TestResponse:
        given = {"text": text, "client_id": client_id or uuid.uuid4().hex} | more
        return self._post("messages", json=given)

    def send(self, *files: tuple[Any, ...], text: str = "", client_id: str = "") -> TestResponse:
        data = {"text": text, "client_id": client_id or uuid.uuid4().hex, "files": list(files)}
        return self._post("messages", data=data)

    def pull(self) -> list[dict[str, Any]]:
        """The messages that are new since the last pull."""
        answer = self.ask(f"messages?after={self.cursor}")
        assert answer.status_code == 200, answer.text
        self.cursor = answer.json["cursor"]
        return list(answer.json["messages"])

    def read(self, **seen: int) -> TestResponse:
        numbers = {ticket.removeprefix("t"): seq for ticket, seq in seen.items()}
        return self._post("read", json={"after": self.cursor, "seen": numbers})

    def leave(self, **fields: str) -> TestResponse:
        return self._post("contact", json=fields)

    def ask(self, path: str) -> TestResponse:
        return self.client.get(f"/widget/{self.key}/{path}", headers=self._headers)

    def _post(self, path: str, **body: Any) -> TestResponse:
        return self.client.post(f"/widget/{self.key}/{path}", headers=self._headers, **body)

    @property
    def _headers(self) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Accept-Language": self.language} | bearer


def identity(secret: str = IDENTITY_SECRET, **claims: object) -> str:
    """What a site signs for its customer."""
    given = {"sub": "ann-7", "exp": int(time.time()) + 600} | claims
    return jwt.encode({k: v for k, v in given.items() if v is not None}, secret, "HS256")


@pytest.fixture
def inbox(desk: Desk) -> int:
    return add_inbox(
        desk, SYSTEM, channel="chat", address=KEY, name="Shop",
        settings={"identity_secret": IDENTITY_SECRET},
    )  # fmt: skip


@pytest.fixture
def app(desk: Desk, inbox: int) -> Flask:
    app = create_app(desk)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def browser_of(app: Flask):  # type: ignore[no-untyped-def]
    """browser_of() -> a new browser; nothing was started there yet."""
    return lambda **more: Visitor(app.test_client(use_cookies=False), **more)


@pytest.fixture
def visitor(browser_of) -> Visitor:  # type: ignore[no-untyped-def]
    """A visitor who has opened the chat."""
    visitor: Visitor = browser_of()
    visitor.start()
    return visitor


@pytest.fixture
def mei(desk: Desk) -> Actor:
    return make_agent(desk, "Mei Chen")
