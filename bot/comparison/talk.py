"""A customer's talk with the bot, over the contract of the desk."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import requests

PATIENCE = 30  # seconds
_tickets = itertools.count(1)


class NotAnswered(Exception):
    """The bot did not answer, or not as the contract says; the text has what came instead."""


@dataclass(frozen=True)
class Heard:
    """What the bot answered to one message."""

    answer: list[dict[str, Any]]

    @property
    def text(self) -> str:
        return "\n".join(one["text"] for one in self.answer if "text" in one)

    @property
    def buttons(self) -> list[str]:
        return [button["title"] for one in self.answer for button in one.get("buttons", [])]

    @property
    def custom(self) -> dict[str, Any]:
        found = [one["custom"] for one in self.answer if "custom" in one]
        if len(found) != 1:
            raise NotAnswered(f"one custom an answer, not {len(found)}: {self.answer}")
        return found[0]

    @property
    def commands(self) -> list[dict[str, Any]]:
        return list(self.custom["commands"])

    @property
    def does(self) -> list[str]:
        return [command["do"] for command in self.commands]

    def command(self, do: str) -> dict[str, Any]:
        return next(command for command in self.commands if command["do"] == do)

    @property
    def understood(self) -> dict[str, Any]:
        return dict(self.custom["understood"])


@dataclass
class Talk:
    """One ticket and epoch. ``circumstances`` are the metadata that the desk sends along."""

    url: str
    circumstances: dict[str, Any] = field(default_factory=dict)
    ticket: int = field(default_factory=lambda: next(_tickets))
    epoch: int = 1
    said: int = 0

    def say(self, text: str, **changed: Any) -> Heard:
        """Raises ``NotAnswered``."""
        self.said += 1
        metadata = {
            "ticket": self.ticket,
            "epoch": self.epoch,
            "through_seq": self.said,
            "channel": "chat",
            "locale": "en",
            "customer_known": True,
            "verified": False,
            "people_here": True,
            "contacts_lately": 0,
            **self.circumstances,
            **changed,
        }
        sender = f"{self.ticket}:{self.epoch}"
        given = {"sender": sender, "message": text, "metadata": metadata}
        try:
            answer = session.post(f"{self.url}/webhooks/rest/webhook", json=given, timeout=PATIENCE)
        except requests.RequestException as fault:
            raise NotAnswered(type(fault).__name__) from fault
        if answer.status_code != 200:
            raise NotAnswered(f"{answer.status_code}: {answer.text[:200]}")
        return Heard(answer.json())


session = requests.Session()
session.trust_env = False  # a proxy would only be in the way
