"""The composer's list of recipients: what is posted is what is addressed."""

from __future__ import annotations

from helpdesk.actions import replies
from helpdesk.desk import Desk
from helpdesk.models import Message
from helpdesk.rules.actor import SYSTEM
from tests.factories import Mail, receive
from tests.web.conftest import Visit

ANN = "ann@fjell.example"


def addressed(desk: Desk, ticket: int) -> tuple[list[str], list[str]]:
    with desk.read() as session:
        message = session.query(Message).filter_by(ticket_id=ticket).order_by(-Message.seq).first()
        assert message is not None
        return message.to, message.cc


def test_the_list_names_the_unconfirmed_and_offers_no_choice_for_them(
    as_mei: Visit, desk: Desk, ticket: int
) -> None:
    said = replies.send(desk, SYSTEM, ticket, "Soon.")
    receive(desk, Mail(sender="Eve <eve@x.example>", headers={"In-Reply-To": said.message_id}))
    page = as_mei.get(f"/tickets/{ticket}/recipients", fragment=True).text
    assert f'name="place:{ANN}"' in page
    assert "eve@x.example" in page
    assert 'name="place:eve@x.example"' not in page


def test_what_was_chosen_is_addressed(as_mei: Visit, desk: Desk, ticket: int) -> None:
    fields = {
        f"place:{ANN}": "cc", "recipients": "chosen", "channel": "email", "text": "Hello",
        "to": "Bo <bo@dal.example>", "cc": "",
    }  # fmt: skip
    assert as_mei.post(f"/tickets/{ticket}/replies", **fields).status_code == 302
    assert addressed(desk, ticket) == (["bo@dal.example"], [ANN])


def test_nonsense_is_refused_with_a_sentence_and_the_words_stay(as_mei: Visit, ticket: int) -> None:
    fields = {"recipients": "chosen", "channel": "email", "text": "My words", "to": "bo at dal"}
    answer = as_mei.post(f"/tickets/{ticket}/replies", **fields)
    assert answer.status_code == 409
    assert "bo at dal is not an email address." in answer.text
    assert "My words" in answer.text
    nobody = {"recipients": "chosen", "text": "Hi", f"place:{ANN}": ""}
    assert "Address the reply to somebody" in as_mei.post(
        f"/tickets/{ticket}/replies", fragment=True, **nobody
    ).text  # fmt: skip


def test_promise_6_the_list_of_others(as_mei: Visit, secret_ticket: int) -> None:
    assert as_mei.get(f"/tickets/{secret_ticket}/recipients").status_code == 404
