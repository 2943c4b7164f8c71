"""Tickets by the hundred, put straight into the tables: these tests read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from helpdesk.actions.inboxes import email_inbox
from helpdesk.config import Settings
from helpdesk.desk import Desk, open_desk
from helpdesk.models import Customer, Message, Team, Ticket
from helpdesk.rules.search_words import search_words
from tests.desks import SECRET

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
Plant = Callable[[Desk, list[dict[str, Any]]], list[int]]


@pytest.fixture
def plant() -> Plant:
    """plant(desk, [{"status": "open", "minutes": 5, "text": "..."}]) -> the tickets' numbers."""
    return planted


def planted(desk: Desk, tickets: list[dict[str, Any]]) -> list[int]:
    inbox = email_inbox(desk, "")
    with desk.write() as session:
        if not session.get(Team, 1):
            session.add_all([Team(id=1, name="Orders"), Team(id=2, name="Legal", is_private=True)])
        customer = Customer(name="José Müller")
        session.add(customer)
        session.flush()
        numbers = []
        for wanted in tickets:
            ticket = Ticket(
                subject=wanted.get("subject", "A matter"),
                status=wanted.get("status", "open"),
                customer_id=customer.id,
                inbox_id=inbox,
                team_id=wanted.get("team"),
                assignee_id=wanted.get("assignee"),
                last_seq=1,
                version=1,
                queue_at=NOON + timedelta(minutes=wanted.get("minutes", 0)),
            )
            session.add(ticket)
            session.flush()
            numbers.append(ticket.id)
            for seq, text in enumerate(wanted.get("texts", ["Words"]), 1):
                session.execute(insert(Message).values(_message(ticket, seq, text)))
        return numbers


def _message(ticket: Ticket, seq: int, text: str) -> dict[str, Any]:
    return {
        "ticket_id": ticket.id,
        "seq": seq,
        "version": seq,
        "direction": "inbound",
        "channel": "email",
        "author_kind": "customer",
        "text": text,
        "sent_at": NOON,
        "tokens": " ".join(search_words(f"{ticket.subject} José Müller {text}")),
    }


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def shared_desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """A desk for all the examples of one property; each example plants into it."""
    folder: Path = tmp_path_factory.mktemp("shared")
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'desk.db'}"
        (folder / "desk.db").write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
    else:
        server = request.getfixturevalue("postgres")
        url = server.clone(request.getfixturevalue("postgres_template"))
    desk = open_desk(Settings(data_dir=folder, database_url=url, secret_key=SECRET, smtp_listen=""))
    yield desk
    desk.database.close()
