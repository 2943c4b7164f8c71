"""Mail out, to a real SMTP server: what its answers mean for the delivery."""

import email
import smtplib
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from channels.email import EmailChannel, EmailSettings
from channels.email.outbox import CAPTURED
from channels.message import DeliveryState, PermanentFailure, TemporaryFailure
from tests.channels.email.test_compose import KEY, REPLY, address, said
from tests.servers.ports import free_port
from tests.servers.smtp_sink import SmtpSink


@pytest.fixture
def channel(tmp_path: Path) -> EmailChannel:
    return EmailChannel(tmp_path / "outbox")


@pytest.fixture
def settings(smtp_sink: SmtpSink) -> EmailSettings:
    return EmailSettings(smtp_host=smtp_sink.host, smtp_port=smtp_sink.port, smtp_security="none")


def test_a_mail_arrives_as_it_was_written(channel, settings, smtp_sink):
    reply = replace(REPLY, text="您好\n.\n..dots\nlast", cc=(address("carl@x.example"),))
    receipt = channel.send(reply, settings)
    assert receipt.state is DeliveryState.SENT
    assert receipt.reason.startswith("250 ")
    (received,) = smtp_sink.messages
    assert received.sender == "support@shop.example"
    assert received.recipients == ["ann@customer.example"]  # one delivery, one recipient
    assert received.message["Message-ID"] == KEY
    assert said(received.message) == reply.text


def test_a_login_is_used(channel, settings, smtp_sink):
    secret = {"smtp_user": "desk", "smtp_password": SecretStr("secret")}
    channel.send(REPLY, settings.model_copy(update=secret))
    assert smtp_sink.messages[0].login == "desk"


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ("450 4.2.1 Try later", TemporaryFailure),
        ("421 4.3.2 Going down", TemporaryFailure),
        ("550 5.1.1 No such user", PermanentFailure),
        ("552 5.3.4 Too large", PermanentFailure),
    ],
)
def test_refusals_pass_or_stay_as_the_server_says(
    channel, settings, smtp_sink, phase, answer, failure
):
    smtp_sink.answer(answer, at=phase)
    with pytest.raises(failure, match=answer[:9]):
        channel.send(REPLY, settings)
    assert smtp_sink.messages == []
    channel.send(REPLY, settings)
    assert len(smtp_sink.messages) == 1


def test_an_unreachable_server_is_temporary(channel, settings):
    nowhere = settings.model_copy(update={"smtp_port": free_port()})
    with pytest.raises(TemporaryFailure, match=r"cannot be reached: Connection refused\."):
        channel.send(REPLY, nowhere)


def test_a_lost_answer_is_temporary_so_the_mail_leaves_again_under_its_id(
    channel, settings, smtp_sink
):
    smtp_sink.lose_answer()
    with pytest.raises(TemporaryFailure):
        channel.send(REPLY, settings)
    channel.send(REPLY, settings)
    assert [received.message["Message-ID"] for received in smtp_sink.messages] == [KEY, KEY]


def test_a_server_without_tls_is_not_given_the_mail(channel, settings, smtp_sink):
    strict = settings.model_copy(update={"smtp_security": "starttls"})
    with pytest.raises(PermanentFailure, match="cannot do what the settings ask for"):
        channel.send(REPLY, strict)
    assert smtp_sink.messages == []


def test_a_refused_password_waits_for_better_settings(channel, settings, monkeypatch):
    def refuse(*_: object) -> None:
        raise smtplib.SMTPAuthenticationError(535, b"5.7.8 Bad credentials")

    monkeypatch.setattr(smtplib.SMTP, "login", refuse)
    with pytest.raises(TemporaryFailure, match="refused our user name or password: 535"):
        channel.send(REPLY, settings.model_copy(update={"smtp_user": "desk"}))


def test_an_impossible_recipient_is_permanent(channel, settings):
    with pytest.raises(PermanentFailure, match="is not an email address"):
        channel.send(replace(REPLY, recipient="x@y.example>\r\nRCPT TO:<eve"), settings)


def test_check_says_whether_the_server_answers(channel, settings):
    channel.check(settings)
    with pytest.raises(TemporaryFailure, match="cannot be reached"):
        channel.check(settings.model_copy(update={"smtp_port": free_port()}))


# No server set


def test_without_a_server_mail_is_captured_once_a_key(channel, tmp_path):
    for _ in range(2):
        receipt = channel.send(REPLY, EmailSettings())
    assert (receipt.state, receipt.reason) == (DeliveryState.SENT, CAPTURED)
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == receipt.provider_id
    assert email.message_from_bytes(file.read_bytes())["Message-ID"] == KEY


def test_an_outbox_that_cannot_be_written_is_temporary(tmp_path):
    (tmp_path / "outbox").write_text("a file where the folder should be")
    with pytest.raises(TemporaryFailure, match="cannot be written"):
        EmailChannel(tmp_path / "outbox").send(REPLY, EmailSettings())
