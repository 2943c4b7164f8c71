"""Who the site vouches for, and what a visitor only says about themselves."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select

from helpdesk.actions import deliveries, replies
from helpdesk.actions.inboxes import add_inbox
from helpdesk.desk import Desk
from helpdesk.jobs.deliver import deliver
from helpdesk.models import ContactPoint, Customer, Delivery, MergeSuggestion, Ticket, now
from helpdesk.rules.actor import SYSTEM
from tests.factories import Mail, receive
from tests.widget.conftest import KEY, identity

ANN = "ann@fjell.example"


@pytest.fixture
def ann(desk: Desk) -> int:
    """A customer whose email is proved; her id."""
    found = receive(desk, Mail(sender=f"Ann <{ANN}>"))
    with desk.write() as session:
        session.query(ContactPoint).filter_by(value=ANN).one().verified_at = now()
    assert found.customer
    return found.customer


def customer_of(desk: Desk, ticket: int) -> int:
    with desk.read() as session:
        return session.get_one(Ticket, ticket).customer_id


def points(desk: Desk) -> dict[str, tuple[int, bool]]:
    with desk.read() as session:
        return {
            p.value: (p.customer_id, p.is_verified) for p in session.scalars(select(ContactPoint))
        }


def test_promise_3_a_signed_identity_is_the_verified_customer(desk: Desk, ann, browser_of):
    visitor = browser_of()
    answer = visitor.start(identity(email=ANN, name="Ann Lie"))
    assert (answer.json["signed_in"], answer.json["name"]) == (True, "Ann Lie")
    ticket = visitor.say("My pole snapped").json["ticket"]
    assert customer_of(desk, ticket) == ann


def test_promise_3_a_stranger_the_site_vouches_for_is_verified(desk: Desk, browser_of):
    visitor = browser_of()
    visitor.start(identity(email="Bo@Fjell.example", phone="+447700900318", name="Bo"))
    visitor.say("Hello")
    known = points(desk)
    assert known["bo@fjell.example"][1]
    assert known["+447700900318"][1]
    with desk.read() as session:
        assert session.get_one(Customer, known["bo@fjell.example"][0]).name == "Bo"


def test_an_address_that_the_site_did_not_check_is_only_a_claim(desk: Desk, ann, browser_of):
    visitor = browser_of()
    visitor.start(identity(email=ANN, email_verified=False))
    ticket = visitor.say("Hello").json["ticket"]
    assert customer_of(desk, ticket) != ann


def test_signing_in_later_joins_what_was_said_before(desk: Desk, ann, visitor):
    ticket = visitor.say("I am nobody yet").json["ticket"]
    assert customer_of(desk, ticket) != ann
    visitor.start(identity(email=ANN))
    visitor.say("I am Ann")
    assert customer_of(desk, ticket) == ann
    visitor.cursor = ""
    assert [m["text"] for m in visitor.pull()][-2:] == ["I am nobody yet", "I am Ann"]


def test_after_a_logout_the_next_person_sees_nothing(ann, browser_of):
    visitor = browser_of()
    visitor.start(identity(email=ANN))
    visitor.say("My address is secret")
    visitor.start()
    assert visitor.pull() == []
    visitor.start(identity(sub="bob-8", email="bob@fjell.example"))
    assert visitor.pull() == []


@pytest.mark.parametrize(
    ("signed", "said"),  # signed when the test runs: an identity lasts ten minutes
    [
        (lambda: identity("another key that is long enough to sign with"), "not signed with"),
        (lambda: identity(exp=1), "expired"),
        (lambda: identity(exp=None), "lacks exp"),
        (lambda: identity(sub=None), "lacks sub"),
        (lambda: identity(sub="  "), "says nobody"),
        (lambda: identity(exp=int(time.time()) + 30 * 24 * 3600), "more than 24 hours"),
        (lambda: "nonsense", "not signed with"),
        (lambda: "x" * 5000, "longer than"),
    ],
)
def test_promise_3_an_identity_that_does_not_hold_gets_403(desk: Desk, browser_of, signed, said):
    visitor = browser_of()
    answer = visitor.start(signed())
    assert (answer.status_code, answer.json["error"]) == (403, "bad_identity")
    assert said in answer.json["message"]
    assert visitor.token == ""
    assert visitor.start().status_code == 201, "as nobody in particular, when the page asks so"


def test_a_widget_without_a_key_takes_no_identity(desk: Desk, inbox, browser_of):
    add_inbox(desk, SYSTEM, channel="chat", address="open", name="Open")
    assert browser_of(key="open").start(identity()).status_code == 403


def test_an_unsigned_identity_is_refused(browser_of):
    import jwt

    token = jwt.encode({"sub": "ann", "email": ANN, "exp": 4102444800}, None, "none")
    assert browser_of().start(token).status_code == 403


def test_promise_3_an_address_that_is_typed_joins_nothing(desk: Desk, ann, visitor):
    ticket = visitor.say("Hello").json["ticket"]
    assert visitor.leave(email=ANN, name="Ann").status_code == 204
    assert customer_of(desk, ticket) != ann
    assert points(desk)[ANN] == (ann, True)
    with desk.read() as session:
        (suggestion,) = session.scalars(select(MergeSuggestion))
    assert {suggestion.customer_id, suggestion.other_id} == {ann, customer_of(desk, ticket)}


def test_an_address_that_nobody_holds_is_kept_unverified(desk: Desk, visitor):
    ticket = visitor.say("Hello").json["ticket"]
    version = _version(desk, ticket)
    visitor.leave(email=" New@Fjell.example ")
    assert points(desk)["new@fjell.example"] == (customer_of(desk, ticket), False)
    assert _version(desk, ticket) > version, "the agents' page shows it"
    assert visitor.ask("messages?after=").json["answer_goes_to"] == ""


def _version(desk: Desk, ticket: int) -> int:
    with desk.read() as session:
        return session.get_one(Ticket, ticket).version


@pytest.mark.parametrize("email", ["ann", "ann@", "ann@fjell", "a b@fjell.example", "@x.example"])
def test_an_address_that_is_none_is_refused(desk: Desk, visitor, email):
    answer = visitor.leave(email=email)
    assert (answer.status_code, answer.json["error"]) == (422, "bad_email")
    assert points(desk) == {}


def test_details_cannot_be_changed_without_end(visitor):
    answers = [visitor.leave(email=f"a{i}@fjell.example").status_code for i in range(11)]
    assert answers == [204] * 10 + [429]


class TestFollowUp:
    def test_the_page_says_where_an_answer_goes(self, ann, browser_of):
        signed_in = browser_of()
        signed_in.start(identity(email=ANN))
        signed_in.say("Hello")
        assert signed_in.ask("messages?after=").json["answer_goes_to"] == ANN

    def test_an_address_is_not_told_to_a_browser_that_did_not_bring_it(
        self, desk: Desk, ann, visitor
    ):
        ticket = visitor.say("Hello").json["ticket"]
        with desk.write() as session:  # an agent has merged them
            session.query(ContactPoint).filter_by(kind="visitor").one().customer_id = ann
            session.get_one(Ticket, ticket).customer_id = ann
        assert visitor.ask("messages?after=").json["answer_goes_to"] == "a…@fjell.example"

    def test_an_answer_that_was_not_pulled_follows_by_email(self, desk: Desk, ann, browser_of, mei):
        visitor = browser_of()
        visitor.start(identity(email=ANN))
        ticket = visitor.say("Hello").json["ticket"]
        said = replies.send(desk, mei, ticket, "Here it is", channel="chat")
        assert deliveries.due(desk) == [], "not before they had time to pull"
        self._let_time_pass(desk)
        deliver(desk, said.deliveries[0])
        with desk.read() as session:
            chat, mail = session.scalars(select(Delivery).order_by(Delivery.id))
        assert (chat.state, chat.due_at) == ("queued", None)
        assert (mail.channel, mail.recipient) == ("email", ANN)

    def test_an_answer_that_was_pulled_does_not(self, desk: Desk, ann, browser_of, mei):
        visitor = browser_of()
        visitor.start(identity(email=ANN))
        ticket = visitor.say("Hello").json["ticket"]
        said = replies.send(desk, mei, ticket, "Here it is", channel="chat")
        visitor.pull()
        visitor.pull()
        self._let_time_pass(desk)
        deliver(desk, said.deliveries[0])
        with desk.read() as session:
            (chat,) = session.scalars(select(Delivery))
        assert chat.state == "delivered"

    def test_without_a_verified_address_it_waits_for_their_return(self, desk: Desk, visitor, mei):
        ticket = visitor.say("Hello").json["ticket"]
        visitor.leave(email="claimed@fjell.example")
        said = replies.send(desk, mei, ticket, "Here it is", channel="chat")
        self._let_time_pass(desk)
        deliver(desk, said.deliveries[0])
        with desk.read() as session:
            (chat,) = session.scalars(select(Delivery))
        assert (chat.state, chat.due_at) == ("queued", None)
        assert "wait" in chat.reason
        assert [m["text"] for m in visitor.pull()][-1] == "Here it is"
        visitor.pull()
        with desk.read() as session:
            assert session.scalars(select(Delivery)).one().state == "delivered"

    @staticmethod
    def _let_time_pass(desk: Desk) -> None:
        with desk.write() as session:
            for delivery in session.scalars(select(Delivery).where(Delivery.due_at.is_not(None))):
                delivery.due_at = now()


def test_the_key_is_the_one_of_this_widget(browser_of):
    assert browser_of(key=KEY.upper()).start(identity()).status_code == 201
