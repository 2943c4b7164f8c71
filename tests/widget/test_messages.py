"""What a visitor says and hears: once, within limits, and only their own."""

from __future__ import annotations

import io
import threading
import uuid

import pytest
from sqlalchemy import select

from helpdesk.actions import replies, ticket_merging, ticket_parting, tickets
from helpdesk.actions.customers import join
from helpdesk.config import Settings
from helpdesk.desk import Desk
from helpdesk.models import (
    Attachment,
    ContactPoint,
    Customer,
    Delivery,
    Envelope,
    Message,
    Participant,
    Ticket,
)
from helpdesk.models.visibility import NotFound
from helpdesk.queries.attachments import attachment
from helpdesk.queries.visitor_transcript import point_of
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.status import Status


def stored(desk: Desk, noun: type) -> list:  # type: ignore[type-arg]
    with desk.read() as session:
        return list(session.scalars(select(noun).order_by(noun.id)))


def test_a_message_opens_a_ticket_and_comes_back_with_its_client_id(desk: Desk, visitor):
    answer = visitor.say("One of the poles snapped.", client_id="c_12345678")
    assert answer.status_code == 201
    assert (answer.json["client_id"], answer.json["ticket"], answer.json["seq"]) == (
        "c_12345678",
        1,
        1,
    )
    assert [m["text"] for m in answer.json["news"]["messages"]] == ["One of the poles snapped."]
    (message,) = visitor.pull()
    assert message["mine"]
    assert message["text"] == "One of the poles snapped."
    assert message["client_id"] == "c_12345678"
    assert visitor.pull() == []


def test_promise_1_a_client_id_that_is_doubled_is_one_message(desk: Desk, visitor):
    answers = [visitor.say("Hello", client_id="c_12345678") for _ in range(3)]
    assert [a.json["seq"] for a in answers] == [1, 1, 1]
    assert len(stored(desk, Message)) == len(stored(desk, Envelope)) == 1


def test_promise_1_doubled_at_the_same_moment_is_one_message(app, desk: Desk, visitor):
    answers = []

    def say() -> None:
        twin = type(visitor)(app.test_client(use_cookies=False), token=visitor.token)
        answers.append(twin.say("Hello", client_id="c_12345678"))

    threads = [threading.Thread(target=say) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {a.json["seq"] for a in answers} == {1}
    assert len(stored(desk, Message)) == 1


def test_two_visitors_may_use_the_same_client_id(desk: Desk, browser_of):
    for _ in range(2):
        other = browser_of()
        other.start()
        assert other.say("Hello", client_id="c_12345678").status_code == 201
    assert len(stored(desk, Message)) == len(stored(desk, Ticket)) == 2


def test_an_answer_is_delivered_when_the_page_says_it_has_it(desk: Desk, visitor, mei):
    visitor.say()
    visitor.pull()
    replies.send(desk, mei, 1, "How can I help?")
    (message,) = visitor.pull()
    assert (message["by"], message["author"], message["mine"]) == ("agent", "Mei Chen", False)
    assert stored(desk, Delivery)[0].state == "queued", "the answer may be lost on its way"
    visitor.pull()
    assert stored(desk, Delivery)[0].state == "delivered"
    assert stored(desk, Delivery)[0].due_at is None


def test_an_answer_is_read_when_it_stood_in_view(desk: Desk, visitor, mei):
    visitor.say()
    said = replies.send(desk, mei, 1, "How can I help?")
    visitor.pull()
    answer = visitor.read(t1=said.seq)
    assert stored(desk, Delivery)[0].state == "read"
    visitor.cursor = answer.json["cursor"]
    assert visitor.pull() == []


def test_a_visitor_cannot_read_for_another(desk: Desk, visitor, browser_of, mei):
    visitor.say()
    replies.send(desk, mei, 1, "How can I help?")
    other = browser_of()
    other.start()
    other.say("me too")
    other.read(t1=99)
    other.cursor = "1.99"
    other.pull()
    assert stored(desk, Delivery)[0].state == "queued"


def test_pulling_writes_nothing_when_there_is_nothing_new(desk: Desk, visitor, mei):
    visitor.say()
    replies.send(desk, mei, 1, "How can I help?")
    for _ in range(3):
        visitor.pull()
    before = _writes(desk)
    for _ in range(3):
        assert visitor.pull() == []
    assert _writes(desk) == before


def _writes(desk: Desk) -> list[object]:
    points = [point.last_seen_at for point in stored(desk, ContactPoint)]
    return [points, [t.version for t in stored(desk, Ticket)], stored(desk, Delivery)[0].changed_at]


def test_promise_6_another_visitors_ticket_is_not_there(desk: Desk, visitor, browser_of):
    visitor.say("My card number is secret")
    other = browser_of()
    other.start()
    other.say("Hello")
    assert [m["text"] for m in other.pull()] == ["Hello"]
    other.cursor = "1.0"
    assert "secret" not in str(other.pull())


def test_promise_6_notes_and_automatic_mail_are_not_shown(desk: Desk, visitor, mei):
    visitor.say()
    replies.note(desk, mei, 1, "A difficult one.")
    with desk.write() as session:
        ticket = session.get_one(Ticket, 1)
        ticket.receive(Message(
            direction="inbound", channel="email", author_kind="customer", text="Out of office",
            automatic="Auto-Submitted: auto-replied", sent_at=ticket.created_at,
        ), needs_answer=False)  # fmt: skip
    assert [m["text"] for m in visitor.pull()] == ["Hello"]


def test_promise_6_who_waits_for_an_agents_word_sees_nothing(desk: Desk, visitor):
    visitor.say("Hello")
    with desk.write() as session:
        session.query(Participant).one().confirmed_at = None
    assert visitor.pull() == []


def test_a_page_that_was_away_gets_everything_in_order(desk: Desk, visitor, mei):
    visitor.say("one")
    visitor.pull()
    for word in ("two", "three"):
        replies.send(desk, mei, 1, word)
    visitor.say("four")
    assert [m["text"] for m in visitor.pull()] == ["two", "three", "four"]


def test_a_page_that_was_away_for_long_lacks_nothing_and_a_new_one_begins_late(
    desk: Desk, visitor, mei
):
    visitor.say("first")
    visitor.pull()
    for number in range(120):
        replies.send(desk, mei, 1, str(number))
    assert [m["text"] for m in visitor.pull()] == [str(number) for number in range(120)]
    visitor.cursor = ""
    assert len(visitor.pull()) == 100


def test_history_after_a_reload_spans_tickets(desk: Desk, visitor):
    visitor.say("first matter")
    tickets.change_status(desk, SYSTEM, 1, Status.CLOSED)
    visitor.say("second matter")
    visitor.cursor = ""
    assert [(m["ticket"], m["text"]) for m in visitor.pull()] == [
        (1, "first matter"),
        (2, "second matter"),
    ]


def test_the_page_learns_that_the_matter_is_settled(desk: Desk, visitor):
    visitor.say()
    assert visitor.ask("messages").json["ended"] is False
    tickets.change_status(desk, SYSTEM, 1, Status.RESOLVED)
    assert visitor.ask("messages").json["ended"] is True


def test_after_a_merge_the_visitor_still_sees_what_they_said(desk: Desk, visitor):
    visitor.say()
    with desk.write() as session:
        keep = Customer(name="Ann")
        session.add(keep)
        session.flush()
        join(session, SYSTEM, keep, session.query(Customer).filter_by(id=1).one(), "the same")
    visitor.cursor = ""
    (message,) = visitor.pull()
    assert message["mine"]


class TestLimits:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        limits = {"max_chat_chars": 100, "max_upload_bytes": 2048, "chat_messages_per_minute": 4}
        return settings.model_copy(update=limits)

    def test_promise_9_a_flood_is_slowed_with_a_sentence_and_a_time(self, desk: Desk, visitor):
        answers = [visitor.say(str(i)) for i in range(6)]
        assert [a.status_code for a in answers] == [201] * 4 + [429] * 2
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
        assert answers[-1].json == {
            "error": "too_fast",
            "message": "You are sending messages very fast. Please wait a moment.",
        }
        assert len(stored(desk, Message)) == 4

    def test_one_flood_does_not_slow_others(self, visitor, browser_of):
        for i in range(6):
            visitor.say(str(i))
        other = browser_of()
        other.start()
        assert other.say("I am calm").status_code == 201

    def test_promise_9_a_long_text_is_refused_with_its_length(self, desk: Desk, visitor):
        answer = visitor.say("x" * 101)
        assert (answer.status_code, answer.json["error"]) == (422, "too_long")
        assert "101 characters; 100 are the most" in answer.json["message"]
        assert visitor.say("语" * 100).status_code == 201
        assert len(stored(desk, Envelope)) == 1

    @pytest.mark.parametrize(
        "text", ["a\x00b", "\x1b[31mred", "\x7fELF\x02", b"\xff\xd8\xff".decode("latin-1") + "\x00"]
    )
    def test_promise_9_binary_is_refused_as_text(self, desk: Desk, visitor, text):
        answer = visitor.say(text)
        assert (answer.status_code, answer.json["error"]) == (422, "not_text")
        assert stored(desk, Envelope) == []

    def test_promise_9_half_a_character_is_refused(self, visitor, app):
        body = b'{"text": "\\ud800", "client_id": "c_12345678"}'
        headers = {"Authorization": f"Bearer {visitor.token}", "Content-Type": "application/json"}
        answer = app.test_client().post("/widget/shop/messages", data=body, headers=headers)
        assert answer.status_code == 422

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b"{", b"\xff", b"null", b'{"text": "no id"}', b'{"client_id": 7}',
                 b'{"client_id": "../../../etc", "text": "x"}']
    )  # fmt: skip
    def test_promise_9_what_cannot_be_read_is_refused(self, desk: Desk, visitor, app, body):
        headers = {"Authorization": f"Bearer {visitor.token}", "Content-Type": "application/json"}
        answer = app.test_client().post("/widget/shop/messages", data=body, headers=headers)
        assert (answer.status_code, answer.json["error"]) == (400, "bad_request")
        assert stored(desk, Envelope) == []

    @pytest.mark.parametrize("text", ["", "   \n ", None])
    def test_nothing_is_not_a_message(self, visitor, text):
        given = {} if text is None else {"text": text}
        answer = visitor._post("messages", json={"client_id": uuid.uuid4().hex} | given)
        assert (answer.status_code, answer.json["error"]) == (422, "empty")

    def test_promise_9_a_large_file_is_refused_by_name(self, desk: Desk, visitor):
        answer = visitor.send((io.BytesIO(b"x" * 2049), "big.bin"))
        assert (answer.status_code, answer.json["error"]) == (422, "file_too_large")
        assert "big.bin" in answer.json["message"]
        assert stored(desk, Envelope) == []

    def test_promise_9_a_request_that_is_far_too_large_is_not_even_read(self, visitor):
        answer = visitor.send((io.BytesIO(b"x" * 50_000), "huge.bin"))
        assert (answer.status_code, answer.json["error"]) == (413, "file_too_large")

    def test_promise_9_too_many_files_are_refused(self, visitor):
        answer = visitor.send(*[(io.BytesIO(b"x"), f"{i}.txt") for i in range(6)])
        assert (answer.status_code, answer.json["error"]) == (422, "too_many_files")

    def test_an_empty_file_is_refused_by_name(self, visitor):
        answer = visitor.send((io.BytesIO(b""), "empty.txt"))
        assert (answer.status_code, answer.json["message"]) == (422, "empty.txt is empty.")

    @pytest.mark.parametrize("after", ["x", "1", "1.2.3", "-", "1.2-", "1." + "9" * 20, "' OR 1"])
    def test_a_cursor_that_is_none_is_refused(self, visitor, after):
        assert visitor.ask(f"messages?after={after}").status_code == 400

    @pytest.mark.parametrize("seen", [None, [], "x", {"x": 1}, {"1": "2"}, {"9" * 30: 1}])
    def test_odd_news_of_reading_is_harmless(self, visitor, seen):
        visitor.say()
        answer = visitor._post("read", json={"after": "", "seen": seen})
        assert answer.status_code == 200


def test_promise_6_merged_tickets_show_each_visitor_only_what_is_theirs(
    desk: Desk, browser_of, mei
):
    """Whichever of the two tickets goes on, and whatever a new page asks for."""
    ann, bo = browser_of(), browser_of()
    for visitor, name in ((ann, "Ann"), (bo, "Bo")):
        visitor.start()
        visitor.say(f"{name} asks")
    (survivor, merged) = (ticket.id for ticket in stored(desk, Ticket))
    replies.send(desk, mei, survivor, "For Ann", channel="chat")
    replies.send(desk, mei, merged, "For Bo", channel="chat")
    ticket_merging.merge(desk, mei, merged, survivor)
    replies.send(desk, mei, survivor, "For Ann again", channel="chat")
    ann.say("Ann asks again")
    bo.say("Bo asks again")

    def read(visitor) -> list[str]:
        visitor.cursor = ""
        return [m["text"] for m in visitor.pull()]

    assert sorted(read(bo)) == ["Bo asks", "Bo asks again", "For Bo"]
    assert sorted(read(ann)) == ["Ann asks", "Ann asks again", "For Ann", "For Ann again"]
    ticket_parting.unmerge(desk, mei, merged)
    assert sorted(read(bo)) == ["Bo asks", "Bo asks again", "For Bo"]
    assert sorted(read(ann)) == ["Ann asks", "Ann asks again", "For Ann", "For Ann again"]


def test_promise_6_a_file_of_the_other_merged_ticket_is_not_there(desk: Desk, browser_of, mei):
    ann, bo = browser_of(), browser_of()
    for visitor in (ann, bo):
        visitor.start()
    ann.send((io.BytesIO(b"mine"), "mine.txt"), text="Look")
    bo.say("Bo asks")
    survivor, merged = (ticket.id for ticket in stored(desk, Ticket))
    ticket_merging.merge(desk, mei, merged, survivor)
    (file,) = stored(desk, Attachment)
    with desk.read() as session:
        hers, his = (point_of(session, v.id).actor for v in (ann, bo))
        assert attachment(session, hers, file.id).name == "mine.txt"
        with pytest.raises(NotFound):
            attachment(session, his, file.id)
