"""What is decided where a mail is read: its sender's place in the lists, a file let through."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from helpdesk.actions import file_policies, file_releases, replies, scanning, senders
from helpdesk.actions.senders_of_messages import judge
from helpdesk.desk import Desk
from helpdesk.jobs.scan import scan
from helpdesk.models import AuditEvent, Message, NotPossible, SenderRule, Ticket
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor, NotAllowed, Role
from helpdesk.rules.file_policy import ReleasedBy
from helpdesk.rules.sender_list import Verdict
from tests.actions.test_unwanted_mail import SPAM, file_of, status, with_file
from tests.factories import Mail, make_agent, receive
from tests.servers.ports import free_port
from tests.standins.clamd import EICAR, ClamdStandIn


@pytest.fixture
def admin(desk: Desk) -> Actor:
    return make_agent(desk, "Ada Admin", Role.ADMIN)


def only_message(desk: Desk, ticket: int | None) -> int:
    with desk.read() as session:
        return session.query(Message.id).filter_by(ticket_id=ticket).order_by(Message.id).first()[0]  # type: ignore[index]


def lines(desk: Desk) -> dict[str, str]:
    with desk.read() as session:
        return {rule.pattern: rule.verdict for rule in session.query(SenderRule)}


def events(desk: Desk, ticket: int | None, kind: str) -> list[AuditEvent]:
    with desk.read() as session:
        found = session.query(AuditEvent).filter_by(ticket_id=ticket).order_by(AuditEvent.id)
        return [event for event in found if event.event.startswith(kind)]


# The sender


def test_one_click_lists_the_sender_and_files_the_ticket(desk: Desk, admin: Actor) -> None:
    came = receive(desk, Mail(sender="Ann <Ann@Fjell.example>"))
    judge(desk, admin, came.ticket or 0, only_message(desk, came.ticket), Verdict.DENY)
    assert lines(desk) == {"ann@fjell.example": "deny"}
    assert status(desk, came) == "spam"
    assert receive(desk, Mail()).outcome == "ignored"
    assert receive(desk, Mail(sender="bo@fjell.example")).outcome == "created"
    said = events(desk, came.ticket, "sender.")
    assert [(e.event, e.actor_id, e.data["verdict"]) for e in said] == [
        ("sender.listed", admin.id, "deny")
    ]


def test_another_click_takes_ticket_and_sender_back(desk: Desk, admin: Actor) -> None:
    came = receive(desk, Mail(headers=SPAM))
    message = only_message(desk, came.ticket)
    judge(desk, admin, came.ticket or 0, message, Verdict.ALLOW)
    assert (lines(desk), status(desk, came)) == ({"ann@fjell.example": "allow"}, "open")
    assert status(desk, receive(desk, Mail(headers=SPAM))) == "open"
    judge(desk, admin, came.ticket or 0, message, None)
    assert lines(desk) == {}
    assert status(desk, receive(desk, Mail(headers=SPAM))) == "spam"
    assert [e.event for e in events(desk, came.ticket, "sender.")] == [
        "sender.listed", "sender.unlisted",
    ]  # fmt: skip


def test_twice_is_once_and_a_sender_moves_between_the_lists(desk: Desk, admin: Actor) -> None:
    came = receive(desk, Mail())
    message = only_message(desk, came.ticket)
    for verdict in (Verdict.DENY, Verdict.DENY, Verdict.ALLOW, Verdict.ALLOW, None, None):
        judge(desk, admin, came.ticket or 0, message, verdict)
    assert lines(desk) == {}
    assert status(desk, came) == "open"
    assert len(events(desk, came.ticket, "sender.")) == 3


def test_the_line_of_a_domain_stays(desk: Desk, admin: Actor) -> None:
    came = receive(desk, Mail())
    senders.list_sender(desk, admin, "fjell.example", Verdict.DENY)
    judge(desk, admin, came.ticket or 0, only_message(desk, came.ticket), None)
    judge(desk, admin, came.ticket or 0, only_message(desk, came.ticket), Verdict.ALLOW)
    assert lines(desk) == {"@fjell.example": "deny", "ann@fjell.example": "allow"}
    assert receive(desk, Mail()).outcome == "created"


def test_a_ticket_of_somebody_else_stays_where_it_is(desk: Desk, admin: Actor) -> None:
    came = receive(desk, Mail())
    ours = replies.send(desk, admin, came.ticket or 0, "On its way.").message_id
    answer = Mail(sender="bo@dal.example", headers={"In-Reply-To": ours})
    assert receive(desk, answer).ticket == came.ticket
    with desk.read() as session:
        message = session.query(Message.id).filter_by(author_address="bo@dal.example").scalar()
    judge(desk, admin, came.ticket or 0, message, Verdict.DENY)
    assert (lines(desk), status(desk, came)) == ({"bo@dal.example": "deny"}, "open")


def test_only_admins_judge_senders_and_only_of_mails_of_the_ticket(
    desk: Desk, admin: Actor
) -> None:
    came, other = receive(desk, Mail()), receive(desk, Mail(sender="bo@dal.example"))
    message = only_message(desk, came.ticket)
    for role in (Role.AGENT, Role.SUPERVISOR):
        with pytest.raises(NotAllowed):
            judge(desk, make_agent(desk, "X", role), came.ticket or 0, message, Verdict.DENY)
    for wrong in (only_message(desk, other.ticket), 0, 2**40):
        with pytest.raises(NotFound):
            judge(desk, admin, came.ticket or 0, wrong, Verdict.DENY)
    assert lines(desk) == {}


# A file


@pytest.fixture
def clamd() -> Iterator[ClamdStandIn]:
    stand_in = ClamdStandIn()
    yield stand_in
    stand_in.close()


def checking(desk: Desk, address: str) -> Desk:
    return replace(desk, settings=desk.settings.model_copy(update={"clamd": address}))


def check_all(desk: Desk) -> None:
    for number in scanning.due(desk):
        scan(desk, number)


def version(desk: Desk, ticket: int | None) -> int:
    with desk.read() as session:
        return session.get_one(Ticket, ticket).version


def test_a_refused_file_is_let_through_and_the_ticket_says_by_whom(
    desk: Desk, admin: Actor
) -> None:
    came = receive(desk, with_file("setup.exe"))
    before, file = version(desk, came.ticket), file_of(desk)
    file_releases.release(desk, admin, came.ticket or 0, file.id)
    assert (file_of(desk).state, file_of(desk).reason) == ("stored", "")
    assert version(desk, came.ticket) > before
    [said] = events(desk, came.ticket, "file.")
    assert (said.event, said.actor_id) == ("file.released", admin.id)
    assert said.data == {
        "file": "setup.exe", "attachment": file.id, "sha256": file.sha256,
        "state": "refused", "was": "ending exe",
    }  # fmt: skip
    with pytest.raises(NotPossible, match="can be opened already"):
        file_releases.release(desk, admin, came.ticket or 0, file.id)
    assert len(events(desk, came.ticket, "file.")) == 1


def test_it_is_checked_for_viruses_first(desk: Desk, admin: Actor, clamd: ClamdStandIn) -> None:
    desk = checking(desk, clamd.address)
    came = receive(desk, with_file("setup.exe", EICAR))
    file_releases.release(desk, admin, came.ticket or 0, file_of(desk).id)
    assert (file_of(desk).state, clamd.asked) == ("held", 0)
    check_all(desk)
    assert file_of(desk).state == "infected"
    with pytest.raises(NotPossible, match="infected"):
        file_releases.release(desk, admin, came.ticket or 0, file_of(desk).id)
    assert file_of(desk).state == "infected"


def test_a_held_file_waits_for_its_verdict_while_one_can_come(
    desk: Desk, admin: Actor, clamd: ClamdStandIn
) -> None:
    checked = checking(desk, clamd.address)
    came = receive(checked, with_file("a.txt"))
    with pytest.raises(NotPossible, match="is being checked"):
        file_releases.release(checked, admin, came.ticket or 0, file_of(desk).id)
    check_all(checking(desk, f"tcp://127.0.0.1:{free_port()}"))
    file_releases.release(checked, admin, came.ticket or 0, file_of(desk).id)
    assert (file_of(desk).state, file_of(desk).due_at, clamd.asked) == ("stored", None, 0)
    [said] = events(desk, came.ticket, "file.")
    assert said.data["state"] == "held"


def test_nothing_stays_held_for_ever_once_clamd_is_given_up(
    desk: Desk, admin: Actor, clamd: ClamdStandIn
) -> None:
    came = receive(checking(desk, clamd.address), with_file("a.txt"))
    assert scanning.due(desk) == []  # nobody asks clamd any more
    file_releases.release(desk, admin, came.ticket or 0, file_of(desk).id)
    assert file_of(desk).state == "stored"


def test_a_verdict_that_comes_late_still_counts(
    desk: Desk, admin: Actor, clamd: ClamdStandIn
) -> None:
    """A worker asks clamd for the second time while an admin lets the file through."""
    checked = checking(desk, clamd.address)
    came = receive(checked, with_file("a.txt"))
    scanning.put_off(desk, file_of(desk).id, "away")
    file_releases.release(checked, admin, came.ticket or 0, file_of(desk).id)
    scanning.put_off(desk, file_of(desk).id, "away again")
    assert (file_of(desk).state, file_of(desk).reason, file_of(desk).due_at) == (
        "stored", "", None,
    )  # fmt: skip
    scanning.infected(desk, file_of(desk).id, "Late-Signature")
    assert file_of(desk).state == "infected"


def test_a_verdict_and_a_release_at_once_hinder_nobody(
    desk: Desk, admin: Actor, clamd: ClamdStandIn
) -> None:
    checked = checking(desk, clamd.address)
    came = receive(checked, with_file("a.txt"))
    scanning.put_off(desk, file_of(desk).id, "away")
    faults: list[Exception] = []

    def at_once(what: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                for _ in range(10):
                    what()
            except Exception as fault:
                faults.append(fault)

        return threading.Thread(target=run)

    def release() -> None:
        with suppress(NotPossible):
            file_releases.release(checked, admin, came.ticket or 0, number)

    number = file_of(desk).id
    both = [at_once(lambda: scanning.infected(desk, number, "Own.Virus")), at_once(release)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert faults == []
    assert file_of(desk).state == "infected"


def test_a_file_that_was_left_out_cannot_be_let_through(desk: Desk, admin: Actor) -> None:
    file_policies.set_file_policy(desk, admin, "txt", strips=True, max_bytes=9999)
    came = receive(desk, with_file("notes.txt"))
    with pytest.raises(NotPossible, match="was left out"):
        file_releases.release(desk, admin, came.ticket or 0, file_of(desk).id)


@pytest.mark.parametrize(
    ("released_by", "role", "may"),
    [
        (ReleasedBy.NOBODY, Role.ADMIN, False),
        (ReleasedBy.ADMINS, Role.ADMIN, True),
        (ReleasedBy.ADMINS, Role.SUPERVISOR, False),
        (ReleasedBy.SUPERVISORS, Role.SUPERVISOR, True),
        (ReleasedBy.SUPERVISORS, Role.ADMIN, True),
        (ReleasedBy.SUPERVISORS, Role.AGENT, False),
    ],
)
def test_the_policy_says_who_may(
    desk: Desk, admin: Actor, released_by: ReleasedBy, role: Role, may: bool
) -> None:
    file_policies.set_file_policy(
        desk, admin, "exe", strips=False, max_bytes=9999, released_by=released_by
    )
    came = receive(desk, with_file("setup.exe"))
    actor = make_agent(desk, "Somebody", role)
    if may:
        file_releases.release(desk, actor, came.ticket or 0, file_of(desk).id)
    else:
        with pytest.raises(NotAllowed):
            file_releases.release(desk, actor, came.ticket or 0, file_of(desk).id)
    assert (file_of(desk).state == "stored") is may


def test_only_through_its_own_ticket(desk: Desk, admin: Actor) -> None:
    receive(desk, with_file("setup.exe"))
    other = receive(desk, Mail())
    for number in (file_of(desk).id, 0, 2**40):
        with pytest.raises(NotFound):
            file_releases.release(desk, admin, other.ticket or 0, number)
    assert file_of(desk).state == "refused"
