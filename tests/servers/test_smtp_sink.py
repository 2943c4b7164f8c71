import smtplib

import pytest

from tests.servers.ports import is_open
from tests.servers.smtp_sink import SmtpSink

MAIL = b"Subject: Hello\r\nMessage-ID: <1@desk.test>\r\n\r\n\xe9\x80\x80\r\n"


def send(sink: SmtpSink, *, timeout: float = 5) -> None:
    with smtplib.SMTP(sink.host, sink.port, timeout=timeout) as client:
        client.sendmail("desk@example.test", ["ann@example.test"], MAIL)


def test_it_collects_mails_as_they_came(smtp_sink):
    send(smtp_sink)
    (received,) = smtp_sink.wait_for(1)
    assert received.raw == MAIL
    assert (received.sender, received.recipients) == ("desk@example.test", ["ann@example.test"])
    assert received.message["message-id"] == "<1@desk.test>"


def test_it_says_who_logged_in(smtp_sink):
    with smtplib.SMTP(smtp_sink.host, smtp_sink.port) as client:
        client.login("desk", "secret")
        client.sendmail("desk@example.test", ["ann@example.test"], MAIL)
    assert smtp_sink.messages[0].login == "desk"


@pytest.mark.parametrize(
    ("phase", "error"),
    [
        ("MAIL", smtplib.SMTPSenderRefused),
        ("RCPT", smtplib.SMTPRecipientsRefused),
        ("DATA", smtplib.SMTPDataError),
    ],
)
def test_it_refuses_as_told_and_then_no_more(smtp_sink, phase, error):
    smtp_sink.answer("451 4.3.0 Try later", at=phase)
    with pytest.raises(error, match="451"):
        send(smtp_sink)
    assert smtp_sink.messages == []
    send(smtp_sink)
    assert len(smtp_sink.messages) == 1


def test_it_hangs_until_told_to_go_on(smtp_sink):
    smtp_sink.hang()
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        send(smtp_sink, timeout=0.3)
    assert smtp_sink.messages == []
    smtp_sink.go_on()
    send(smtp_sink)
    assert (len(smtp_sink.wait_for(1)), smtp_sink.attempts) == (1, 2)


def test_it_accepts_and_never_says_so(smtp_sink):
    smtp_sink.lose_answer()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(smtp_sink)
    assert len(smtp_sink.messages) == 1


def test_it_can_be_killed_and_started(smtp_sink):
    client = smtplib.SMTP(smtp_sink.host, smtp_sink.port, timeout=5)
    smtp_sink.kill()
    with pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
        client.docmd("NOOP")
    client.close()
    assert not is_open(smtp_sink.port)
    smtp_sink.start()
    send(smtp_sink)


def test_nothing_is_left_of_it():
    sink = SmtpSink()
    sink.close()
    assert not is_open(sink.port)
    assert not sink._thread.is_alive()
