"""What an agent sees of an answer that did not get out, and the buttons that mend it."""

from __future__ import annotations

import pytest

from helpdesk.actions import deliveries, replies, tickets
from helpdesk.desk import Desk
from helpdesk.models import Delivery, Message
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.status import Status
from tests.factories import give_phone
from tests.web.conftest import Visit


@pytest.fixture
def lost(desk: Desk, as_mei: Visit, ticket: int) -> str:
    """An answer that was refused because of its address; the address of its page."""
    as_mei.post(f"/tickets/{ticket}/replies", text="On its way.")
    with desk.read() as session:
        delivery = session.query(Delivery).one()
    reason = "The mail server refused ann@fjell.example: 550 No such user"
    deliveries.failed(desk, delivery.id, reason, unreachable=True)
    return f"/tickets/{ticket}/messages/{delivery.message_id}"


def test_the_ticket_its_row_and_its_bubble_say_so(
    as_mei: Visit, desk: Desk, ticket: int, lost: str
) -> None:
    page = as_mei.get(f"/tickets/{ticket}?view=waiting").text
    assert "An answer did not get out" in page
    assert "Not delivered: The mail server refused ann@fjell.example: 550 No such user" in page
    assert 'class="undelivered"' in page
    assert f'action="{lost}/acknowledgement"' in page
    listed = as_mei.get("/tickets?view=undelivered").text
    assert f'id="row_{ticket}"' in listed
    assert 'href="/tickets?view=undelivered"' in listed


def test_in_the_spam_folder_nobody_has_to_see_to_it(
    as_mei: Visit, desk: Desk, ticket: int, lost: str
) -> None:
    tickets.change_status(desk, SYSTEM, ticket, Status.SPAM)
    assert "view=undelivered" not in as_mei.get("/tickets").text
    assert f'id="row_{ticket}"' not in as_mei.get("/tickets?view=undelivered").text
    assert f'id="row_{ticket}"' in as_mei.get("/tickets?view=spam").text
    tickets.change_status(desk, SYSTEM, ticket, Status.OPEN)
    assert f'id="row_{ticket}"' in as_mei.get("/tickets?view=undelivered").text


def test_nothing_of_it_is_there_while_all_is_well(as_mei: Visit, ticket: int) -> None:
    as_mei.post(f"/tickets/{ticket}/replies", text="On its way.")
    page = as_mei.get(f"/tickets/{ticket}").text
    for words in ("did not get out", "view=undelivered", "/acknowledgement", 'undelivered"'):
        assert words not in page


def test_one_click_sends_it_by_sms_instead(
    as_mei: Visit, desk: Desk, ticket: int, lost: str
) -> None:
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "Send by SMS instead" not in page
    give_phone(desk, ticket)
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "Send by SMS instead" in page
    assert "Try again" not in page, "nothing gets to that address"
    for _ in range(2):
        answer = as_mei.post(f"{lost}/deliveries?after=0&event=0", fragment=True, channel="sms")
        assert answer.status_code == 200
    assert "SMS +447911123456: Queued" in answer.text
    with desk.read() as session:
        assert session.query(Delivery.channel).order_by(Delivery.id).all() == [
            ("email",),
            ("sms",),
        ]
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "An answer did not get out" not in page
    assert "Mei Chen sent the answer again by SMS" in page


def test_a_click_makes_the_address_reachable_again(
    as_mei: Visit, desk: Desk, ticket: int, lost: str
) -> None:
    page = as_mei.get(f"/tickets/{ticket}").text
    action = page.partition("/reachability")[0].rpartition('"')[2]
    assert as_mei.post(f"{action}/reachability").status_code == 302
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "ann@fjell.example can be reached again" in page
    assert "Try again" in page


def test_a_pull_brings_the_buttons_too(as_mei: Visit, desk: Desk, ticket: int, lost: str) -> None:
    pulled = as_mei.get(f"/tickets/{ticket}/transcript?after=0", fragment=True).text
    assert f'action="{lost}/acknowledgement"' in pulled
    assert "An answer did not get out" in pulled


def test_it_is_said_in_chinese(as_mei: Visit, ticket: int, lost: str) -> None:
    as_mei.post("/preferences", locale="zh_Hans")
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "有一条回复未能送出" in page
    assert "did not get out" not in page


def test_another_tickets_answer_is_not_touched(as_mei: Visit, desk: Desk, ticket: int) -> None:
    note = replies.note(desk, SYSTEM, ticket, "Only for us")
    with desk.read() as session:
        number = session.query(Message.id).filter_by(ticket_id=ticket, seq=note.seq).scalar()
    for wrong in (number, 10**6):
        answer = as_mei.post(f"/tickets/{ticket}/messages/{wrong}/deliveries", channel="email")
        assert answer.status_code == 404
