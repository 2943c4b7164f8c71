"""Reports about our mail land on the delivery that they are about."""

import pytest

from channels.message import DeliveryState
from tests.channels.email.mails import event, mail, message, multipart

OURS = "<ours-1@shop.example>"
RETURNED = f"Content-Type: message/rfc822\r\n\r\nMessage-ID: {OURS}\r\nSubject: Re: x\r\n\r\nhi"


def report(fields: str, returned: str = RETURNED) -> bytes:
    return multipart(
        "Content-Type: text/plain\r\n\r\nSorry.",
        "Content-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.x.example\r\n\r\n{fields}\r\n",
        returned,
        kind="report; report-type=delivery-status",
        from_="Mail Delivery <MAILER-DAEMON@mx.x.example>",
        return_path="<>",
        auto_submitted="auto-replied",
        subject="Undelivered Mail Returned to Sender",
    )


FAILED = (
    "Final-Recipient: rfc822; gone@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    "Diagnostic-Code: smtp; 550 5.1.1 <gone@x.example>\r\n User unknown"
)


def test_a_failure_names_recipient_reason_and_our_message_id():
    found = event(report(FAILED))
    assert found.state is DeliveryState.FAILED
    assert found.permanent
    assert found.recipient == "gone@x.example"
    assert found.message_ids == (OURS,)
    assert found.reason == (
        "The mail could not be delivered: 550 5.1.1 <gone@x.example> User unknown"
    )
    assert found.key.startswith("mail:")


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("failed", DeliveryState.FAILED),
        ("Failed (bad mailbox)", DeliveryState.FAILED),
        ("delayed", DeliveryState.QUEUED),
        ("delivered", DeliveryState.DELIVERED),
        ("relayed", DeliveryState.SENT),
    ],
)
def test_what_became_of_it(action, state):
    found = event(report(f"Final-Recipient: rfc822; a@x.example\r\nAction: {action}"))
    assert (found.state, found.permanent) == (state, state is DeliveryState.FAILED)


def test_the_address_that_we_used_counts_not_the_rewritten_one():
    fields = f"Original-Recipient: rfc822; Alias@X.example\r\n{FAILED}"
    assert event(report(fields)).recipient == "alias@x.example"


def test_the_worst_of_several_recipients_counts():
    delayed = "Final-Recipient: rfc822; slow@x.example\r\nAction: delayed\r\n\r\n"
    assert event(report(delayed + FAILED)).recipient == "gone@x.example"


@pytest.mark.parametrize(
    "returned",
    [
        f"Content-Type: text/rfc822-headers\r\n\r\nSubject: x\r\nMessage-ID: {OURS}\r\n",
        f"Content-Type: text/plain\r\n\r\n> Message-Id: {OURS}\r\n> Subject: x",
        f"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"Message-ID:\r\n {OURS}\r\n\r\nx",
    ],
)
def test_our_message_id_is_found_in_what_came_back(returned):
    assert event(report(FAILED, returned)).message_ids == (OURS,)


def test_a_read_receipt():
    raw = multipart(
        "Content-Type: text/plain\r\n\r\nRead.",
        "Content-Type: message/disposition-notification\r\n\r\n"
        "Final-Recipient: rfc822;ann@customer.example\r\n"
        f"Original-Message-ID: {OURS}\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n",
        kind="report; report-type=disposition-notification",
    )
    found = event(raw)
    assert (found.state, found.recipient, found.message_ids) == (
        DeliveryState.READ,
        "ann@customer.example",
        (OURS,),
    )


QMAIL = f"""Hi. This is the qmail-send program at x.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<gone@x.example>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 No such user
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.

Return-Path: <support@shop.example>
Message-ID: {OURS}
Subject: Re: x

hi
"""


def test_a_bounce_without_a_report():
    raw = mail(QMAIL, from_="MAILER-DAEMON@x.example", return_path="<>", subject="failure notice")
    found = event(raw)
    assert (found.state, found.recipient, found.message_ids) == (
        DeliveryState.FAILED,
        "gone@x.example",
        (OURS,),
    )
    assert "550 5.1.1 No such user" in found.reason


def test_the_null_sender_of_the_envelope_counts_too():
    raw = mail(QMAIL, from_="postmaster@x.example", subject="failure notice")
    assert event(raw, {"mail_from": ""}).recipient == "gone@x.example"


def test_a_vacation_notice_is_a_message_not_a_bounce():
    raw = mail("I am away.", return_path="<>", auto_submitted="auto-replied", subject="Away")
    assert message(raw).automatic == "Auto-Submitted: auto-replied"


def test_a_customer_who_forwards_a_bounce_is_heard():
    raw = multipart("Content-Type: text/plain\r\n\r\nWhat is this?", RETURNED, subject="Fwd: x")
    assert message(raw).text == "What is this?"


def test_flufl_may_raise_what_it_likes(monkeypatch):
    def burst(_: object) -> None:
        raise UnicodeDecodeError("ascii", b"", 0, 1, "no")

    monkeypatch.setattr("flufl.bounce.all_failures", burst)
    raw = mail(QMAIL, from_="MAILER-DAEMON@x.example", return_path="<>", subject="failure notice")
    assert message(raw).automatic == "Null return path"
