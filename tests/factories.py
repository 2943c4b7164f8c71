"""Small real things to test with: mails, agents, tickets that came in by the walk."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from helpdesk.actions import agents, inboxes, ingest
from helpdesk.actions.intake import Outcome
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Ticket, now
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
    content_type: str = 'text/plain; charset="utf-8"'

    def __bytes__(self) -> bytes:
        lines = [
            f"From: {self.sender}",
            f"To: {self.to}",
            f"Subject: {self.subject}",
            "Date: Sat, 21 Nov 2026 10:00:00 +0000",
            "MIME-Version: 1.0",
            f"Content-Type: {self.content_type}",
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


def give_phone(desk: Desk, ticket: int) -> None:
    """The customer's phone, and a number of ours that writes to it."""
    inboxes.add_inbox(
        desk, SYSTEM, channel="sms", address="+12025550142", name="SMS",
        settings={
            "account_sid": "AC" + "0" * 32, "auth_token": "secret",
            "api_base_url": "http://127.0.0.1:9",
        },
    )  # fmt: skip
    with desk.write() as session:
        customer = session.get_one(Ticket, ticket).customer_id
        number = "+447911123456"
        session.add(
            ContactPoint(
                customer_id=customer, kind="phone", value=number, normalized=number,
                verified_at=now(), verified_by="code",
            )
        )  # fmt: skip
