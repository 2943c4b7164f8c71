"""Small real things to test with: mails, agents, tickets that came in by the walk."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from helpdesk.actions import agents, inboxes, ingest
from helpdesk.actions.intake import Outcome
from helpdesk.desk import Desk
from helpdesk.rules.actor import SYSTEM, Actor, Role

_numbers = itertools.count(1)


@dataclass
class Mail:
    """A mail in the making; ``bytes(mail)`` is what arrives."""

    text: str = "The tent pole snapped."
    sender: str = "Ann <ann@fjell.example>"
    to: str = "support@tarnfold.example"
    subject: str = "Tent pole"
    message_id: str = field(default_factory=lambda: f"<mail-{next(_numbers)}@fjell.example>")
    headers: dict[str, str] = field(default_factory=dict)

    def __bytes__(self) -> bytes:
        lines = [
            f"From: {self.sender}",
            f"To: {self.to}",
            f"Subject: {self.subject}",
            "Date: Sat, 21 Nov 2026 10:00:00 +0000",
            "MIME-Version: 1.0",
            'Content-Type: text/plain; charset="utf-8"',
            "Content-Transfer-Encoding: 8bit",
        ]
        lines += [f"Message-ID: {self.message_id}"] if self.message_id else []
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", self.text, ""]).encode()


def receive(desk: Desk, mail: Mail | bytes, inbox: str = "") -> Outcome:
    """Let a mail arrive."""
    return ingest.ingest_mail(desk, inboxes.email_inbox(desk, inbox), bytes(mail))


def make_agent(
    desk: Desk, name: str = "Mei Chen", role: Role = Role.AGENT, teams: tuple[str, ...] = ()
) -> Actor:
    """An agent who can log in with the password ``password123``."""
    email = f"{name.split(maxsplit=1)[0].lower()}{next(_numbers)}@tarnfold.example"
    agents.add_agent(
        desk, SYSTEM, email=email, name=name, password="password123", role=role, teams=teams
    )
    return agents.actor_by_email(desk, email)
