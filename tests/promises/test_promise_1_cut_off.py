"""Promise 1 when it is the others who fail: the network is cut, or the mail server is killed, at
every chunk of a conversation; and the disk is full, at every step."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import select

from channels.email import follow as following
from channels.email import mailbox as mailboxes
from channels.email import send as sending
from channels.email.follow import follow
from helpdesk.actions import deliveries, inboxes, ingest, replies
from helpdesk.desk import Desk
from helpdesk.jobs.deliver import deliver
from helpdesk.jobs.mailboxes import take
from helpdesk.models import Delivery, Envelope, Inbox, Message
from helpdesk.rules.actor import SYSTEM
from tests.factories import Mail
from tests.patience import eventually
from tests.promises.aftermath import nothing_is_wrong
from tests.promises.trials import ListenerIn, MailboxIn, MailIn, ReplyOut, Trial, mail, picture
from tests.promises.victims import Victims
from tests.promises.walks import let_time_pass
from tests.servers.dovecot import DovecotServer
from tests.servers.smtp_process import SmtpProcess
from tests.servers.wire import Wire

FEW, MANY, EVERY = 3, 16, 0  # so many chunks or steps are tried, from the first to the last

slow = pytest.mark.slow
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
each_cut = pytest.mark.parametrize(
    ("cut", "spread"),
    [
        ("reset", FEW),
        ("server killed", FEW),
        pytest.param("reset", MANY, marks=slow),
        pytest.param("half", MANY, marks=slow),
        pytest.param("silence", MANY, marks=slow),
        pytest.param("server killed", EVERY, marks=slow),
    ],
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in life, but for how long we wait for a line that says nothing, and between two tries."""
    monkeypatch.setattr(mailboxes, "READ_SECONDS", 0.5)
    monkeypatch.setattr(mailboxes, "LISTEN_SECONDS", 0.05)
    monkeypatch.setattr(sending, "SECONDS", 0.5)
    monkeypatch.setattr(following, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(following, "LONGEST_PAUSE", 0.2)


def moments(count: int, spread: int) -> list[int]:
    """All of them from 1 to ``count``, or so many of them, from the first to the last."""
    if not spread or spread >= count:
        return list(range(1, count + 1))
    return sorted({1 + (count - 1) * n // (spread - 1) for n in range(spread)})


class Killing:
    """Asked for by the wire's thread, done by the test's: a server dies with who started it."""

    def __init__(self, server: DovecotServer) -> None:
        self._server = server
        self._asked, self._done = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self._done.clear()
        self._asked.set()
        self._done.wait(20)

    def attend(self) -> None:
        if self._asked.is_set():
            self._asked.clear()
            self._server.kill()
            self._server.start()
            self._done.set()


class Followed:
    """A mailbox behind a wire, and the desk that follows it."""

    def __init__(self, desk: Desk, dovecot: DovecotServer, wire: Wire) -> None:
        self.desk, self.dovecot, self.wire = desk, dovecot, wire
        self.killing = Killing(dovecot)
        self.inbox = 0

    def run(self, number: int) -> None:
        """Two mails that are there, one of several chunks, and one that comes during IDLE."""
        self._retire()
        account = self.dovecot.mailbox()
        ids = [f"{number}", f"{number}b", f"{number}c"]
        account.deliver(mail(ids[0], file=picture(number)))
        account.deliver(mail(ids[1]))
        self.inbox = inboxes.add_inbox(
            self.desk, SYSTEM, channel="email", address=account.user, name="Support",
            settings={
                "imap_host": account.host, "imap_port": self.wire.port, "imap_user": account.user,
                "imap_password": account.password, "imap_security": "none",
            },
        )  # fmt: skip
        with self._follower():
            eventually(lambda: self.settled() == 2, 30)
            eventually(lambda: _delivered(account, mail(ids[2])))
            eventually(lambda: self.settled() == 3, 30)
        self.is_there_once(ids)

    def _retire(self) -> None:
        """The mailbox of the last run is proved: it need not be compared again each time."""
        with self.desk.write() as session:
            for inbox in session.scalars(select(Inbox)):
                inbox.active = False

    def _follower(self) -> Following:
        with self.desk.read() as session:
            settings: Any = self.desk.settings_of(session.get_one(Inbox, self.inbox))
        return Following(settings, lambda each: take(self.desk, self.inbox, each))

    def settled(self) -> int:
        self.killing.attend()
        with self.desk.read() as session:
            done = (Envelope.inbox_id == self.inbox, Envelope.settled_at.is_not(None))
            return len(session.scalars(select(Envelope.id).where(*done)).all())

    def is_there_once(self, ids: list[str]) -> None:
        wanted = [f"<{each}@fjell.example>" for each in ids]
        with self.desk.read() as session:
            found = session.scalars(
                select(Message.message_id).where(Message.message_id.in_(wanted))
            ).all()
        assert sorted(str(each) for each in found) == sorted(wanted)


class Following:
    """``with Following(settings, take)``: follows in a thread until the block ends."""

    def __init__(self, settings: Any, take: Callable[[Any], None]) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=follow, args=(settings, None, take, self._stop), daemon=True
        )

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)
        assert not self._thread.is_alive()


def _delivered(account: Any, raw: bytes) -> bool:
    """LMTP may be away, too, while the server is being killed."""
    with suppress(OSError):
        account.deliver(raw)
        return True
    return False


def happening(cut: str, kill: Callable[[], None]) -> str | Callable[[], None]:
    return kill if cut == "server killed" else cut


@on_sqlite
@each_cut
def test_promise_1_cut_off_from_the_mailbox_at_any_moment(
    desk: Desk, dovecot_server: DovecotServer, cut: str, spread: int
) -> None:
    dovecot_server.ensure_running()
    with Wire(dovecot_server.imap_port) as wire:
        followed = Followed(desk, dovecot_server, wire)
        followed.run(0)
        for number in moments(wire.chunks, spread):
            wire.arm(number, happening(cut, followed.killing))
            try:
                followed.run(number)
                wire.arm(None, cut)  # the comparison is not what is cut off
                nothing_is_wrong(desk)
            except Exception as error:
                error.add_note(f"{cut} at chunk {number} of the conversation with the mailbox")
                raise


class Answering:
    """Replies that leave through a wire, to a server that somebody starts again when it dies."""

    def __init__(self, desk: Desk, server: SmtpProcess, wire: Wire) -> None:
        self.desk, self.server, self.wire = desk, server, wire
        self.inbox = inboxes.add_inbox(
            desk, SYSTEM, channel="email", address="support@tarnfold.example", name="Support",
            settings={"smtp_host": server.host, "smtp_port": wire.port, "smtp_security": "none"},
        )  # fmt: skip

    def run(self, number: int) -> None:
        to = f"{number}@fjell.example"
        opened = ingest.ingest_mail(self.desk, self.inbox, bytes(Mail(sender=to)))
        said = replies.send(self.desk, SYSTEM, opened.ticket, "On its way.\n" * 3000)
        for _ in range(20):
            for due in deliveries.due(self.desk):
                deliver(self.desk, due)
            self.server.ensure_running()
            if self.state(said.deliveries[0]) != "queued":
                break
            let_time_pass(self.desk)
        assert self.state(said.deliveries[0]) == "sent"
        mails = [each for each in self.server.messages if each.recipients == [to]]
        assert 1 <= len(mails) <= 2, "an answer that was lost doubles a mail once"
        assert {each.message["Message-ID"] for each in mails} == {said.message_id}
        assert all("On its way." in each.raw.decode() for each in mails)

    def state(self, delivery: int) -> str:
        with self.desk.read() as session:
            return session.get_one(Delivery, delivery).state


@on_sqlite
@each_cut
def test_promise_1_cut_off_from_the_mail_server_at_any_moment(
    desk: Desk, smtp_process: SmtpProcess, cut: str, spread: int
) -> None:
    with Wire(smtp_process.port) as wire:
        answering = Answering(desk, smtp_process, wire)
        answering.run(0)
        for number in moments(wire.chunks, spread):
            wire.arm(number, happening(cut, smtp_process.kill))
            try:
                answering.run(number)
                nothing_is_wrong(desk)
            except Exception as error:
                error.add_note(f"{cut} at chunk {number} of the conversation with the server")
                raise


WALKS: dict[str, tuple[type[Trial], tuple[str, ...]]] = {
    "mail in": (MailIn, ()),
    "mailbox in": (MailboxIn, ("dovecot_server",)),
    "listener in": (ListenerIn, ()),
    "mail out": (ReplyOut, ("smtp_sink",)),
}


@pytest.fixture
def full_disk_victims(victims: Victims) -> Iterator[Victims]:
    """For them the disk is full from a step on: the kernel refuses each write to a file."""
    victims.fills_the_disk = True
    yield victims
    victims.fills_the_disk = False


@on_sqlite
@pytest.mark.parametrize("spread", [FEW, pytest.param(MANY, marks=slow)])
@pytest.mark.parametrize("walk", WALKS)
def test_promise_1_a_disk_that_fills_at_any_step_loses_and_doubles_nothing(
    desk: Desk,
    full_disk_victims: Victims,
    request: pytest.FixtureRequest,
    walk: str,
    spread: int,
) -> None:
    kind, servers = WALKS[walk]
    trial = kind(desk, full_disk_victims, *(request.getfixturevalue(each) for each in servers))
    trial.run()
    steps = trial.run().steps
    failed = 0
    for number in moments(len(steps), spread):
        try:
            end = trial.run(kill_at=number)
            failed += end.was_killed or getattr(trial, "refusals", 0)
            trial.check()
            nothing_is_wrong(desk)
        except Exception as error:
            error.add_note(f"the disk is full from step {number}: {steps[number - 1]}")
            raise
    assert failed, "no write was ever refused"
