"""The chat's walk in is one transaction; what does not fit in goes the two steps."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from helpdesk.actions import inboxes, intake_at_once
from helpdesk.actions.intake import KEEP_IN_ROW
from helpdesk.actions.intake_at_once import take_in
from helpdesk.desk import Desk
from helpdesk.models import Envelope, Inbox, Message
from helpdesk.rules.actor import SYSTEM

KEY = "v_00000000000000000000000000000001:message-0001"


@pytest.fixture
def widget(desk: Desk) -> Inbox:
    number = inboxes.add_inbox(desk, SYSTEM, channel="chat", address="shop", name="Shop")
    with desk.read() as session:
        return session.get_one(Inbox, number)


def words(text: str = "Where is my tent?", **more: Any) -> bytes:
    visitor, client = KEY.split(":")
    said = {"visitor": visitor, "client_id": client, "text": text}
    return json.dumps(said | more).encode()


def kept(desk: Desk) -> tuple[list[Envelope], list[Message]]:
    with desk.read() as session:
        return list(session.scalars(select(Envelope))), list(session.scalars(select(Message)))


@pytest.fixture
def commits(desk: Desk) -> Iterator[list[object]]:
    """Grows by one with every transaction that is written."""
    seen: list[object] = []

    def note(connection: object) -> None:
        seen.append(connection)

    event.listen(Engine, "commit", note)
    yield seen
    event.remove(Engine, "commit", note)


def test_words_and_envelope_are_there_after_one_commit(
    desk: Desk, widget: Inbox, commits: list[object]
) -> None:
    outcome = take_in(desk, widget, words(), key=KEY)
    assert len(commits) == 1
    (envelope,), (message,) = kept(desk)
    assert (outcome.outcome, outcome.envelope) == ("created", envelope.id)
    assert (envelope.state, envelope.message_id, envelope.ticket_id) == (
        "attached", message.id, message.ticket_id,
    )  # fmt: skip
    assert message.text == "Where is my tent?"


def test_a_repeat_gets_the_answer_of_the_first(desk: Desk, widget: Inbox) -> None:
    first = take_in(desk, widget, words(), key=KEY)
    assert take_in(desk, widget, words(), key=KEY) == first
    envelopes, messages = kept(desk)
    assert (len(envelopes), len(messages)) == (1, 1)


def test_many_at_once_under_one_key_are_one_message(desk: Desk, widget: Inbox) -> None:
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: take_in(desk, widget, words(), key=KEY), range(6)))
    envelopes, messages = kept(desk)
    assert (len(envelopes), len(messages)) == (1, 1)
    assert {(each.ticket, each.message) for each in found} == {(messages[0].ticket_id, 1)}


def test_bytes_that_cannot_be_read_are_quarantined(desk: Desk, widget: Inbox) -> None:
    assert take_in(desk, widget, b"\xff{", key=KEY).outcome == "quarantined"
    (envelope,), messages = kept(desk)
    assert (envelope.state, messages) == ("quarantined", [])


def test_large_ones_are_kept_in_the_file_store(desk: Desk, widget: Inbox) -> None:
    file = b64encode(b"x" * KEEP_IN_ROW).decode()
    large = words(files=[{"name": "pole.png", "type": "image/png", "data": file}])
    assert take_in(desk, widget, large, key=KEY).outcome == "created"
    (envelope,), _messages = kept(desk)
    assert desk.files.read(envelope.raw_file) == large


def test_a_stumble_falls_back_on_the_two_steps(
    desk: Desk, widget: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_at_once, "receive_message", lambda *_given: 1 / 0)
    assert take_in(desk, widget, words(), key=KEY).outcome == "created"
    envelopes, messages = kept(desk)
    assert (len(envelopes), len(messages)) == (1, 1)


def test_an_end_in_the_middle_leaves_nothing(
    desk: Desk, widget: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(intake_at_once.intake, "outcome_in", end)
    with pytest.raises(KeyboardInterrupt):
        take_in(desk, widget, words(), key=KEY)
    assert kept(desk) == ([], [])
