"""The demo company's desk and its trained bot, each a real process, and customers of its widget."""

from __future__ import annotations

import itertools
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import select

from helpdesk.config import Settings
from helpdesk.desk import Desk, open_desk
from helpdesk.models import Inbox
from tests.bot.bot_process import ROOT, BotProcess
from tests.servers.desk_process import DeskProcess
from tests.servers.planted import Nursery
from tests.servers.ports import free_port
from tests.servers.smtp_sink import SmtpSink

TOKEN = "token-of-a-test"
TRAINED = ROOT / ".setup" / "bot-models"
_numbers = itertools.count(1)


class RealDesk:
    """Desk, relay, Rasa and actions. ``record`` reads the desk's database beside it."""

    def __init__(self, folder: Path, sink: SmtpSink) -> None:
        bot_port = free_port()
        self.web = DeskProcess(
            folder / "desk",
            settings={
                "HELPDESK_BOT_URL": f"http://127.0.0.1:{bot_port}",
                "HELPDESK_BOT_TOKEN": TOKEN,
                "HELPDESK_ENCODER": "both",
                "HELPDESK_SMTP_HOST": sink.host,
                "HELPDESK_SMTP_PORT": str(sink.port),
                "HELPDESK_SMTP_SECURITY": "none",
            },
        )
        self.bot = BotProcess(folder, self.web.url, TOKEN, models=_models(folder), port=bot_port)

    def start(self, nursery: Nursery) -> RealDesk:
        self.bot.begin()
        nursery.plant(self.web)
        self.record: Desk = open_desk(
            Settings(
                data_dir=self.web.data_dir,
                database_url=self.web.environment["HELPDESK_DATABASE_URL"],
                secret_key=self.web.environment["HELPDESK_SECRET_KEY"],
                encoder="none",
            )
        )
        with self.record.write() as session:
            for inbox in session.scalars(select(Inbox)):
                inbox.settings = inbox.settings | {"bot": True}
        self.web.start()
        self.bot.wait()
        return self

    def stop(self) -> None:
        self.bot.stop()
        self.web.stop(timeout=5)
        self.record.database.close()

    def kill_rasa(self) -> None:
        """kill -9 for the Rasa in service; the relay before it lives on."""
        assert self.bot.rasa
        children = Path(f"/proc/{self.bot.rasa.pid}/task/{self.bot.rasa.pid}/children")
        os.kill(int(children.read_text().split()[-1]), signal.SIGKILL)

    def customer(self, email: str = "") -> WidgetCustomer:
        customer = WidgetCustomer(self.web.url)
        if email:
            customer.post("contact", name="", email=email)
        return customer


def _models(folder: Path) -> Path:
    """What set-up trained, in a folder of the test's own."""
    models = folder / "models"
    models.mkdir()
    name = (TRAINED / "current").read_text().strip()
    os.link(TRAINED / f"{name}.tar.gz", models / f"{name}.tar.gz")
    (models / "current").write_text(name)
    return models


@dataclass
class WidgetCustomer:
    """Somebody in the shop's chat, over the widget's own HTTP."""

    url: str
    ticket: int = 0
    cursor: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)  # everything that is not theirs

    def __post_init__(self) -> None:
        self._http = requests.Session()
        self._http.trust_env = False
        token = self.post("visitors")["token"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def post(self, path: str, **given: Any) -> dict[str, Any]:
        answer = self._http.post(f"{self.url}/widget/demo/{path}", json=given, timeout=30)
        assert answer.status_code < 300, answer.text
        return dict(answer.json()) if answer.content else {}

    def say(self, text: str) -> float:
        """Says it; the time (monotonic) at which they pressed Enter."""
        began = time.monotonic()
        self.ticket = self.post("messages", text=text, client_id=f"{next(_numbers):032x}")["ticket"]
        return began

    def listen(self) -> None:
        query = {"after": self.cursor} if self.cursor else {}
        answer = self._http.get(f"{self.url}/widget/demo/messages", params=query, timeout=30)
        assert answer.status_code == 200, answer.text
        news = answer.json()
        self.cursor = news["cursor"]
        known = {(m["ticket"], m["seq"]) for m in self.heard}
        fresh = [m for m in news["messages"] if not m["mine"]]
        self.heard += [m for m in fresh if (m["ticket"], m["seq"]) not in known]

    def hears(self, within: float, since: float | None = None, more_than: int = 0) -> str:
        """The next words of ours after the first ``more_than``, within seconds of ``since``."""
        began = since or time.monotonic()
        while time.monotonic() - began < within:
            self.listen()
            if len(self.heard) > more_than:
                return str(self.heard[-1]["text"])
            time.sleep(0.05)
        raise AssertionError(f"silence for {within} s; heard so far: {self.heard}")

    def asks(self, text: str, within: float = 5.0) -> str:
        """Says it, and hears an answer within seconds."""
        count = len(self.heard)
        return self.hears(within, self.say(text), count)
