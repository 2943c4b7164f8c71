"""Promise 1 for the whole desk: `helpdesk serve` beside a real mailbox and a real mail server,
killed, restarted, cut off, while mails come and replies leave."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select

from helpdesk.actions import inboxes, ingest, replies
from helpdesk.config import Settings
from helpdesk.desk import Desk, open_desk
from helpdesk.models import Delivery, Envelope, Message
from helpdesk.rules.actor import SYSTEM
from tests.desks import SECRET
from tests.factories import Mail
from tests.promises.walks import let_time_pass
from tests.servers.desk_process import DeskProcess
from tests.servers.dovecot import Mailbox
from tests.servers.smtp_process import SmtpProcess

PATIENCE = 60.0  # seconds
numbers = count(1)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def process(database_url: str, tmp_path: Path) -> Iterator[DeskProcess]:
    """The desk as a process, not started yet, over a migrated database."""
    (tmp_path / "desk").mkdir()
    process = DeskProcess(tmp_path / "desk", database_url)
    yield process
    process.kill()


@pytest.fixture
def record(process: DeskProcess) -> Iterator[Desk]:
    """The same desk, seen from here."""
    desk = open_desk(
        Settings(data_dir=process.data_dir, database_url=process.database_url, secret_key=SECRET)
    )
    yield desk
    desk.database.close()


def follow(desk: Desk, mailbox: Mailbox) -> int:
    """An inbox over that mailbox."""
    return inboxes.add_inbox(
        desk,
        SYSTEM,
        channel="email",
        address=mailbox.user,
        name="Support",
        settings={
            "imap_host": mailbox.host,
            "imap_port": mailbox.imap_port,
            "imap_user": mailbox.user,
            "imap_password": mailbox.password,
            "imap_security": "none",
        },
    )


def deliver(mailbox: Mailbox, mails: int) -> set[str]:
    """So many new mails for the mailbox; their Message-IDs."""
    sent = [
        Mail(
            sender=f"{number}@fjell.example",
            to=mailbox.user,
            subject=f"Pole {number}",
            message_id=f"<server-{number}@fjell.example>",
        )
        for number in (next(numbers) for _ in range(mails))
    ]
    for mail in sent:
        mailbox.deliver(bytes(mail))
    return {mail.message_id for mail in sent}


def until(holds: Callable[[], bool], what: str, log: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"{what}: not after {PATIENCE:.0f} s\n{log()[-3000:]}"
        time.sleep(0.02)


def count_of(desk: Desk, noun: type) -> int:
    with desk.read() as session:
        return session.scalar(select(func.count()).select_from(noun)) or 0


def settled(desk: Desk) -> int:
    with desk.read() as session:
        question = select(func.count()).where(Envelope.settled_at.is_not(None))
        return session.scalar(question) or 0


def is_there_once(desk: Desk, ids: set[str]) -> None:
    with desk.read() as session:
        found = Counter(
            session.scalars(select(Message.message_id).where(Message.direction == "inbound"))
        )
    assert found == Counter(ids)


def reconciles(process: DeskProcess) -> None:
    outcome = process.run("reconcile", "--json")
    assert outcome.stdout == ""


@pytest.mark.parametrize(
    ("mails", "kills"), [(120, 1), pytest.param(400, 8, marks=pytest.mark.slow)]
)
def test_promise_1_the_desk_is_killed_while_it_takes_in_a_mailbox(
    record: Desk, process: DeskProcess, mailbox: Mailbox, mails: int, kills: int
) -> None:
    follow(record, mailbox)
    sent = deliver(mailbox, mails)
    for kill in range(kills):
        process.start()
        wanted = mails * (kill + 1) // (kills + 2)
        until(lambda w=wanted: count_of(record, Envelope) >= w, "mail", lambda: process.log)
        process.kill()
        assert count_of(record, Envelope) < mails, "it was killed too late to prove anything"
    process.start()
    until(lambda: settled(record) >= mails, f"{mails} mails settled", lambda: process.log)
    is_there_once(record, sent)
    assert count_of(record, Envelope) == mails
    reconciles(process)


@on_sqlite
def test_promise_1_a_mailbox_that_dies_moves_and_comes_back_loses_nothing(
    record: Desk, process: DeskProcess, mailbox: Mailbox
) -> None:
    follow(record, mailbox)
    sent = deliver(mailbox, 20)
    process.start()
    until(lambda: settled(record) >= 10, "the first mails", lambda: process.log)

    mailbox.kill()
    outcome = process.run("reconcile", "--json", expect=1)
    assert [json.loads(line)["kind"] for line in outcome.stdout.splitlines()] == ["unreachable"]
    mailbox.start()
    sent |= deliver(mailbox, 5)
    until(lambda: settled(record) >= 25, "mail after the outage", lambda: process.log)
    is_there_once(record, sent)
    reconciles(process)

    mailbox.change_uidvalidity()
    sent |= deliver(mailbox, 1)
    until(lambda: settled(record) >= 51, "every mail under its new UID", lambda: process.log)
    is_there_once(record, sent)
    reconciles(process)


@pytest.mark.slow
@on_sqlite
def test_promise_1_mail_that_came_while_the_desk_was_down_is_named_and_then_taken_in(
    record: Desk, process: DeskProcess, mailbox: Mailbox
) -> None:
    follow(record, mailbox)
    sent = deliver(mailbox, 3)
    outcome = process.run("reconcile", "--json", expect=1)
    missing = [json.loads(line) for line in outcome.stdout.splitlines()]
    assert [(d["kind"], d["uid"]) for d in missing] == [("not_taken_in", n) for n in (1, 2, 3)]
    process.start()
    until(lambda: settled(record) >= 3, "the mails", lambda: process.log)
    is_there_once(record, sent)
    reconciles(process)


@on_sqlite
@pytest.mark.parametrize(
    ("mails", "kills"), [(20, 1), pytest.param(200, 6, marks=pytest.mark.slow)]
)
def test_promise_1_desk_and_mail_server_are_killed_while_replies_leave(
    record: Desk, process: DeskProcess, smtp_process: SmtpProcess, mails: int, kills: int
) -> None:
    inbox = inboxes.add_inbox(
        record,
        SYSTEM,
        channel="email",
        address="support@tarnfold.example",
        name="Support",
        settings={
            "smtp_host": smtp_process.host,
            "smtp_port": smtp_process.port,
            "smtp_security": "none",
        },
    )
    promised = {}
    for number in range(mails):
        mail = Mail(sender=f"{number}@fjell.example", message_id=f"<out-{number}@fjell.example>")
        opened = ingest.ingest_mail(record, inbox, bytes(mail))
        said = replies.send(record, SYSTEM, opened.ticket, "On its way.")
        promised[f"{number}@fjell.example"] = said.message_id
    for kill in range(kills):
        process.start()
        wanted = mails * (kill + 1) // (kills + 2)
        until(lambda w=wanted: len(smtp_process.messages) >= w, "replies", lambda: process.log)
        smtp_process.kill() if kill % 2 else process.kill()
        time.sleep(0.2)
        process.kill()
        smtp_process.kill()
        smtp_process.start()
        let_time_pass(record)
    process.start()
    until(lambda: waiting(record) == 0, "all replies out", lambda: process.log)
    arrived = {}
    for mail in smtp_process.messages:
        arrived.setdefault(mail.recipients[0], set()).add(mail.message["Message-ID"])
    assert arrived == {to: {message_id} for to, message_id in promised.items()}
    assert len(smtp_process.messages) <= mails + kills * 4  # one a sending thread may leave twice
    reconciles(process)


def waiting(desk: Desk) -> int:
    with desk.read() as session:
        question = select(func.count()).where(Delivery.state != "sent")
        return session.scalar(question) or 0
