"""Proof by a one-time code (promise 3): sent to the order's address, tried, put on the record."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from channels.message import Address, ContactKind, OutboundMessage
from helpdesk import create_app
from helpdesk.actions import deliveries, handovers, inboxes, intake
from helpdesk.desk import Desk
from helpdesk.jobs.rasa import Rasa
from helpdesk.models import (
    AuditEvent,
    BotTurn,
    ContactPoint,
    Customer,
    Delivery,
    Message,
    OneTimeCode,
    Order,
    Ticket,
    now,
)
from helpdesk.models.order import Money
from helpdesk.queries.bot_orders import order_for
from helpdesk.queries.code_addresses import may_offer
from helpdesk.queries.visitor_transcript import news, point_of
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.one_time_code import MASK, MOST_OF_ASKER, MOST_TO_ADDRESS
from tests.factories import Mail, make_agent, receive
from tests.standins.rasa import RasaStandIn
from tests.turns.conftest import Chat, take_all

ANN = "ann@fjell.example"
SAID_SO = [{"kind": "email", "value": ANN, "proof": "none"}]


@pytest.fixture
def mailbox(desk: Desk) -> int:
    return inboxes.add_inbox(
        desk, SYSTEM, channel="email", address="support@tarnfold.example", name="Support"
    )


def customer(desk: Desk, *addresses: tuple[str, str, bool]) -> int:
    """A customer with (kind, address, verified)."""
    with desk.write() as session:
        somebody = Customer(name="Ann Fjell")
        for kind, value, is_verified in addresses:
            point = ContactPoint.of(Address(ContactKind(kind), value))
            point.verified_at = now() if is_verified else None
            somebody.contact_points.append(point)
        session.add(somebody)
        session.flush()
        return somebody.id


def order(desk: Desk, number: str, owner: int) -> None:
    with desk.write() as session:
        session.add(
            Order(
                external_id=number, customer_id=owner, summary="Two-person tent",
                placed_at=datetime(2026, 11, 2, tzinfo=UTC), state="shipped",
                total=Money(Decimal("129.00"), "GBP"),
            )
        )  # fmt: skip


@pytest.fixture
def ann(desk: Desk, mailbox: int) -> int:
    """A customer whose mail address is verified, with an order."""
    owner = customer(desk, ("email", ANN, True))
    order(desk, "T-1001", owner)
    return owner


@pytest.fixture
def says(desk: Desk, chat: Chat, rasa: Rasa) -> Callable[..., None]:
    """A visitor who only said that the address is theirs; the bot takes its turn."""

    def says(words: str) -> None:
        chat.say(words, claims=SAID_SO)
        take_all(desk, rasa)

    return says


def leaving(desk: Desk) -> list[OutboundMessage]:
    """What is on its way out over the outbox, claimed, chat aside."""
    claims = [deliveries.claim(desk, number) for number in deliveries.due(desk)]
    return [claim.message for claim in claims if claim and claim.channel != "chat"]


def code_in(mail: OutboundMessage) -> str:
    (code,) = re.findall(r"\b\d{6}\b", mail.text)
    return str(code)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def state(desk: Desk, ticket: int, number: str = "T-1001") -> str:
    with desk.read() as session:
        return order_for(session, ticket, number).state


def heard(rasa_process: RasaStandIn) -> tuple[str, str]:
    last = rasa_process.heard()[-1]
    return last["message"], last["metadata"]["code"]


def test_promise_3_a_code_sent_to_the_orders_address_opens_the_order(
    desk: Desk, chat: Chat, ann: int, says: Callable[..., None], rasa_process: RasaStandIn
) -> None:
    says("hello")
    assert state(desk, chat.ticket) == "unproved"
    with desk.read() as session:
        assert order_for(session, chat.ticket, "T-1001").may_send_code
    says("code T-1001")
    (mail,) = leaving(desk)
    code = code_in(mail)
    assert (mail.recipient, mail.reply_to, mail.references) == (ANN, "", ())
    assert "T-1001" not in mail.text + mail.subject
    assert state(desk, chat.ticket) == "unproved"
    says(f"it is {code}")
    assert heard(rasa_process) == (f"it is {MASK}", "right")
    assert state(desk, chat.ticket) == "verified"
    row = chat.row()
    assert (row.customer_id, row.owner) == (ann, "bot")
    with desk.read() as session:
        proved = session.scalars(
            select(AuditEvent).where(AuditEvent.event == "customer.proved")
        ).one()
        assert proved.data["address"] == ANN


def test_promise_3_a_code_stands_nowhere_but_in_the_mail(
    desk: Desk, chat: Chat, ann: int, says: Callable[..., None]
) -> None:
    says("code T-1001")
    (mail,) = leaving(desk)
    code = code_in(mail)
    says(code)
    with desk.read() as session:
        messages = session.scalars(select(Message)).all()
        said = [m.text + m.new_text + m.tokens + m.subject + str(m.facts) for m in messages]
        kept = [str(vars(row)) for noun in (OneTimeCode, AuditEvent, Delivery, BotTurn, Ticket)
                for row in session.scalars(select(noun))]  # fmt: skip
    assert not [words for words in said + kept if code in words]
    assert any(MASK in words for words in said)


def test_the_visitors_page_shows_nothing_of_the_note(
    desk: Desk, chat: Chat, ann: int, says: Callable[..., None]
) -> None:
    says("code T-1001")
    with desk.read() as session:
        point = point_of(session, chat.visitor)
        assert point is not None
        shown = news(session, point.actor, {})
    assert [m.text for m in shown.messages] == ["code T-1001", "A code is on its way."]


def test_promise_3_an_order_of_others_and_one_that_is_not_leave_the_same_marks(
    desk: Desk, chat: Chat, ann: int, rasa: Rasa, client: FlaskClient
) -> None:
    """What the API says, what the transcript counts, and what a delivery changes later."""
    order(desk, "T-2002", customer(desk, ("email", "bob@shore.example", True)))
    marks = []
    for number, visitor in (("T-1001", "a"), ("T-2002", "b"), ("T-9999", "c")):
        talk = Chat(desk, chat.inbox, f"v_{visitor:>032}".replace(" ", "0"))
        talk.say(f"code {number}", claims=SAID_SO)
        asked = client.get(
            f"/bot/orders/{number}?ticket={talk.ticket}&epoch=0",
            headers={"Authorization": f"Bearer {desk.bot_token}"},
        )
        take_all(desk, rasa)
        for delivery in deliveries.due(desk):
            claim = deliveries.claim(desk, delivery)
            if claim and claim.channel == "email":
                deliveries.failed(desk, delivery, "Mailbox full.")
        row = talk.row()
        talk.say("000000")
        marks.append((asked.json, row.last_seq, row.version, talk.transcript()))
    assert marks[0][0] == {"state": "unproved", "code": True}
    assert [m[:3] for m in marks] == [marks[0][:3]] * 3
    with desk.read() as session:
        sent = session.scalars(select(Delivery.recipient).where(Delivery.channel == "email")).all()
        facts = session.scalars(select(Message.facts).where(Message.direction == "inbound")).all()
    assert sent == [ANN]
    assert [f["code"] for f in facts if "code" in f] == ["wrong"] * 3


@pytest.fixture
def client(desk: Desk) -> FlaskClient:
    return create_app(desk).test_client()


def test_promise_3_five_wrong_codes_and_the_right_one_counts_no_more(
    desk: Desk, chat: Chat, ann: int, says: Callable[..., None], rasa_process: RasaStandIn
) -> None:
    says("code T-1001")
    (mail,) = leaving(desk)
    outcomes = []
    for _ in range(5):
        says(wrong(code_in(mail)))
        outcomes.append(heard(rasa_process)[1])
    says(code_in(mail))
    outcomes.append(heard(rasa_process)[1])
    assert outcomes == ["wrong"] * 4 + ["spent"] * 2
    assert state(desk, chat.ticket) == "unproved"


def test_promise_3_a_code_is_valid_for_ten_minutes(
    desk: Desk, chat: Chat, ann: int, says: Callable[..., None], rasa_process: RasaStandIn
) -> None:
    says("code T-1001")
    (mail,) = leaving(desk)
    with desk.write() as session:
        session.execute(update(OneTimeCode).values(created_at=now() - timedelta(minutes=10.1)))
    says(code_in(mail))
    assert heard(rasa_process)[1] == "expired"
    assert state(desk, chat.ticket) == "unproved"


def test_promise_3_only_who_asked_for_a_code_may_enter_it(
    desk: Desk, chat: Chat, ann: int, says: Callable[..., None], rasa: Rasa
) -> None:
    says("code T-1001")
    (mail,) = leaving(desk)
    other = Chat(desk, chat.inbox, f"v_{'e' * 32}")
    other.say(code_in(mail))
    take_all(desk, rasa)
    assert state(desk, other.ticket) == "unproved"
    assert other.transcript()[0] == ("customer", code_in(mail))  # to them it is just a number


def test_a_newer_code_replaces_the_older(
    desk: Desk, chat: Chat, ann: int, says: Callable[..., None], rasa_process: RasaStandIn
) -> None:
    says("code T-1001")
    says("code T-1001")
    first, second = (code_in(mail) for mail in leaving(desk))
    says(first)
    assert heard(rasa_process)[1] == "wrong"
    says(second)
    assert heard(rasa_process)[1] == "right"


def test_codes_of_one_asker_are_capped(
    desk: Desk, chat: Chat, ann: int, says: Callable[..., None]
) -> None:
    for _ in range(MOST_OF_ASKER + 2):
        says("code T-9999")
    with desk.read() as session:
        assert len(session.scalars(select(OneTimeCode)).all()) == MOST_OF_ASKER
        assert not may_offer(session, chat.ticket)


def test_codes_to_one_address_are_capped_whoever_asks(
    desk: Desk, chat: Chat, ann: int, rasa: Rasa
) -> None:
    for number in range(MOST_TO_ADDRESS + 2):
        talk = Chat(desk, chat.inbox, f"v_{number:032}")
        talk.say("code T-1001", claims=SAID_SO)
        take_all(desk, rasa)
    assert len(leaving(desk)) == MOST_TO_ADDRESS
    with desk.read() as session:
        assert len(session.scalars(select(OneTimeCode)).all()) == MOST_TO_ADDRESS + 2


def test_a_visitor_who_named_no_address_is_offered_no_code(
    desk: Desk, chat: Chat, ann: int, rasa: Rasa
) -> None:
    chat.say("code T-1001")
    take_all(desk, rasa)
    with desk.read() as session:
        assert not may_offer(session, chat.ticket)
        assert session.scalars(select(OneTimeCode)).all() == []


def test_promise_3_an_address_that_was_merely_added_to_a_record_gets_no_code(
    desk: Desk, chat: Chat, mailbox: int, says: Callable[..., None]
) -> None:
    """Somebody put their own address beside one that nobody has verified yet."""
    order(desk, "T-1001", customer(desk, ("email", ANN, False), ("email", "m@evil.example", False)))
    says("code T-1001")
    assert leaving(desk) == []


def test_the_only_address_of_a_record_is_verified_by_its_code(
    desk: Desk, chat: Chat, mailbox: int, says: Callable[..., None]
) -> None:
    order(desk, "T-1001", customer(desk, ("email", ANN, False)))
    says("code T-1001")
    (mail,) = leaving(desk)
    says(code_in(mail))
    assert state(desk, chat.ticket) == "verified"
    with desk.read() as session:
        point = session.scalars(select(ContactPoint).where(ContactPoint.value == ANN)).one()
    assert (point.verified_by, point.is_verified) == ("code", True)


def test_an_answer_to_the_code_mail_does_not_land_in_the_askers_talk(
    desk: Desk, chat: Chat, ann: int, says: Callable[..., None]
) -> None:
    says("code T-1001")
    (mail,) = leaving(desk)
    reply = Mail(text="I did not ask for this!", sender=f"Ann <{ANN}>", subject="Re: code",
                 headers={"In-Reply-To": mail.key, "References": mail.key})  # fmt: skip
    found = receive(desk, reply)
    assert found.ticket != chat.ticket


def test_after_a_person_took_over_no_code_leaves(
    desk: Desk, chat: Chat, ann: int, says: Callable[..., None]
) -> None:
    says("code T-1001")
    handovers.take_over(desk, make_agent(desk), chat.ticket)
    assert leaving(desk) == []


def test_a_turn_that_is_done_again_proves_once(
    desk: Desk, chat: Chat, ann: int, says: Callable[..., None]
) -> None:
    from helpdesk.actions import code_proof

    says("code T-1001")
    (mail,) = leaving(desk)
    says(code_in(mail))
    code_proof.put_on_record(desk, chat.ticket)
    with desk.read() as session:
        events = session.scalars(select(AuditEvent.event)).all()
    assert events.count("customer.proved") == 1


def test_in_chinese_the_mail_is_too(desk: Desk, chat: Chat, ann: int, rasa: Rasa) -> None:
    chat.say("code T-1001 我的订单", claims=SAID_SO)
    take_all(desk, rasa)
    (mail,) = leaving(desk)
    assert "验证码" in mail.subject + mail.text
    code_in(mail)


def test_promise_3_by_text_message_the_code_goes_to_the_number_that_asks(
    desk: Desk, at_once: None, rasa: Rasa, rasa_process: RasaStandIn
) -> None:
    """A text's sender can be forged; a code that was read there cannot."""
    numbers = {"account_sid": "AC" + "0" * 32, "auth_token": "0" * 32, "bot": True}
    sms = inboxes.add_inbox(
        desk, SYSTEM, channel="sms", address="+447700900123", name="Texts", settings=numbers
    )
    order(desk, "T-1001", customer(desk, ("phone", "+447911000001", False)))
    ticket = text(desk, sms, "code T-1001", 1)
    take_all(desk, rasa)
    replies = leaving(desk)
    (mail,) = [m for m in replies if re.search(r"\b\d{6}\b", m.text)]
    assert (mail.recipient, mail.channel) == ("+447911000001", "sms")
    assert text(desk, sms, code_in(mail), 2) == ticket
    take_all(desk, rasa)
    assert heard(rasa_process) == (MASK, "right")
    assert state(desk, ticket) == "verified"
    with desk.write() as session:
        session.execute(update(OneTimeCode).values(settled_at=now() - timedelta(minutes=31)))
    assert state(desk, ticket) == "unproved"


def text(desk: Desk, inbox: int, words: str, number: int) -> int:
    form = {
        "MessageSid": f"SM{number:032x}", "AccountSid": "AC" + "0" * 32, "Body": words,
        "From": "+447911000001", "To": "+447700900123", "NumMedia": "0",
    }  # fmt: skip
    raw = urlencode(form).encode()
    kept = intake.accept(desk, inbox, raw, key=form["MessageSid"], meta={"event": "message"})
    found = intake.attach(desk, kept.envelope_id)
    assert found.ticket is not None, found
    return found.ticket
