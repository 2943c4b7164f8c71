"""Deny and allow lists, the spam folder, the file policy: nothing that came is lost."""

from __future__ import annotations

import pytest

from helpdesk.actions import file_policies, intake, replies, senders, tickets
from helpdesk.actions.intake import Outcome
from helpdesk.desk import Desk
from helpdesk.models import Attachment, AuditEvent, BotTurn, Customer, Envelope, NotPossible, Ticket
from helpdesk.queries.counts import counts
from helpdesk.queries.ticket_list import ticket_list, view_named
from helpdesk.rules.actor import Actor, NotAllowed, Role
from helpdesk.rules.sender_list import Verdict
from helpdesk.rules.status import Status
from tests.channels.email.mails import multipart
from tests.factories import Mail, make_agent, receive

SPAM = {"X-Spam-Flag": "YES"}


@pytest.fixture
def admin(desk: Desk) -> Actor:
    return make_agent(desk, "Ada Admin", Role.ADMIN)


def status(desk: Desk, outcome: Outcome) -> str:
    with desk.read() as session:
        return session.get_one(Ticket, outcome.ticket).status


# Lists


def test_a_denied_sender_makes_no_message_and_the_envelope_is_kept(
    desk: Desk, admin: Actor
) -> None:
    rule = senders.list_sender(desk, admin, "fjell.example", Verdict.DENY, "Adverts")
    came = receive(desk, Mail())
    assert (came.outcome, came.reason) == ("ignored", "The deny list names @fjell.example.")
    with desk.read() as session:
        assert session.query(Ticket).count() == session.query(Customer).count() == 0
    senders.unlist_sender(desk, admin, rule)
    assert intake.replay(desk, came.envelope).outcome == "created"
    assert intake.replay(desk, came.envelope).outcome == "created"  # once, however often
    with desk.read() as session:
        assert session.query(Ticket).count() == 1
        events = [e.event for e in session.query(AuditEvent).filter_by(actor_id=admin.id)]
        assert [e for e in events if e.startswith("sender.")] == [
            "sender.listed", "sender.unlisted",
        ]  # fmt: skip


def test_an_address_is_allowed_on_a_denied_domain(desk: Desk, admin: Actor) -> None:
    senders.list_sender(desk, admin, "@fjell.example", Verdict.DENY)
    senders.list_sender(desk, admin, "ann@fjell.example", Verdict.ALLOW)
    assert receive(desk, Mail()).outcome == "created"
    assert receive(desk, Mail(sender="bo@fjell.example")).outcome == "ignored"


def test_a_line_moves_between_the_lists_and_stands_once(desk: Desk, admin: Actor) -> None:
    first = senders.list_sender(desk, admin, "x.example", Verdict.DENY)
    assert senders.list_sender(desk, admin, "X.example", Verdict.ALLOW) == first
    with pytest.raises(NotPossible):
        senders.list_sender(desk, admin, "x.example", Verdict.ALLOW)


def test_only_admins_change_the_lists(desk: Desk) -> None:
    for role in (Role.AGENT, Role.SUPERVISOR):
        actor = make_agent(desk, f"{role} x", role)
        with pytest.raises(NotAllowed):
            senders.list_sender(desk, actor, "x.example", Verdict.DENY)
        with pytest.raises(NotAllowed):
            file_policies.set_file_policy(desk, actor, "exe", strips=False, max_bytes=9999)


# The spam folder


@pytest.mark.parametrize(
    "headers",
    [
        SPAM,
        {"X-Spam-Status": "Yes, score=9.1 required=5.0 tests=A,B"},
        {"X-Rspamd-Action": "add header"},
    ],
)
def test_what_the_filter_calls_spam_stands_in_its_own_view(
    desk: Desk, admin: Actor, headers: dict[str, str]
) -> None:
    came = receive(desk, Mail(headers=headers))
    assert status(desk, came) == "spam"
    views = [view_named(name, admin) for name in ("open", "unassigned", "waiting", "resolved")]
    with desk.read() as session:
        assert set(counts(session, admin, views).values()) == {0}
        rows = ticket_list(session, admin, view_named("spam", admin)).rows
        assert [row.id for row in rows] == [came.ticket]
        assert session.query(BotTurn).count() == 0
    name, value = next(iter(headers.items()))
    assert f"Filed as spam: {name}: {value}"[:40] in came.reason


@pytest.mark.parametrize(
    "headers", [{"X-Spam-Flag": "NO"}, {"X-Spam-Status": "No, score=-1"}, {"X-Other": "YES"}]
)
def test_other_headers_say_nothing(desk: Desk, headers: dict[str, str]) -> None:
    assert status(desk, receive(desk, Mail(headers=headers))) == "open"


def test_not_spam_brings_it_into_the_queue(desk: Desk, admin: Actor) -> None:
    came = receive(desk, Mail(headers=SPAM))
    with pytest.raises(NotPossible, match="spam folder"):
        replies.send(desk, admin, came.ticket or 0, "Hello")
    tickets.change_status(desk, admin, came.ticket or 0, Status.OPEN)
    assert status(desk, came) == "open"
    replies.send(desk, admin, came.ticket or 0, "Hello")


def test_more_mail_leaves_spam_where_it_is(desk: Desk, admin: Actor) -> None:
    first = Mail(headers=SPAM)
    came = receive(desk, first)
    again = receive(desk, Mail(headers={"In-Reply-To": first.message_id}))
    assert (again.ticket, status(desk, again)) == (came.ticket, "spam")


def test_an_allowed_sender_is_never_filed_as_spam(desk: Desk, admin: Actor) -> None:
    senders.list_sender(desk, admin, "ann@fjell.example", Verdict.ALLOW)
    assert status(desk, receive(desk, Mail(headers=SPAM))) == "open"


def test_an_answer_to_our_mail_is_heard_whatever_the_filter_says(desk: Desk, admin: Actor) -> None:
    ticket = receive(desk, Mail()).ticket or 0
    said = replies.send(desk, admin, ticket, "Soon.")
    came = receive(desk, Mail(headers={"In-Reply-To": said.message_id, **SPAM}))
    assert (came.ticket, status(desk, came)) == (ticket, "open")


# Files


def with_file(name: str, data: bytes = b"data") -> bytes:
    kind = "Content-Type: application/octet-stream\r\n"
    kind += f'Content-Disposition: attachment; filename="{name}"'
    return multipart("\r\nSee", f"{kind}\r\n\r\n".encode() + data, message_id=f"<{name}@x.example>")


def file_of(desk: Desk) -> Attachment:
    with desk.read() as session:
        return session.query(Attachment).one()


def test_a_refused_file_is_kept_and_not_to_be_opened(desk: Desk) -> None:
    receive(desk, with_file("setup.exe"))
    file = file_of(desk)
    assert (file.state, file.size) == ("refused", 4)
    assert desk.files.read(file.sha256) == b"data"


def test_or_left_out_with_a_note_and_the_envelope_has_it(desk: Desk, admin: Actor) -> None:
    file_policies.set_file_policy(desk, admin, "txt", strips=True, max_bytes=9999)
    came = receive(desk, with_file("notes.txt", b"xylophone"))
    file = file_of(desk)
    assert (file.state, file.sha256, file.size) == ("refused", "", 9)
    assert file.reason == "ending txt"
    with desk.read() as session:
        assert b"xylophone" in intake.raw_of(desk, session.get_one(Envelope, came.envelope))
