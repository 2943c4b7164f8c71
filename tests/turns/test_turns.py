"""The bot's turns over both databases: owed, taken, answered once, dropped when people spoke."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from helpdesk.actions import bot_answers, bot_turns, handovers, replies, sessions, tickets
from helpdesk.desk import Desk
from helpdesk.jobs.bot_turn import take_turn
from helpdesk.jobs.rasa import Rasa
from helpdesk.models import (
    AgentSession,
    AuditEvent,
    BotTurn,
    ContactPoint,
    Delivery,
    Inbox,
    Message,
    NotPossible,
    Ticket,
    TrainingCandidate,
    Understanding,
    now,
)
from helpdesk.rules.bot_reply import BotReply
from helpdesk.rules.status import Status
from tests.factories import make_agent
from tests.standins.rasa import RasaStandIn
from tests.turns.conftest import Chat, take_all


def test_the_bot_answers_in_its_ticket_and_the_customer_owes_the_next_word(
    desk: Desk, chat: Chat, rasa: Rasa
) -> None:
    chat.say("answer returns")
    take_all(desk, rasa)
    assert chat.transcript() == [("customer", "answer returns"), ("bot", "See returns.")]
    row = chat.row()
    assert (row.owner, row.status, row.bot_epoch) == ("bot", "waiting", 0)
    with desk.read() as session:
        known = session.scalars(select(Understanding)).one()
        assert (known.intent, known.outcome, known.question) == (
            "ask_article", "answered", "answer returns",
        )  # fmt: skip
        assert known.articles == [{"slug": "returns", "score": 7.5, "confidence": 0.9}]
        assert session.scalars(select(Delivery.bot_epoch)).one() == 0


def test_two_quick_messages_make_one_turn_over_both(
    desk: Desk, chat: Chat, rasa: Rasa, rasa_process: RasaStandIn
) -> None:
    chat.say("My tent")
    chat.say("hello")
    assert len(bot_turns.due(desk)) == 1
    take_all(desk, rasa)
    heard = rasa_process.heard()[-1]
    assert heard["message"] == "My tent\nhello"
    assert heard["sender"] == f"{chat.ticket}:0"
    assert {
        name: heard["metadata"][name]
        for name in ("ticket", "epoch", "through_seq", "channel", "locale", "verified")
    } == {
        "ticket": chat.ticket, "epoch": 0, "through_seq": 2, "channel": "chat", "locale": "en",
        "verified": False,
    }  # fmt: skip
    assert [who for who, _ in chat.transcript()] == ["customer", "customer", "bot"]


def test_what_is_said_while_rasa_thinks_is_a_turn_of_its_own(
    desk: Desk, chat: Chat, rasa: Rasa
) -> None:
    chat.say("hello")
    taken = bot_turns.claim(desk, bot_turns.due(desk)[0])
    assert taken is not None
    chat.say("answer returns")
    assert bot_turns.due(desk) == []
    bot_answers.answer(desk, taken, BotReply(text="Hello."), "en")
    assert [turn.through_seq for turn in chat.turns()] == [1, 2]
    take_all(desk, rasa)
    assert [words for _, words in chat.transcript()] == [
        "hello", "answer returns", "Hello.", "See returns.",
    ]  # fmt: skip
    assert [turn.state for turn in chat.turns()] == ["answered", "answered"]


@pytest.mark.parametrize("how", ["reply", "assign", "take_over"])
def test_an_answer_that_comes_after_a_person_is_dropped(desk: Desk, chat: Chat, how: str) -> None:
    chat.say("hello")
    taken = bot_turns.claim(desk, bot_turns.due(desk)[0])
    assert taken is not None
    mei = make_agent(desk)
    if how == "reply":
        replies.send(desk, mei, chat.ticket, "I am here.")
    elif how == "assign":
        tickets.assign(desk, mei, chat.ticket, mei.id)
    else:
        handovers.take_over(desk, mei, chat.ticket)
    bot_answers.answer(desk, taken, BotReply(text="Too late."), "en")
    assert "bot" not in [who for who, _ in chat.transcript()]
    row = chat.row()
    assert (row.owner, row.bot_epoch) == ("people", 1)
    assert row.status == ("waiting" if how == "reply" else "open")
    assert [turn.state for turn in chat.turns()] == ["dropped"]
    with desk.read() as session:
        events = session.scalars(select(AuditEvent.event)).all()
    assert events.count("ticket.taken_over") == 1


def test_an_answer_that_comes_twice_is_said_once(desk: Desk, chat: Chat) -> None:
    chat.say("hello")
    taken = bot_turns.claim(desk, bot_turns.due(desk)[0])
    assert taken is not None
    for _ in range(3):
        bot_answers.answer(desk, taken, BotReply(text="Hello."), "en")
    assert [who for who, _ in chat.transcript()] == ["customer", "bot"]


def test_a_turn_whose_worker_died_is_taken_again_and_the_dead_ones_answer_counts_no_more(
    desk: Desk, chat: Chat, rasa: Rasa
) -> None:
    chat.say("hello")
    (turn,) = bot_turns.due(desk)
    dead = bot_turns.claim(desk, turn)
    assert dead is not None
    assert bot_turns.due(desk) == []
    with desk.write() as session:
        session.execute(update(BotTurn).values(lease_until=now() - timedelta(seconds=1)))
    again = bot_turns.claim(desk, turn)
    assert again is not None
    assert bot_answers.answer(desk, dead, BotReply(text="From the dead."), "en") is None
    bot_answers.answer(desk, again, BotReply(text="From the living."), "en")
    assert chat.transcript()[1:] == [("bot", "From the living.")]


def test_the_bot_hears_that_people_are_here_while_one_has_a_page_open_and_says_nothing(
    desk: Desk, chat: Chat, rasa: Rasa, rasa_process: RasaStandIn
) -> None:
    def people_are_here() -> bool:
        chat.say("hello")
        take_all(desk, rasa)
        return bool(rasa_process.heard()[-1]["metadata"]["people_here"])

    assert not people_are_here()
    mei = make_agent(desk)
    number = sessions.begin(desk, mei)
    assert people_are_here()
    with desk.write() as session:
        session.execute(update(AgentSession).values(seen_at=now() - timedelta(minutes=3)))
    assert not people_are_here(), "the page was closed"
    sessions.seen(desk, [number])
    assert people_are_here()
    sessions.end(desk, mei, number)
    assert not people_are_here()


def test_the_bot_hears_how_often_the_customer_has_come_this_week(
    desk: Desk, chat: Chat, rasa: Rasa, rasa_process: RasaStandIn
) -> None:
    mei = make_agent(desk)
    before = []
    for _ in range(5):
        chat.say("hello")
        take_all(desk, rasa)
        before.append(chat.ticket)
        tickets.change_status(desk, mei, chat.ticket, Status.CLOSED)
    with desk.write() as session:
        session.execute(
            update(Ticket)
            .where(Ticket.id.in_(before[:2]))
            .values(created_at=now() - timedelta(days=8))
        )
    chat.say("hello again")
    take_all(desk, rasa)
    assert chat.ticket not in before
    assert rasa_process.heard()[-1]["metadata"]["contacts_lately"] == 3


def test_a_handoff_carries_its_summary_and_the_ticket_waits_for_a_person(
    desk: Desk, chat: Chat, rasa: Rasa
) -> None:
    chat.say("handoff anger")
    take_all(desk, rasa)
    row = chat.row()
    assert (row.owner, row.status, row.bot_epoch) == ("people", "open", 1)
    assert chat.transcript()[-1] == ("bot", "I hand you to a person.")
    with desk.read() as session:
        note = session.scalars(select(Message).where(Message.visibility == "note")).one()
        event = session.scalars(
            select(AuditEvent).where(AuditEvent.event == "ticket.handed_off")
        ).one()
        delivery = session.scalars(select(Delivery)).one()
    assert note.facts["handoff"] == {
        "reason": "anger",
        "asked": ["Where is my parcel?"],
        "tried": ["track-your-order"],
        "collected": ["order: T-1001"],
    }
    assert (event.data["why"], event.data["channel"]) == ("anger", "chat")
    assert delivery.bot_epoch == 1
    chat.say("Are you there?")
    assert bot_turns.due(desk) == []


def test_the_email_of_the_bots_form_is_on_the_record_and_unproved(
    desk: Desk, chat: Chat, rasa: Rasa
) -> None:
    chat.say("form")
    take_all(desk, rasa)
    row = chat.row()
    assert (row.subject, row.owner) == ("Torn tent", "people")
    with desk.read() as session:
        point = session.scalars(select(ContactPoint).where(ContactPoint.kind == "email")).one()
        assert (point.customer_id, point.value) == (row.customer_id, "a@b.example")
        assert point.verified_at is None
        told = session.scalars(
            select(AuditEvent.data).where(AuditEvent.event == "visitor.left_address")
        ).one()
        assert told["address"] == "a@b.example"


def test_what_is_no_email_becomes_no_address(desk: Desk, chat: Chat) -> None:
    chat.say("form")
    taken = bot_turns.claim(desk, bot_turns.due(desk)[0])
    assert taken is not None
    form = {"do": "open_ticket", "subject": "Tent", "text": "It tore.", "email": "a@b\nBcc: c@d"}
    bot_answers.answer(desk, taken, BotReply(text="Done.", commands=(form,)), "en")
    with desk.read() as session:
        assert session.scalars(select(ContactPoint.kind)).all() == ["visitor"]


def test_twice_not_understood_is_a_handoff_whatever_rasa_thinks(
    desk: Desk, chat: Chat, rasa: Rasa
) -> None:
    for _ in range(2):
        chat.say("unsure")
        take_all(desk, rasa)
    assert chat.row().owner == "people"
    assert "handing this to a person" in chat.transcript()[-1][1]
    with desk.read() as session:
        candidates = session.scalars(select(TrainingCandidate)).all()
    assert [(c.text, c.source, c.understood_as) for c in candidates] == [
        ("unsure", "fallback", "nlu_fallback")
    ] * 2


def test_handed_back_the_bot_answers_what_nobody_has_in_a_new_epoch(
    desk: Desk, chat: Chat, rasa: Rasa, rasa_process: RasaStandIn
) -> None:
    mei = make_agent(desk)
    chat.say("handoff")
    take_all(desk, rasa)
    replies.send(desk, mei, chat.ticket, "You get a new pole.")
    chat.say("answer returns")
    handovers.hand_back(desk, mei, chat.ticket, "A new pole is on its way.")
    take_all(desk, rasa)
    heard = rasa_process.heard()[-1]
    assert (heard["sender"], heard["message"]) == (f"{chat.ticket}:2", "answer returns")
    assert heard["metadata"]["settled"] == "A new pole is on its way."
    assert heard["metadata"]["collected"] == {"order": "T-1001"}
    assert chat.transcript()[-1] == ("bot", "See returns.")
    with pytest.raises(NotPossible):
        handovers.hand_back(desk, mei, chat.ticket)


def test_a_helpful_answer_is_noted_and_the_ticket_resolved_by_the_bot(
    desk: Desk, chat: Chat, rasa: Rasa
) -> None:
    chat.say("answer returns")
    take_all(desk, rasa)
    chat.say("thanks")
    take_all(desk, rasa)
    assert chat.row().status == "resolved"
    with desk.read() as session:
        first = session.scalars(select(Understanding).order_by(Understanding.id)).first()
    assert first is not None
    assert first.helped is True


def test_an_order_is_not_told_to_who_proved_nothing(desk: Desk, chat: Chat, rasa: Rasa) -> None:
    chat.say("verify")
    take_all(desk, rasa)
    assert "somebody who has signed in" in chat.transcript()[-1][1]


def test_a_file_without_words_goes_to_a_person(desk: Desk, chat: Chat, rasa: Rasa) -> None:
    chat.say("", files=[{"name": "a.png", "type": "image/png", "data": "aGk="}])
    take_all(desk, rasa)
    assert chat.row().owner == "people"
    assert "look at files" in chat.transcript()[-1][1]


def test_where_the_bot_is_off_no_turn_is_ever_owed(desk: Desk, chat: Chat) -> None:
    with desk.write() as session:
        session.get_one(Inbox, chat.inbox).settings = {}
    chat.say("hello")
    assert (chat.row().owner, bot_turns.due(desk)) == ("people", [])


def test_switched_off_in_the_middle_people_take_over(desk: Desk, chat: Chat) -> None:
    chat.say("hello")
    with desk.write() as session:
        session.get_one(Inbox, chat.inbox).settings = {}
    chat.say("Anybody?")
    assert (chat.row().owner, bot_turns.due(desk)) == ("people", [])


def test_a_turn_that_is_handed_out_twice_is_taken_once(desk: Desk, chat: Chat, rasa: Rasa) -> None:
    chat.say("hello")
    (turn,) = bot_turns.due(desk)
    take_turn(desk, rasa, turn)
    take_turn(desk, rasa, turn)
    assert [who for who, _ in chat.transcript()] == ["customer", "bot"]


def test_where_no_bot_is_on_a_message_costs_no_statement_about_it(desk: Desk, chat: Chat) -> None:
    with desk.write() as session:
        session.get_one(Inbox, chat.inbox).settings = {}
    asked: list[str] = []
    event.listen(
        desk.database.engine, "before_cursor_execute",
        lambda _c, _cursor, statement, *_: asked.append(statement),
    )  # fmt: skip
    chat.say("hello")
    chat.say("and then")
    assert asked
    assert [s for s in asked if "bot_turns" in s or "understandings" in s] == []
