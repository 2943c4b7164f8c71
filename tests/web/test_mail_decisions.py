"""Deciding about a mail where it is read: the buttons, and whose they are."""

from __future__ import annotations

import pytest

from helpdesk.actions import deliveries, file_policies, replies, senders
from helpdesk.desk import Desk
from helpdesk.models import Attachment, Message, SenderRule, Ticket
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.file_policy import ReleasedBy
from helpdesk.rules.sender_list import Verdict
from tests.actions.test_unwanted_mail import file_of, with_file
from tests.factories import receive
from tests.web.conftest import Visit


def sender_of(desk: Desk, ticket: int) -> str:
    with desk.read() as session:
        message = session.query(Message.id).filter_by(ticket_id=ticket).first()
    assert message is not None
    return f"/tickets/{ticket}/messages/{message.id}/sender"


def test_an_admin_denies_a_sender_from_the_message(
    as_admin: Visit, desk: Desk, ticket: int
) -> None:
    page = as_admin.get(f"/tickets/{ticket}").text
    assert "Always spam" in page
    assert "Never spam" in page
    answer = as_admin.post(sender_of(desk, ticket) + "?after=0", fragment=True, verdict="deny")
    for words in ("On the deny list:", "Take off the list", "Never spam", "put ann@fjell.example"):
        assert words in answer.text
    assert "Always spam" not in answer.text
    assert "Tent pole" in as_admin.get("/tickets?view=spam").text
    answer = as_admin.post(sender_of(desk, ticket) + "?after=0", fragment=True, verdict="none")
    assert "took ann@fjell.example off the lists" in answer.text
    with desk.read() as session:
        assert session.query(SenderRule).count() == 0


def test_the_line_of_a_domain_is_taken_off_on_its_page(
    as_admin: Visit, desk: Desk, ticket: int
) -> None:
    senders.list_sender(desk, SYSTEM, "fjell.example", Verdict.ALLOW)
    page = as_admin.get(f"/tickets/{ticket}").text
    assert "On the allow list:" in page
    assert "@fjell.example</span>" in page
    assert "Take off the list" not in page
    assert 'href="/settings/unwanted-mail"' in page


def test_nonsense_is_refused(as_admin: Visit, desk: Desk, ticket: int) -> None:
    assert as_admin.post(sender_of(desk, ticket), verdict="x").status_code == 409


def test_nobody_else_judges_senders(
    as_mei: Visit, as_supervisor: Visit, desk: Desk, ticket: int
) -> None:
    for visit in (as_mei, as_supervisor):
        assert "Always spam" not in visit.get(f"/tickets/{ticket}").text
        assert visit.post(sender_of(desk, ticket), verdict="deny").status_code == 403
    with desk.read() as session:
        assert session.query(SenderRule).count() == 0
        assert session.get_one(Ticket, ticket).status == "open"


def test_a_refused_file_is_let_through_from_its_chip(as_admin: Visit, desk: Desk) -> None:
    ticket = receive(desk, with_file("setup.exe")).ticket or 0
    file = file_of(desk).id
    page = as_admin.get(f"/tickets/{ticket}").text
    assert f"/tickets/{ticket}/files/{file}/release" in page
    assert as_admin.get(f"/attachments/{file}/setup.exe").status_code == 404
    answer = as_admin.post(f"/tickets/{ticket}/files/{file}/release?after=0", fragment=True)
    assert f'href="/attachments/{file}/setup.exe"' in answer.text
    assert "let setup.exe through" in answer.text
    opened = as_admin.get(f"/attachments/{file}/setup.exe")
    assert (opened.status_code, opened.data) == (200, b"data")
    assert "attachment" in opened.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("released_by", "offered"), [(ReleasedBy.ADMINS, False), (ReleasedBy.SUPERVISORS, True)]
)
def test_the_policy_s_page_says_who_may(
    as_admin: Visit, as_supervisor: Visit, as_mei: Visit, desk: Desk,
    released_by: ReleasedBy, offered: bool,
) -> None:  # fmt: skip
    as_admin.post(
        "/settings/unwanted-mail/file-policy", refused="exe", kilobytes="100",
        released_by=released_by.value,
    )  # fmt: skip
    page = as_admin.get("/settings/unwanted-mail").text
    assert f'name="released_by" value="{released_by.value}" checked' in page
    ticket = receive(desk, with_file("setup.exe")).ticket or 0
    address = f"/tickets/{ticket}/files/{file_of(desk).id}/release"
    assert (address in as_supervisor.get(f"/tickets/{ticket}").text) is offered
    assert address not in as_mei.get(f"/tickets/{ticket}").text
    assert as_mei.post(address).status_code == 403
    assert as_supervisor.post(address).status_code == (302 if offered else 403)
    with desk.read() as session:
        assert session.query(Attachment).one().state == ("stored" if offered else "refused")


def test_a_policy_that_names_nobody_lets_nobody(as_admin: Visit, desk: Desk) -> None:
    file_policies.set_file_policy(
        desk, SYSTEM, "exe", strips=False, max_bytes=9999, released_by=ReleasedBy.NOBODY
    )
    ticket = receive(desk, with_file("setup.exe")).ticket or 0
    address = f"/tickets/{ticket}/files/{file_of(desk).id}/release"
    assert address not in as_admin.get(f"/tickets/{ticket}").text
    answer = as_admin.post(address)
    assert answer.status_code == 403
    assert "lets nobody let a file through" in answer.text


def test_earlier_messages_offer_the_same(as_admin: Visit, desk: Desk) -> None:
    ticket = receive(desk, with_file("setup.exe")).ticket or 0
    said = replies.send(desk, SYSTEM, ticket, "On its way.")
    deliveries.failed(desk, said.deliveries[0], "550 5.1.1 No such user")
    part = as_admin.get(f"/tickets/{ticket}/transcript?before=99", fragment=True)
    assert part.status_code == 200
    for words in ("Let it through", "Always spam", "Leave it at that"):
        assert words in part.text
