"""Machines that answer each other, over real SMTP, stop after a few rounds; the ticket says so."""

from __future__ import annotations

import itertools
import shutil
import smtplib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from channels.message import DeliveryState
from helpdesk.actions import bot_answers, bot_turns, deliveries, inboxes, replies, tickets
from helpdesk.desk import Desk, open_desk
from helpdesk.jobs.deliver import deliver
from helpdesk.jobs.reception import Reception
from helpdesk.models import AuditEvent, BotTurn, Delivery, Message, Ticket
from helpdesk.rules import bot_policy, storm
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.status import Status
from helpdesk.rules.storm import Cap, Caps
from tests.factories import Mail, receive
from tests.servers.ports import HOST, free_port
from tests.servers.smtp_sink import SmtpSink

OURS, THEIRS = "support@tarnfold.example", "service@fjell.example"
ROUNDS = 15


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot_policy, "due_at", lambda _first, moment: moment)


def listening(desk: Desk, port: int) -> Reception:
    settings = desk.settings.model_copy(update={"smtp_listen": f"{HOST}:{port}"})
    reception = Reception(replace(desk, settings=settings))
    reception.start()
    return reception


def answering(desk: Desk, address: str, port: int) -> None:
    """An inbox on which the bot suggests an article to whoever writes; mail leaves to ``port``."""
    settings = {"bot": True, "smtp_host": HOST, "smtp_port": port, "smtp_security": "none"}
    inboxes.add_inbox(desk, SYSTEM, channel="email", address=address, name="S", settings=settings)


def one_round(desk: Desk) -> None:
    """The bot suggests wherever it owes a suggestion, and what is due leaves."""
    for turn in bot_turns.due(desk):
        taken = bot_turns.claim(desk, turn)
        assert taken is not None
        bot_answers.suggest(desk, taken, "Have you read this article?", "en", [])
    for delivery in deliveries.due(desk):
        deliver(desk, delivery)


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    sink = SmtpSink()
    yield sink
    sink.close()


def test_promise_4_a_machine_that_hides_what_it_is_gets_a_few_mails(
    desk: Desk, sink: SmtpSink
) -> None:
    """It answers each mail with a new one, without a header or a reference that would tell."""
    port = free_port()
    few = desk.settings.model_copy(update={"automatic_mails_per_address": 2})
    desk = replace(desk, settings=few)
    answering(desk, OURS, sink.port)
    reception = listening(desk, port)
    numbers = itertools.count(1)
    receive(desk, Mail(sender=THEIRS, message_id="<0@fjell.example>"))
    for _ in range(ROUNDS):
        seen = len(sink.messages)
        one_round(desk)
        for _mail in sink.messages[seen:]:
            again = Mail(
                sender=THEIRS, to=OURS, text="Thank you for writing to us. We answer soon.",
                message_id=f"<{next(numbers)}@fjell.example>",
            )  # fmt: skip
            with smtplib.SMTP(HOST, port) as client:
                client.sendmail(THEIRS, [OURS], bytes(again))
    reception.stop()
    assert len(sink.messages) == 2
    with desk.read() as session:
        stopped = session.query(AuditEvent).filter_by(event="storm.stopped").one()
        last = session.query(Ticket.id).order_by(-Ticket.id).first()
        assert last is not None
        assert (stopped.ticket_id, stopped.data["address"]) == (last.id, THEIRS)
        held = session.query(Delivery).filter_by(state=DeliveryState.FAILED.value).one()
        assert held.reason.startswith("Not sent: this address has had too many automatic mails")


def test_promise_4_two_desks_do_not_answer_each_other(
    desk: Desk, sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "other.db")
    settings = desk.settings.model_copy(
        update={"data_dir": tmp_path / "o", "database_url": f"sqlite:///{tmp_path / 'other.db'}"}
    )
    other = open_desk(settings)
    ours, theirs = free_port(), free_port()
    answering(desk, OURS, theirs)
    answering(other, THEIRS, ours)
    receptions = [listening(desk, ours), listening(other, theirs)]
    receive(desk, Mail(sender=THEIRS))
    for _ in range(ROUNDS):
        one_round(desk)
        one_round(other)
    for reception in receptions:
        reception.stop()
    with desk.read() as session:
        assert session.query(Delivery).count() == 1  # the suggestion
    with other.read() as session:
        note = session.query(Message).one()  # which their desk kept, and let lie
        assert (note.visibility, note.automatic) == ("note", "Auto-Submitted: auto-replied")
        assert session.query(Delivery).count() == session.query(BotTurn).count() == 0
    other.database.close()


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED, Status.WAITING])
@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"X-Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"X-Auto-Response-Suppress": "All"},
        {"List-Id": "<news.fjell.example>"},
        {"X-Helpdesk-Loop": OURS},
        {"Return-Path": "<>"},
    ],
)
def test_promise_4_automatic_mail_reopens_nothing_and_gets_no_answer(
    desk: Desk, headers: dict[str, str], status: Status
) -> None:
    answering(desk, OURS, 9)
    ticket = receive(desk, Mail()).ticket or 0
    said = replies.send(desk, SYSTEM, ticket, "On its way.")
    if status is not Status.WAITING:
        tickets.change_status(desk, SYSTEM, ticket, status)
    with desk.read() as session:
        before = session.query(BotTurn).count(), session.query(Delivery).count()
    came = receive(desk, Mail(headers={"In-Reply-To": said.message_id, **headers}))
    assert (came.outcome, came.ticket) == ("note", ticket)
    with desk.read() as session:
        assert session.get_one(Ticket, ticket).status == status.value
        assert (session.query(BotTurn).count(), session.query(Delivery).count()) == before


@pytest.mark.parametrize(
    ("to_address", "in_ticket", "cap"),
    [(0, 0, None), (5, 2, None), (6, 0, Cap.ADDRESS), (0, 3, Cap.TICKET), (6, 3, Cap.ADDRESS)],
)
def test_the_caps(to_address: int, in_ticket: int, cap: Cap | None) -> None:
    assert storm.reached(to_address, in_ticket, Caps(6, 3)) is cap
