"""Machines are told from people (RFC 3834)."""

import pytest

from tests.channels.email.mails import INBOX, mail, message


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"auto_submitted": "auto-replied"}, "Auto-Submitted: auto-replied"),
        ({"auto_submitted": "auto-generated; x=y"}, "Auto-Submitted: auto-generated; x=y"),
        ({"precedence": "bulk"}, "Precedence: bulk"),
        ({"precedence": "Auto_Reply"}, "Precedence: Auto_Reply"),
        ({"list_id": "News <news.x.example>"}, "List-Id: News <news.x.example>"),
        ({"x_auto_response_suppress": "OOF, DR"}, "X-Auto-Response-Suppress: OOF, DR"),
        ({"x_autoreply": "yes"}, "X-Autoreply: yes"),
        ({"x_autorespond": "vacation"}, "X-Autorespond: vacation"),
        ({"return_path": "<>"}, "Null return path"),
        ({"subject": "Automatic reply: away"}, "The subject says so: Automatic reply: away"),
        ({"subject": "自动回复：我在休假"}, "The subject says so: 自动回复：我在休假"),
        ({"x_helpdesk_loop": INBOX}, "It is our own mail, come back (loop header)"),
        ({}, ""),
        ({"auto_submitted": "no"}, ""),
        ({"precedence": "normal"}, ""),
        ({"x_auto_response_suppress": "None"}, ""),
        ({"x_autoreply": "no"}, ""),
        ({"subject": "Re: Automatic reply: away"}, ""),
        ({"x_helpdesk_loop": "desk@other-company.example"}, ""),
    ],
)
def test_why_a_mail_is_automatic(headers, reason):
    assert message(mail(**headers)).automatic == reason


def test_people_who_write_to_the_list_that_feeds_the_inbox_are_heard():
    raw = mail(list_id="Support <support.shop.example>", precedence="list")
    assert message(raw).automatic == ""


@pytest.mark.parametrize(
    ("source", "mail_from", "reason"),
    [("smtp", "", "Null return path"), ("smtp", "ann@customer.example", ""), ("cli", "", "")],
)
def test_the_null_sender_that_our_listener_heard_is_a_machine(source, mail_from, reason):
    assert message(mail(), meta={"source": source, "mail_from": mail_from}).automatic == reason
