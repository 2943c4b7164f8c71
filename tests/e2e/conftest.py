"""A desk that really runs, with the demo company, its articles in the index, and its people."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from helpdesk.seeds import SUPPORT_ADDRESS
from tests.e2e.at_a_ticket import Arrive
from tests.e2e.people import LOGIN
from tests.e2e.people import sign_in as sign_in_at
from tests.factories import Mail
from tests.servers.desk_process import DeskProcess
from tests.servers.planted import Nursery


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Iterator[DeskProcess]:
    """One desk a module; nobody has written yet."""
    desk = DeskProcess(tmp_path_factory.mktemp("desk"))
    nursery.plant(desk)
    yield desk.start()
    desk.stop(timeout=5)


@pytest.fixture
def as_role(desk: DeskProcess, windows: Any) -> Callable[[str, str], Page]:
    """as_role("supervisor", "/articles") -> that page, signed in."""
    return lambda role, path: sign_in_at(windows, desk, LOGIN[role], path)


@pytest.fixture
def sign_in(desk: DeskProcess, windows: Any) -> Any:
    return lambda email, path="/tickets?view=open": sign_in_at(windows, desk, email, path)


@pytest.fixture
def arrive(desk: DeskProcess, request: pytest.FixtureRequest) -> Arrive:
    return Post(desk, request.node.name.removeprefix("test_").replace("_", " "))


class Post:
    """Ann's mails about one matter, and one about another; see ``Arrive``."""

    def __init__(self, desk: DeskProcess, matter: str) -> None:
        self._desk = desk
        self._matter = matter
        self._first: Mail | None = None

    def __call__(self, text: str = "The pole snapped.") -> str:
        sent = Mail(subject=f"About {self._matter}", text=text)
        if self._first is not None:
            known = self._first.message_id
            sent.headers["In-Reply-To"] = sent.headers["References"] = known
        self._first = self._first or sent
        return self._send(sent)

    def another(self) -> str:
        return self._send(Mail(subject=f"Besides {self._matter}", text="Another matter."))

    def _send(self, mail: Mail) -> str:
        with smtplib.SMTP("127.0.0.1", self._desk.smtp_port) as client:
            client.sendmail("ann@fjell.example", [SUPPORT_ADDRESS], bytes(mail))
        return mail.subject
