"""Agents' pages that lie open, as one process of greenlets. Started by benchmarks.open_pages.

Each does what the script of the real page does (`helpdesk/static/src/desk/`: `live.js`, `list.js`,
`pull.js`, `marks.js`, `presence.js`): it shows one ticket, which it pulls when told that it has
changed, with the articles and cards beside it and the mark of what was read; it says that it is
there; and it asks for the queue anew when anything has changed.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterator
from typing import Any

import gevent

from benchmarks.chat_clients import TELLING, Agent, Log, follow_plan

PAUSE, SPREAD = 1.5, 0.5  # seconds, as in list.js
SAFETY = 30  # seconds, as in live.js
READ_AFTER = 0.4  # seconds, as in marks.js
SAY_EVERY = 20  # seconds, as in presence.js
ROW = re.compile(r'id="row_(\d+)"')
HEARD = re.compile(r'<li class="turn inbound[^>]* data-seq="(\d+)"')
SCRIPTED = {"HX-Request": "true"}


class Page(Agent):  # type: ignore[misc]
    """One browser of an agent, with a ticket beside the queue."""

    def __init__(self, plan: dict[str, Any], log: Log, number: int) -> None:
        super().__init__(plan, log, number, {})
        self._number = number
        self._last = 0.0
        self._is_due = self._again = False

    def connect(self) -> None:
        super().connect()
        shown = ROW.findall(self._http.ask("GET", "/tickets"))
        self._ticket = int(shown[self._number % len(shown)])
        self._address = f"/tickets/{self._ticket}"
        page = self._http.ask("GET", self._address)
        super()._take(self._ticket, page)
        self._tell("watch", {"ticket": self._ticket})
        gevent.spawn(self._look_now_and_then)
        gevent.spawn(self._say_now_and_then)

    def _tell(self, event: str, news: dict[str, Any]) -> None:
        self._socket.send(f"42/agents,{json.dumps([event, news])}")

    def _hear(self, event: str, news: dict[str, Any]) -> None:
        if event not in TELLING:
            return
        known = self._versions.get(news["ticket"])
        if known and known[0] < news["version"]:
            gevent.spawn(self.pull, news["ticket"])
        if event == "poke":
            self._refresh_list()

    def _take(self, ticket: int, html: str) -> None:
        """What was pulled; the script then asks for what stands beside it."""
        super()._take(ticket, html)
        heard = HEARD.findall(html)
        if heard:
            gevent.spawn(self._http.ask, "GET", f"{self._address}/articles", headers=SCRIPTED)
            gevent.spawn_later(READ_AFTER, self._mark_read, heard[-1])
        if 'id="details"' in html:
            gevent.spawn(self._http.ask, "GET", f"{self._address}/cards", headers=SCRIPTED)

    def _mark_read(self, seq: str) -> None:
        fields = {"seq": seq, "csrf_token": self._csrf}
        self._http.form(f"{self._address}/read-mark", fields, SCRIPTED)
        self._refresh_list()

    def _refresh_list(self) -> None:
        self._again = True
        if not self._is_due:
            self._is_due = True
            wait = max(0, self._last + PAUSE - time.time()) + random.uniform(0, SPREAD)
            gevent.spawn_later(wait, self._ask_for_list)

    def _ask_for_list(self) -> None:
        self._last, self._again = time.time(), False
        asks = {**SCRIPTED, "HX-Target": "list"}
        self._http.ask("GET", "/tickets?view=open&size=40&rows", headers=asks)
        self._is_due = False
        if self._again:
            self._refresh_list()

    def _look_now_and_then(self) -> None:
        gevent.sleep(random.uniform(0, SAFETY))
        while True:
            self.pull(self._ticket)
            self._refresh_list()
            gevent.sleep(SAFETY)

    def _say_now_and_then(self) -> None:
        gevent.sleep(random.uniform(0, SAY_EVERY))
        while True:
            self._tell("here", {"ticket": self._ticket, "replying": False})
            gevent.sleep(SAY_EVERY)


def be_pages(plan: dict[str, Any], log: Log) -> Iterator[None]:
    pages = [Page(plan, log, number) for number in range(plan["count"])]
    for page in pages:
        page.connect()
    yield
    gevent.sleep(plan["seconds"])
    yield


if __name__ == "__main__":
    follow_plan({"pages": be_pages})
