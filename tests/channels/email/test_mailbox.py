"""Reading a real IMAP server without losing a mail, whatever happens to it or to us."""

import threading
import time
from collections.abc import Iterator

import pytest
from imapclient import IMAPClient
from pydantic import SecretStr

from channels.email import EmailChannel, EmailSettings
from channels.email import follow as following
from channels.email.follow import follow, pause
from channels.email.mailbox import FetchedMail, Mailbox, Position
from channels.message import PermanentFailure, TemporaryFailure
from tests.channels.email.mails import mail, message
from tests.servers.dovecot import Mailbox as Account
from tests.servers.ports import free_port


@pytest.fixture
def settings(mailbox: Account) -> EmailSettings:
    return EmailSettings(
        imap_host=mailbox.host,
        imap_port=mailbox.imap_port,
        imap_user=mailbox.user,
        imap_password=SecretStr(mailbox.password),
        imap_security="none",
    )


def deliver(account: Account, *names: str) -> None:
    for name in names:
        account.deliver(mail(f"Body of {name}", message_id=f"<{name}@x.example>"))


def subjects(mails: list[FetchedMail]) -> list[str]:
    return [message(each.raw).message_id.partition("@")[0].strip("<") for each in mails]


def test_everything_is_read_in_order_and_only_once(mailbox, settings):
    names = [f"m{number:02}" for number in range(25)]
    deliver(mailbox, *names)
    with Mailbox(settings) as box:
        first = list(box.fetch_above(None))
        assert subjects(first) == names
        assert [each.uid for each in first] == box.list_uids()
        assert list(box.fetch_above(first[-1].position)) == []
        deliver(mailbox, "later")
        assert subjects(list(box.fetch_above(first[-1].position))) == ["later"]


def test_reading_marks_nothing_as_seen(mailbox, settings):
    deliver(mailbox, "one")
    with Mailbox(settings) as box:
        list(box.fetch_above(None))
        assert box._client.search("UNSEEN") == box.list_uids()


def test_new_uidvalidity_starts_again(mailbox, settings):
    deliver(mailbox, "one", "two")
    with Mailbox(settings) as box:
        position = list(box.fetch_above(None))[-1].position
    mailbox.change_uidvalidity()
    with Mailbox(settings) as box:
        again = list(box.fetch_above(position))
        assert sorted(subjects(again)) == ["one", "two"]
        assert again[0].uidvalidity != position.uidvalidity


def test_a_mail_that_is_too_large_is_handed_on_in_part(mailbox, settings):
    deliver(mailbox, "before")
    mailbox.deliver(mail("x" * 78 + "\r\n" + "large words\r\n" * 100_000))
    deliver(mailbox, "after")
    with Mailbox(settings, max_bytes=100_000) as box:
        before, large, after = box.fetch_above(None)
    assert subjects([before, after]) == ["before", "after"]
    assert "only its beginning" in large.problem
    assert len(large.raw) < 300_000
    found = message(large.raw)
    assert "large words" in found.text
    assert str(found.facts["truncated"]).endswith(" bytes")


def test_mails_that_vanish_meanwhile_hold_up_nothing(mailbox, settings):
    deliver(mailbox, "one", "two")
    with Mailbox(settings) as box:
        uids = box.list_uids()
        assert subjects(list(box.fetch([uids[0], 9_999, uids[1]]))) == ["one", "two"]


def test_waiting_ends_with_new_mail(mailbox, settings):
    with Mailbox(settings) as box:
        assert box.can_idle
        timer = threading.Timer(0.3, deliver, (mailbox, "one"))
        timer.start()
        started = time.monotonic()
        box.wait(20, threading.Event())
        assert time.monotonic() - started < 10
        assert subjects(list(box.fetch_above(None))) == ["one"]
        timer.join()


@pytest.mark.parametrize("can_idle", [True, False])
def test_waiting_ends_when_it_is_told_to_stop(settings, can_idle):
    stop = threading.Event()
    with Mailbox(settings) as box:
        box.can_idle = can_idle
        threading.Timer(0.2, stop.set).start()
        started = time.monotonic()
        box.wait(60, stop)
        assert time.monotonic() - started < 2


def test_waiting_on_a_dead_line_is_a_failure_not_a_spin(mailbox, settings):
    with Mailbox(settings) as box:
        threading.Timer(0.2, mailbox.kill).start()
        started = time.monotonic()
        try:
            with pytest.raises(TemporaryFailure, match="cannot be reached"):
                box.wait(60, threading.Event())
        finally:
            mailbox.start()
        assert time.monotonic() - started < 10


def test_wrong_settings_are_named(settings):
    wrong = settings.model_copy(update={"imap_folder": "Nowhere"})
    with pytest.raises(PermanentFailure, match=r"said: .*[Mm]ailbox"), Mailbox(wrong):
        pass
    closed = settings.model_copy(update={"imap_port": free_port()})
    with pytest.raises(TemporaryFailure, match="cannot be reached"), Mailbox(closed):
        pass
    password = settings.model_copy(update={"imap_password": SecretStr("wrong")})
    with pytest.raises(PermanentFailure, match="refused the IMAP user name or password"):
        Mailbox(password).open()


def test_check_tries_the_mailbox(settings, tmp_path):
    EmailChannel(tmp_path).check(settings)
    with pytest.raises(PermanentFailure):
        EmailChannel(tmp_path).check(settings.model_copy(update={"imap_folder": "Nowhere"}))


# Following


class Follower:
    def __init__(self, settings: EmailSettings, position: Position | None = None) -> None:
        self.taken: list[FetchedMail] = []
        self.states: list[str] = []
        self.refuse = 0
        self.stop = threading.Event()
        self._thread = threading.Thread(
            target=follow, args=(settings, position, self.take, self.stop, self.states.append)
        )
        self._thread.start()

    def take(self, mail: FetchedMail) -> None:
        if self.refuse:
            self.refuse -= 1
            raise OSError("disk full")
        self.taken.append(mail)

    def wait_for(self, *names: str) -> None:
        deadline = time.monotonic() + 20
        while subjects(self.taken) != list(names) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert subjects(self.taken) == list(names), self.states

    def end(self) -> float:
        started = time.monotonic()
        self.stop.set()
        self._thread.join(timeout=10)
        assert not self._thread.is_alive()
        return time.monotonic() - started


@pytest.fixture
def follower(settings: EmailSettings) -> Iterator[Follower]:
    following = Follower(settings)
    yield following
    following.end()


@pytest.fixture(params=["by IDLE", "by polling"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what the server offers, and as if it could not push."""
    if request.param == "by polling":
        offers = IMAPClient.has_capability
        monkeypatch.setattr(
            IMAPClient, "has_capability", lambda self, name: name != "IDLE" and offers(self, name)
        )
        monkeypatch.setattr(following, "POLL_SECONDS", 0.2)


@pytest.mark.usefixtures("way")
def test_following_hands_over_what_is_there_and_what_comes(mailbox, follower):
    deliver(mailbox, "one")
    follower.wait_for("one")
    deliver(mailbox, "two", "three")
    follower.wait_for("one", "two", "three")
    assert follower.end() < 2.5


def test_what_could_not_be_stored_comes_again(mailbox, follower):
    follower.refuse = 2
    deliver(mailbox, "one", "two")
    follower.wait_for("one", "two")
    assert "OSError: disk full" in follower.states


def test_a_server_that_dies_is_followed_again(mailbox, follower):
    deliver(mailbox, "one")
    follower.wait_for("one")
    mailbox.kill()
    mailbox.start()
    deliver(mailbox, "two")
    follower.wait_for("one", "two")
    assert any("cannot be reached" in state for state in follower.states)
    assert follower.states[-1] == ""


def test_following_goes_on_from_the_position(mailbox, settings):
    deliver(mailbox, "one", "two")
    with Mailbox(settings) as box:
        first = next(box.fetch_above(None))
    following = Follower(settings, first.position)
    following.wait_for("two")
    following.end()


def test_pauses_grow_and_end_growing():
    assert 0.5 <= pause(0) <= 1
    assert 4 <= pause(3) <= 8
    assert 60 <= pause(50) <= 120
