"""A desk that really runs, and people with real sockets to it."""

from __future__ import annotations

import queue
import re
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from helpdesk.actions import agents
from helpdesk.actions.inboxes import add_inbox
from helpdesk.config import Settings
from helpdesk.desk import Desk, open_desk
from helpdesk.models import Team
from helpdesk.rules.actor import SYSTEM, Actor
from tests.factories import make_agent
from tests.servers.desk_process import DeskProcess

PATIENCE = 10.0
SILENCE = 1.5  # seconds after which nothing more is expected


@dataclass
class Socket:
    """One page's socket; what it hears waits in order."""

    namespace: str
    client: socketio.Client = field(
        default_factory=lambda: socketio.Client(reconnection=False, handle_sigint=False)
    )
    heard: queue.Queue[tuple[str, Any]] = field(default_factory=queue.Queue)

    def connect(self, url: str, **more: Any) -> Socket:
        for event in ("poke", "typing", "here"):
            self.client.on(event, self._hear(event), namespace=self.namespace)
        self.client.connect(
            url, namespaces=[self.namespace], transports=["websocket"], wait_timeout=5, **more
        )
        return self

    def _hear(self, event: str) -> Callable[[Any], None]:
        return lambda news: self.heard.put((event, news))

    def next(self, event: str) -> Any:
        """The next such event; others are passed over."""
        deadline = time.monotonic() + PATIENCE
        while (left := deadline - time.monotonic()) > 0:
            try:
                name, news = self.heard.get(timeout=left)
            except queue.Empty:
                break
            if name == event:
                return news
        raise AssertionError(f"no {event} within {PATIENCE} s")

    def hears_nothing(self, event: str = "") -> bool:
        """Whether no event, or none of that name, comes for a while.

        Name it where another process wrote just before: its poke comes when the change row is
        read, which is no news of what is asked here.
        """
        deadline = time.monotonic() + SILENCE
        while (left := deadline - time.monotonic()) > 0:
            try:
                name, _ = self.heard.get(timeout=left)
            except queue.Empty:
                break
            if event in ("", name):
                return False
        return True

    def forget(self) -> None:
        time.sleep(0.3)
        while not self.heard.empty():
            self.heard.get_nowait()

    def ask(self, event: str, data: object = None) -> Any:
        return self.client.call(event, data, namespace=self.namespace, timeout=5)

    def tell(self, event: str, data: object = None) -> None:
        self.client.emit(event, data, namespace=self.namespace)


@dataclass
class Person:
    """A visitor: token, HTTP and sockets."""

    url: str
    token: str = ""

    def start(self) -> Person:
        answer = requests.post(f"{self.url}/widget/shop/visitors", json={}, timeout=10)
        self.token = answer.json()["token"]
        return self

    def say(self, text: str = "Hello") -> int:
        given = {"text": text, "client_id": uuid.uuid4().hex}
        answer = requests.post(
            f"{self.url}/widget/shop/messages", json=given, headers=self.bearer, timeout=10
        )
        assert answer.status_code == 201, answer.text
        return int(answer.json()["ticket"])

    def pull(self, after: str = "") -> dict[str, Any]:
        address = f"{self.url}/widget/shop/messages?after={after}"
        return dict(requests.get(address, headers=self.bearer, timeout=10).json())

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def auth(self) -> dict[str, str]:
        return {"inbox": "shop", "token": self.token}


@dataclass
class Running:
    """A desk in a process of its own, and the same desk opened here, as the CLI would."""

    process: DeskProcess
    desk: Desk
    open_sockets: list[Socket] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.process.url

    def visitor(self) -> Person:
        return Person(self.url).start()

    def socket(self, namespace: str, **more: Any) -> Socket:
        socket = Socket(namespace).connect(self.url, **more)
        self.open_sockets.append(socket)
        return socket

    def chat(self, person: Person) -> Socket:
        return self.socket("/chat", auth=person.auth)

    def page_of(self, agent: Actor) -> Socket:
        return self.socket("/agents", headers={"Cookie": self.session(agent)})

    def session(self, agent: Actor) -> str:
        browser = requests.Session()
        page = browser.get(f"{self.url}/login", timeout=10).text
        found = re.search(r'csrf-token" content="([^"]+)', page)
        assert found
        form = {"email": agent.email, "password": "password123", "csrf_token": found[1]}
        browser.post(f"{self.url}/login", data=form, timeout=10)
        return "; ".join(f"{each.name}={each.value}" for each in browser.cookies)

    def close_sockets(self) -> None:
        for socket in self.open_sockets:
            socket.client.disconnect()
        self.open_sockets.clear()


def run_desk(folder: Path, database_url: str = "", **settings: str) -> Iterator[Running]:
    process = DeskProcess(
        folder, database_url, {"HELPDESK_CHATS_PER_ADDRESS": "1000"} | settings
    ).start()
    names = {"data_dir": "DATA_DIR", "database_url": "DATABASE_URL", "secret_key": "SECRET_KEY"}
    given = {name: process.environment[f"HELPDESK_{key}"] for name, key in names.items()}
    desk = open_desk(Settings(**given, redis_url=settings.get("HELPDESK_REDIS_URL", "")))  # type: ignore[arg-type]
    add_inbox(desk, SYSTEM, channel="chat", address="shop", name="Shop")
    running = Running(process, desk)
    yield running
    running.close_sockets()
    desk.database.close()
    process.stop(timeout=5)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One running desk for a module's tests."""
    yield from run_desk(tmp_path_factory.mktemp("live"))


@pytest.fixture
def live(process: Running) -> Iterator[Running]:
    yield process
    process.close_sockets()


@pytest.fixture(scope="module")
def mei(process: Running) -> Actor:
    return make_agent(process.desk, "Mei Chen")


@pytest.fixture(scope="module")
def lawyer(process: Running) -> Actor:
    """A member of a private team."""
    actor = make_agent(process.desk, "Ruth Calloway", teams=("Legal",))
    with process.desk.write() as session:
        session.query(Team).filter_by(name="Legal").one().is_private = True
    return agents.actor_by_email(process.desk, actor.email)


@pytest.fixture(scope="module")
def legal(process: Running, lawyer: Actor) -> int:
    with process.desk.read() as session:
        return int(session.query(Team.id).filter_by(name="Legal").scalar())
