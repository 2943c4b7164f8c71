"""Made-up tickets: rows that the models read, words that the search finds, ids that go on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from helpdesk.actions import customer_words, stages
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Customer, CustomerWord, Message, Order, Ticket, now
from helpdesk.queries.search import search
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.search_words import search_words
from helpdesk.seeds.bulk import plant_bulk
from helpdesk.seeds.company import plant_company
from tests.factories import Mail, receive


@pytest.fixture(scope="module")
def crowded(shared_desk: Desk) -> Desk:
    plant_company(shared_desk)
    plant_bulk(shared_desk, 2400, now(), lambda count: None)
    return shared_desk


def test_statuses_are_spread_as_on_a_real_desk(crowded: Desk) -> None:
    with crowded.read() as session:
        shares = {
            status: count / 2400
            for status, count in session.execute(
                select(Ticket.status, func.count()).group_by(Ticket.status)
            )
        }
    assert 0.65 < shares["resolved"] + shares["closed"] < 0.80
    assert 0.08 < shares["open"] < 0.16
    assert 0.07 < shares["waiting"] < 0.13
    assert 0.01 < shares["snoozed"] < 0.05


def test_words_are_those_that_the_real_index_would_have(crowded: Desk) -> None:
    question = select(Message, Ticket.subject).join(Ticket, Ticket.id == Message.ticket_id)
    with crowded.read() as session:
        for message, subject in session.execute(question.order_by(Message.id).limit(80)):
            tokens = set(message.tokens.split())
            assert set(search_words(message.text)) <= tokens
            assert set(search_words(subject)) <= tokens
            assert set(search_words(message.author_name)) <= tokens


def test_a_customer_is_found_by_the_order(crowded: Desk) -> None:
    with crowded.read() as session:
        message = session.scalars(select(Message).where(Message.seq == 1).limit(1)).one()
        order = session.scalars(select(Order).where(Order.customer_id == message.author_id)).one()
        rows = search(session, SYSTEM, order.external_id).rows
    assert message.ticket_id in [row.id for row in rows]


def test_nothing_is_left_to_be_caught_up(crowded: Desk) -> None:
    assert customer_words.index_missing(crowded) == 0
    assert stages.compute_due(crowded) == 0


def test_a_customers_words_and_stage_are_those_that_the_desk_would_make(crowded: Desk) -> None:
    with crowded.write() as session:
        customers = session.scalars(select(Customer).where(Customer.id % 17 == 0)).all()
        before = [(one.stage, one.stage_why, one.stage_due_at) for one in customers]
        words = [_words(session, one) for one in customers]
        for one in customers:
            customer_words.index(session, one)
            one.stage_due_at = None
        assert [_words(session, one) for one in customers] == words
    assert stages.compute_due(crowded, limit=100) == len(customers)
    with crowded.read() as session:
        after = [session.get_one(Customer, one.id) for one in customers]
    assert [(one.stage, one.stage_why, one.stage_due_at) for one in after] == before
    assert {one.stage for one in after} > {"active", "lapsed"}


def _words(session: Session, one: Customer) -> set[str]:
    return set(session.scalars(select(CustomerWord.word).where(CustomerWord.customer_id == one.id)))


def test_every_row_reads_back_through_the_models(crowded: Desk) -> None:
    with crowded.read() as session:
        for ticket in session.scalars(select(Ticket).order_by(Ticket.id).limit(300)):
            messages = session.scalars(
                select(Message).where(Message.ticket_id == ticket.id).order_by(Message.seq)
            ).all()
            assert [m.seq for m in messages] == list(range(1, ticket.last_seq + 1))
            assert messages[0].facts == {}
            assert isinstance(messages[0].to, list)
            assert messages[0].contact_point_id is not None
            assert ticket.created_at <= ticket.changed_at <= now()
            assert ticket.created_at > now() - timedelta(days=800)
            if ticket.status == "snoozed":
                assert ticket.queue_at == ticket.snoozed_until > now()


def test_what_comes_after_gets_the_next_numbers(crowded: Desk) -> None:
    outcome = receive(crowded, Mail(text="Quite new"))
    assert outcome.outcome == "created"
    assert (outcome.ticket or 0) > 2400
    with crowded.read() as session:
        assert [row.id for row in search(session, SYSTEM, "quite new").rows] == [outcome.ticket]


def test_no_address_could_be_anybodys(crowded: Desk) -> None:
    with crowded.read() as session:
        mails = session.scalars(select(ContactPoint.value).where(ContactPoint.kind == "email"))
        assert all(value.endswith(".example") for value in mails)
        phones = session.scalars(select(ContactPoint.value).where(ContactPoint.kind == "phone"))
        assert all(value.startswith("+447700900") for value in phones)
        assert session.scalar(select(func.count()).select_from(Customer)) > 500


def test_the_trigger_is_back_in_its_place(crowded: Desk) -> None:
    if not crowded.database.is_sqlite:
        pytest.skip("only SQLite has it")
    with crowded.read() as session:
        triggers = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        assert "messages_search_insert" in set(triggers)


def test_the_same_tickets_every_time(sqlite_desk: Callable[[], Desk]) -> None:
    moment, texts = now(), []
    for desk in (sqlite_desk(), sqlite_desk()):
        plant_company(desk)
        plant_bulk(desk, 100, moment, lambda count: None)
        with desk.read() as session:
            texts.append(session.scalars(select(Message.text).order_by(Message.id)).all())
    assert texts[0] == texts[1]
