"""Mail that servers hand to the built-in listener: who they are is part of what was received."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import dns.resolver
import pytest

from channels.email import own_checks
from helpdesk.actions import inboxes, ingest, intake, senders
from helpdesk.desk import Desk
from helpdesk.jobs.reception import Reception
from helpdesk.models import Envelope, Message
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.sender_list import Verdict
from tests.factories import Mail
from tests.servers.ports import HOST, free_port
from tests.standins.name_server import NameServer

OURS = "support@tarnfold.example"
MX = "mx.tarnfold.example"
ZONE = {
    ("fjell.example", "TXT"): [f'"v=spf1 ip4:{HOST} -all"'],
    ("_dmarc.fjell.example", "TXT"): ['"v=DMARC1; p=reject"'],
    ("dal.example", "TXT"): ['"v=spf1 ip4:192.0.2.7 -all"'],
    ("_dmarc.dal.example", "TXT"): ['"v=DMARC1; p=reject"'],
    ("out.fjell.example", "TXT"): [f'"v=spf1 ip4:{HOST} -all"'],
}
CHECKS: dict[str, Any] = {"authentication": "dns", "relays": ""}
Listen = Callable[..., int]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    server = NameServer(ZONE)
    monkeypatch.setattr(dns.resolver, "default_resolver", server.resolver)
    monkeypatch.setattr(own_checks, "DNS_SECONDS", 30.0)  # a busy machine is no matter of theirs
    yield server
    server.close()


@pytest.fixture
def listen(desk: Desk, names: NameServer) -> Iterator[Listen]:
    """Starts a listener for an inbox with these settings; its port."""
    started: list[Reception] = []

    def start(*, lmtp: bool = False, **settings: Any) -> int:
        inboxes.add_inbox(desk, SYSTEM, channel="email", address=OURS, name="S", settings=settings)
        port = free_port()
        ours = desk.settings.model_copy(update={"smtp_listen": f"{HOST}:{port}", "lmtp": lmtp})
        started.append(Reception(replace(desk, settings=ours)))
        started[-1].start()
        return port

    yield start
    for reception in started:
        reception.stop()


def hand_in(port: int, mail: Mail, mail_from: str = "ann@fjell.example") -> None:
    with smtplib.SMTP(HOST, port, "out.fjell.example") as line:
        line.sendmail(mail_from, [OURS], bytes(mail))


def judged(desk: Desk) -> tuple[str, dict[str, tuple[str, str]]]:
    """How the only message's sender is proved, and each check."""
    with desk.read() as session:
        message = session.query(Message).one()
        checks = message.facts["authentication"]["checks"]
        return message.proof, {c["method"]: (c["verdict"], c["domain"]) for c in checks}


def envelope(desk: Desk) -> Envelope:
    with desk.read() as session:
        return session.query(Envelope).one()


def test_a_server_of_the_domain_proves_its_sender(desk: Desk, listen: Listen) -> None:
    hand_in(listen(**CHECKS), Mail())
    assert judged(desk) == (
        "dmarc", {"spf": ("pass", "fjell.example"), "dmarc": ("pass", "fjell.example")},
    )  # fmt: skip


def test_another_server_does_not(desk: Desk, listen: Listen) -> None:
    hand_in(listen(**CHECKS), Mail(sender="Bo <bo@dal.example>"), "bo@dal.example")
    assert judged(desk) == (
        "none", {"spf": ("fail", "dal.example"), "dmarc": ("fail", "dal.example")},
    )  # fmt: skip


def test_its_own_envelope_sender_proves_nobody_else(desk: Desk, listen: Listen) -> None:
    hand_in(listen(**CHECKS), Mail(sender="Bo <bo@dal.example>"))
    assert judged(desk) == (
        "none", {"spf": ("pass", "fjell.example"), "dmarc": ("fail", "dal.example")},
    )  # fmt: skip


def test_of_the_null_sender_the_name_in_helo_is_asked(desk: Desk, listen: Listen) -> None:
    hand_in(listen(**CHECKS), Mail(), "")
    assert judged(desk)[1]["spf"] == ("pass", "out.fjell.example")
    with desk.read() as session:
        assert session.query(Message).one().automatic == "Null return path"


def test_what_a_stranger_writes_into_the_mail_names_no_server(desk: Desk, listen: Listen) -> None:
    """Our receiving server would have taken it from 192.0.2.7: nobody but the mail says so."""
    forged = {
        "Return-Path": "<bo@dal.example>",
        "Received": f"from out.dal.example (x [192.0.2.7]) by {MX}; Wed, 4 Mar 2026",
    }
    mail = Mail(sender="Bo <bo@dal.example>", headers=forged)
    hand_in(listen(**CHECKS, trusted_authserv=MX), mail, "bo@dal.example")
    assert judged(desk)[0] == "none"
    assert judged(desk)[1]["spf"][0] == "fail"


@pytest.mark.parametrize(("relays", "proof"), [("", "none"), (f"192.0.2.0/24 {HOST}", "dmarc")])
def test_results_are_believed_of_relays_alone(
    desk: Desk, listen: Listen, relays: str, proof: str
) -> None:
    header = {"Authentication-Results": f"{MX}; dmarc=pass header.from=fjell.example"}
    port = listen(authentication="header", trusted_authserv=MX, relays=relays)
    hand_in(port, Mail(headers=header))
    assert judged(desk)[0] == proof


@pytest.mark.parametrize("lmtp", [False, True])
def test_a_relay_is_not_who_sent_it(desk: Desk, listen: Listen, lmtp: bool) -> None:
    """As it comes: whoever hands in from this machine or a private network is one."""
    port = listen(authentication="dns", lmtp=lmtp)
    if lmtp:
        with smtplib.LMTP(HOST, port, "out.fjell.example") as line:
            line.sendmail("ann@fjell.example", [OURS], bytes(Mail()))
    else:
        hand_in(port, Mail())
    assert judged(desk) == ("none", {"dmarc": ("fail", "fjell.example")})
    assert envelope(desk).meta["peer"] == HOST


def test_behind_a_relay_its_received_line_says_who_sent_it(desk: Desk, listen: Listen) -> None:
    line = {"Received": f"from out.dal.example (x [192.0.2.7]) by {MX}; Wed, 4 Mar 2026"}
    mail = Mail(sender="Bo <bo@dal.example>", headers=line | {"Return-Path": "<x@fjell.example>"})
    hand_in(listen(authentication="dns", trusted_authserv=MX), mail, "bo@dal.example")
    assert judged(desk) == (
        "dmarc", {"spf": ("pass", "dal.example"), "dmarc": ("pass", "dal.example")},
    )  # fmt: skip


def test_what_a_crash_left_behind_is_judged_alike(desk: Desk, names: NameServer) -> None:
    inbox = inboxes.add_inbox(
        desk, SYSTEM, channel="email", address=OURS, name="S", settings=CHECKS
    )
    kept = ingest.accept_mail(
        desk, inbox, bytes(Mail()), source="smtp", mail_from="ann@fjell.example", rcpt_to=[OURS],
        peer=HOST, helo="out.fjell.example",
    )  # fmt: skip
    assert names.asked == []  # nothing is parsed before it is kept
    assert intake.attach(desk, kept.envelope_id).outcome == "created"
    assert judged(desk)[0] == "dmarc"


def test_a_replay_judges_its_sender_alike(desk: Desk, listen: Listen, names: NameServer) -> None:
    rule = senders.list_sender(desk, SYSTEM, "fjell.example", Verdict.DENY)
    hand_in(listen(**CHECKS), Mail())
    kept = envelope(desk)
    assert kept.state == "ignored"
    assert kept.meta == {
        "source": "smtp", "mail_from": "ann@fjell.example", "rcpt_to": OURS,
        "peer": HOST, "helo": "out.fjell.example",
    }  # fmt: skip
    senders.unlist_sender(desk, SYSTEM, rule)
    asked = len(names.asked)
    assert intake.replay(desk, kept.id).outcome == "created"
    assert judged(desk)[0] == "dmarc"
    assert len(names.asked) == 2 * asked  # it was judged anew, not remembered


def test_a_peer_may_call_itself_what_it_likes(desk: Desk, listen: Listen) -> None:
    with smtplib.SMTP(HOST, listen(**CHECKS)) as line:
        line.docmd("HELO", "a\0b\x1b[31m." + "x" * 300)
        line.send(b"MAIL FROM:<a\0\xed\xa0\x80\xff@x.example>\r\n")
        assert line.getreply()[0] == 250
        assert line.docmd("RCPT", f"TO:<{OURS}>")[0] == 250
        assert line.data(bytes(Mail()))[0] == 250
    assert judged(desk)[1]["spf"][0] == "none"
    assert len(envelope(desk).meta["helo"]) == 255
