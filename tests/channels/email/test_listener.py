"""The built-in mail server, spoken to by real clients."""

import smtplib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from channels.email.listener import CannotListen, HandedIn, Listener
from tests.channels.email.mails import INBOX, mail
from tests.servers.ports import free_port

HOST = "127.0.0.1"


class Desk:
    def __init__(self) -> None:
        self.accepted: list[HandedIn] = []
        self.is_broken = False

    def accept(self, mail: HandedIn) -> None:
        if self.is_broken:
            raise OSError("disk full")
        assert threading.current_thread() is not threading.main_thread()
        self.accepted.append(mail)

    def knows(self, address: str) -> bool:
        return address.startswith("support")


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def listen(desk: Desk) -> Iterator[Callable[..., Listener]]:
    started: list[Listener] = []

    def start(protocol: str = "smtp", max_bytes: int = 1_000_000) -> Listener:
        listener = Listener(HOST, free_port(), desk.accept, desk.knows, protocol, max_bytes)  # type: ignore[arg-type]
        listener.start()
        started.append(listener)
        return listener

    yield start
    for listener in started:
        listener.stop()


def test_a_mail_is_accepted_byte_for_byte(desk, listen):
    raw = mail("您好\r\n.\r\n..dots\r\n")
    with smtplib.SMTP(HOST, listen().port, "out.customer.example") as client:
        client.sendmail("ann@customer.example", [INBOX], raw)
    assert desk.accepted == [
        HandedIn(raw, "ann@customer.example", (INBOX,), HOST, "out.customer.example")
    ]


def test_the_null_sender_is_empty(desk, listen):
    with smtplib.SMTP(HOST, listen().port) as client:
        client.sendmail("", [INBOX], mail())
    assert desk.accepted[0].mail_from == ""


def test_unknown_recipients_are_refused_and_known_ones_served(desk, listen):
    with smtplib.SMTP(HOST, listen().port) as client:
        refused = client.sendmail("a@x.example", ["nobody@shop.example", INBOX], mail())
        assert refused["nobody@shop.example"][0] == 550
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("a@x.example", ["nobody@shop.example"], mail())
    assert [mail.rcpt_to for mail in desk.accepted] == [(INBOX,)]


def test_what_could_not_be_stored_is_not_acknowledged(desk, listen):
    desk.is_broken = True
    with smtplib.SMTP(HOST, listen().port) as client:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail("a@x.example", [INBOX], mail())
        assert refused.value.smtp_code == 451
        desk.is_broken = False
        client.sendmail("a@x.example", [INBOX], mail())
    assert len(desk.accepted) == 1


def test_mail_that_is_too_large_is_refused(desk, listen):
    with (
        smtplib.SMTP(HOST, listen(max_bytes=10_000).port) as client,
        pytest.raises(smtplib.SMTPResponseException) as refused,
    ):
        client.sendmail("a@x.example", [INBOX], mail("x" * 78 + "\r\n" + "y\r\n" * 10_000))
    assert refused.value.smtp_code == 552
    assert desk.accepted == []


def test_lmtp_answers_once_for_each_recipient(desk, listen):
    with socket.create_connection((HOST, listen("lmtp").port), timeout=5) as line:
        answers = line.makefile("rb")

        def say(words: str) -> bytes:
            line.sendall(words.encode() + b"\r\n")
            return answers.readline()[:3]

        answers.readline()
        line.sendall(b"LHLO x.example\r\n")
        while answers.readline()[3:4] == b"-":
            pass
        for _ in range(2):  # a missing answer would put the second mail out of step
            assert say("MAIL FROM:<a@x.example>") == b"250"
            assert say(f"RCPT TO:<{INBOX}>") == b"250"
            assert say("RCPT TO:<support2@shop.example>") == b"250"
            assert say("DATA") == b"354"
            assert say("Subject: x\r\n\r\nHello\r\n.") == b"250"
            assert answers.readline()[:3] == b"250"
    assert [mail.rcpt_to for mail in desk.accepted] == [(INBOX, "support2@shop.example")] * 2


def test_a_taken_port_is_named_with_its_cure(desk, listen):
    port = listen().port
    with pytest.raises(CannotListen, match=f"{HOST}:{port} is taken by another program"):
        Listener(HOST, port, desk.accept, desk.knows).start()


def test_a_conversation_under_way_does_not_hold_up_the_end(desk):
    listener = Listener(HOST, 0, desk.accept, desk.knows)
    listener.start()
    with smtplib.SMTP(HOST, listener.port) as client:
        client.ehlo()
        listener.stop()
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.docmd("NOOP")


def test_the_port_is_free_again_after_stop(desk):
    listener = Listener(HOST, free_port(), desk.accept, desk.knows)
    listener.start()
    listener.stop()
    again = Listener(HOST, listener.port, desk.accept, desk.knows)
    again.start()
    again.stop()
