"""Whole conversations: the shop's desk with its articles, the trained bot, mail, each really there.

Slow: the demo company is planted, its articles are read by the encoder, and Rasa is killed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from helpdesk.models import (
    BotTurn,
    ContactPoint,
    Customer,
    Message,
    Order,
    Ticket,
    Understanding,
)
from tests.bot.real_desk import RealDesk, WidgetCustomer
from tests.factories import Mail
from tests.patience import eventually
from tests.servers.planted import Nursery
from tests.servers.smtp_sink import SmtpSink

pytestmark = pytest.mark.slow

WITHIN = 5.0  # seconds, whatever happens


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, smtp_sink_server: SmtpSink, nursery: Nursery
) -> Iterator[RealDesk]:
    desk = RealDesk(tmp_path_factory.mktemp("shop"), smtp_sink_server)
    yield desk.start(nursery)
    desk.stop()


@pytest.fixture
def well(shop: RealDesk, smtp_sink: SmtpSink) -> RealDesk:
    """With Rasa in service, and not resting from a silence."""
    eventually(lambda: shop.bot.model_in_service is not None, 120)
    return shop


def intents(shop: RealDesk, ticket: int) -> list[str]:
    """What Rasa understood; "" where something stood in for it."""
    with shop.record.read() as session:
        found = (
            select(Understanding.intent)
            .join(Message, Message.id == Understanding.message_id)
            .where(Message.ticket_id == ticket)
            .order_by(Understanding.id)
        )
        return list(session.scalars(found))


def owner(shop: RealDesk, ticket: int) -> str:
    with shop.record.read() as session:
        return session.get_one(Ticket, ticket).owner


def answered_once(shop: RealDesk, ticket: int) -> None:
    """As many words of the bot as turns that spoke, no turn left, none settled twice."""
    with shop.record.read() as session:
        turns = session.scalars(select(BotTurn.state).where(BotTurn.ticket_id == ticket)).all()
        spoken = session.scalar(
            select(func.count(Message.id)).where(
                Message.ticket_id == ticket,
                Message.author_kind == "bot",
                Message.visibility == "public",
            )
        )
    assert "due" not in turns
    assert spoken == len([state for state in turns if state in ("answered", "stood_in")])


@pytest.mark.parametrize(
    ("question", "slug_language"),
    [("How can I return a jacket?", "/help/en/"), ("请问怎么退货？", "/help/zh")],
)
def test_by_chat_the_trained_bot_answers_from_the_shops_articles(
    well: RealDesk, question: str, slug_language: str
) -> None:
    ann = well.customer()
    assert slug_language in ann.asks(question, within=10)
    eventually(lambda: intents(well, ann.ticket) == ["return_item"])


def test_promise_2_rasa_killed_in_the_middle_is_never_silence_and_never_a_second_voice(
    well: RealDesk,
) -> None:
    """Twice over: once while it thinks, once between two messages."""
    for way in ("while it thinks", "between"):
        eventually(lambda: well.bot.model_in_service is not None, 120)
        time.sleep(11)  # after a silence the desk lets Rasa rest for ten seconds
        ann = well.customer()
        ann.asks("hello", within=10)
        if way == "between":
            well.kill_rasa()
        began = ann.say("How can I return a jacket?")
        if way == "while it thinks":
            time.sleep(0.31)  # a turn is taken 300 ms after the last word
            well.kill_rasa()
        ann.hears(WITHIN, began, more_than=1)
        others = [well.customer() for _ in range(3)]
        for other, words in zip(others, ("请问怎么退货？", "blorp zzkt?", "hello"), strict=True):
            other.asks(words, WITHIN)
        while owner(well, ann.ticket) == "bot" and len(ann.heard) < 4:
            ann.asks("And how long may that take?", WITHIN)
        eventually(lambda: well.bot.model_in_service is not None, 120)
        time.sleep(11)
        next_one = well.customer()
        assert "/help/en/" in next_one.asks("How can I return a jacket?", within=10)
        assert intents(well, next_one.ticket) == ["return_item"]
        time.sleep(1)
        for customer in (ann, *others, next_one):
            answered_once(well, customer.ticket)


# Mail


def mails_to(sink: SmtpSink, address: str) -> list[str]:
    return [
        received.message.get_content() for received in sink.messages
        if address in received.recipients
    ]  # fmt: skip


def take_in(shop: RealDesk, tmp_path, sender: str, text: str) -> int:  # type: ignore[no-untyped-def]
    import json

    path = tmp_path / "mail.eml"
    path.write_bytes(bytes(Mail(text=text, sender=sender, subject="A question")))
    told = shop.web.run("ingest", "email", str(path), "--json").stdout
    return int(json.loads(told)["ticket"])


MAILS = [
    ("en", "How do I wash a down jacket?", True),
    ("zh", "怎么退货？", True),
    ("hant", "羽絨服怎麼洗？", True),
    ("anger", "I am furious about how you handled the return of my jacket!", False),
    ("怒", "太过分了！我非常生气，退货都没人处理！", False),
    ("person", "I want to talk to a person about how to return a jacket.", False),
    ("off", "Who won the football last night?", False),
]  # fmt: skip


def test_promise_2_by_mail_one_suggestion_where_an_article_is_an_answer(
    well: RealDesk,
    smtp_sink: SmtpSink,
    tmp_path,  # type: ignore[no-untyped-def]
) -> None:
    """In both languages; and however often they write again, the ticket stays people's."""
    tickets = {}
    for number, (name, text, _) in enumerate(MAILS):
        tickets[name] = take_in(well, tmp_path, f"c{number}@fjell.example", text)
    eventually(lambda: all(_settled(well, ticket) for ticket in tickets.values()), 30)
    time.sleep(2)
    for number, (name, _, is_answered) in enumerate(MAILS):
        sent = mails_to(smtp_sink, f"c{number}@fjell.example")
        why = _settled(well, tickets[name])
        assert len(sent) == (1 if is_answered else 0), (name, sent, why)
        assert all("/help/" in words for words in sent)
        assert owner(well, tickets[name]) == "people"
    assert "down jacket" in mails_to(smtp_sink, "c0@fjell.example")[0]
    assert (
        "人工" in mails_to(smtp_sink, "c1@fjell.example")[0]
        or "退货" in mails_to(smtp_sink, "c1@fjell.example")[0]
    )
    assert "羽絨" in mails_to(smtp_sink, "c2@fjell.example")[0]


def _settled(shop: RealDesk, ticket: int) -> list[str]:
    """How the ticket's turns ended, and why; [] while one is due."""
    with shop.record.read() as session:
        found = select(BotTurn.state, BotTurn.reason).where(BotTurn.ticket_id == ticket)
        turns = session.execute(found.order_by(BotTurn.id)).all()
    return [] if any(t.state == "due" for t in turns) else [f"{t.state} {t.reason}" for t in turns]


# Proof by a one-time code


def order_of_somebody(shop: RealDesk) -> tuple[str, str]:
    """An order of the demo company, and the verified address of its customer."""
    with shop.record.read() as session:
        order, address = session.execute(
            select(Order.external_id, ContactPoint.value)
            .join(Customer, Customer.id == Order.customer_id)
            .join(ContactPoint, ContactPoint.customer_id == Customer.id)
            .where(ContactPoint.kind == "email", ContactPoint.verified_at.is_not(None))
            .order_by(Order.id)
            .limit(1)
        ).one()  # fmt: skip
    return order, address


@pytest.mark.parametrize(
    ("asks", "yes", "offered", "told"),
    [
        ("where is my order {}?", "yes please", "code of six digits", "placed on"),
        ("帮我查一下订单{}到哪了", "好的", "六位数的验证码", "下单日期"),
    ],
)
def test_promise_3_a_code_from_the_mailbox_opens_the_order(
    well: RealDesk, smtp_sink: SmtpSink, asks: str, yes: str, offered: str, told: str
) -> None:
    number, address = order_of_somebody(well)
    ann = well.customer(email=address)
    assert offered in ann.asks(asks.format(number), within=10)
    ann.asks(yes, within=10)
    eventually(lambda: mails_to(smtp_sink, address), 10)
    (code,) = re.findall(r"\b\d{6}\b", mails_to(smtp_sink, address)[-1])
    wrong = f"{(int(code) + 1) % 10**6:06}"
    before = ann.asks(wrong, within=10)
    assert told not in before
    assert told in ann.asks(code, within=10)
    with well.record.read() as session:
        said = session.scalars(select(Message.text).where(Message.ticket_id == ann.ticket)).all()
    assert not [words for words in said if code in words or wrong in words]
    assert code not in well.web.log
    assert all(code not in log.read_text() for log in well.bot.folder.rglob("*.log"))


def test_a_widget_customer_hears_each_answer_once(well: RealDesk) -> None:
    """The test's own customer: what it counts are answers, not repeats of its polling."""
    customer: WidgetCustomer = well.customer()
    customer.asks("hello", within=10)
    for _ in range(3):
        customer.listen()
    assert len(customer.heard) == 1
