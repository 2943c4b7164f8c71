"""Promise 7: tickets merge and unmerge without loss, whatever arrives in between."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from helpdesk.actions import moving, replies, tickets
from helpdesk.actions.inboxes import email_inbox
from helpdesk.actions.ticket_merging import merge
from helpdesk.actions.ticket_parting import unmerge
from helpdesk.desk import Desk
from helpdesk.models import (
    ContactPoint,
    Envelope,
    Message,
    NotPossible,
    Participant,
    Tag,
    Team,
    Ticket,
    ticket_tags,
)
from helpdesk.queries.search import search
from helpdesk.queries.ticket_record import ticket_record
from helpdesk.queries.transcript import latest
from helpdesk.queries.turns import Said
from helpdesk.rules import plus_address
from helpdesk.rules.actor import SYSTEM, Actor
from helpdesk.rules.status import Priority, Status
from tests.factories import Mail, make_agent, receive

ANN, BO = "Ann <ann@fjell.example>", "Bo <bo@dal.example>"


@pytest.fixture
def mei(desk: Desk) -> Actor:
    return make_agent(desk)


@dataclass
class Pair:
    """Two tickets of two people, and what was said in each."""

    desk: Desk
    first: Mail = field(default_factory=lambda: Mail(sender=ANN, text="Ann 1"))
    second: Mail = field(default_factory=lambda: Mail(sender=BO, text="Bo 1", subject="Xylophone"))

    def __post_init__(self) -> None:
        self.survivor = receive(self.desk, self.first).ticket or 0
        self.merged = receive(self.desk, self.second).ticket or 0

    def ann(self, text: str) -> int | None:
        return receive(self.desk, self.answer(self.first, ANN, text)).ticket

    def bo(self, text: str) -> int | None:
        return receive(self.desk, self.answer(self.second, BO, text)).ticket

    @staticmethod
    def answer(mail: Mail, sender: str, text: str, **headers: str) -> Mail:
        return Mail(sender=sender, text=text, headers={"In-Reply-To": mail.message_id, **headers})


@pytest.fixture
def pair(desk: Desk) -> Pair:
    return Pair(desk)


def texts(desk: Desk, ticket: int) -> list[str]:
    return [m["text"].strip() for m in ticket_record(desk, SYSTEM, ticket)["messages"]]


def state(desk: Desk, ticket: int) -> dict[str, Any]:
    """Everything of a ticket that a merge could harm; not the change cursor, which only rises."""
    with desk.read() as session:
        row = session.get_one(Ticket, ticket)
        people = session.execute(
            select(ContactPoint.value, Participant.role, Participant.confirmed_at)
            .join(Participant, Participant.contact_point_id == ContactPoint.id)
            .where(Participant.ticket_id == ticket)
            .order_by(ContactPoint.value)
        ).all()
        messages = session.execute(
            select(Message.id, Message.seq, Message.place, Message.text, Message.tokens)
            .where(Message.ticket_id == ticket)
            .order_by(Message.seq)
        ).all()
        tags = session.scalars(
            select(Tag.name)
            .join(ticket_tags)
            .where(ticket_tags.c.ticket_id == ticket)
            .order_by(Tag.name)
        ).all()
        envelopes = session.scalars(
            select(Envelope.id).where(Envelope.ticket_id == ticket).order_by(Envelope.id)
        ).all()
        return {
            "status": row.status, "queue_at": row.queue_at, "last_seq": row.last_seq,
            "preview": row.preview, "subject": row.subject, "customer": row.customer_id,
            "people": people, "messages": messages, "tags": tags, "envelopes": envelopes,
        }  # fmt: skip


def found(desk: Desk, actor: Actor, words: str) -> list[int]:
    with desk.read() as session:
        return [row.id for row in search(session, actor, words, "").rows]


def test_the_survivor_shows_both_in_order_of_time(desk: Desk, mei: Actor, pair: Pair) -> None:
    pair.ann("Ann 2")
    replies.send(desk, mei, pair.merged, "To Bo")
    pair.ann("Ann 3")
    merge(desk, mei, pair.merged, pair.survivor)
    assert texts(desk, pair.survivor) == ["Ann 1", "Bo 1", "Ann 2", "To Bo", "Ann 3"]
    assert texts(desk, pair.merged) == []
    pair.ann("Ann 4")
    assert texts(desk, pair.survivor)[-1] == "Ann 4"


def test_what_happened_stands_in_order_of_time_too(desk: Desk, mei: Actor, pair: Pair) -> None:
    tickets.set_priority(desk, mei, pair.survivor, Priority.HIGH)
    pair.bo("Bo 2")
    tickets.set_priority(desk, mei, pair.survivor, Priority.LOW)
    merge(desk, mei, pair.merged, pair.survivor)
    with desk.read() as session:
        turns = latest(session, mei, pair.survivor).turns
    shown = [t.text.strip() if isinstance(t, Said) else str(t.data.get("to")) for t in turns]
    assert shown[1:6] == ["Ann 1", "Bo 1", "high", "Bo 2", "low"]


def test_unmerged_at_once_it_is_as_if_they_had_never_been_merged(
    desk: Desk, mei: Actor, pair: Pair
) -> None:
    tickets.set_tags(desk, mei, pair.merged, ["music"])
    tickets.set_tags(desk, mei, pair.survivor, ["tents"])
    replies.send(desk, mei, pair.survivor, "To Ann")
    before = state(desk, pair.survivor), state(desk, pair.merged)
    merge(desk, mei, pair.merged, pair.survivor)
    assert state(desk, pair.survivor)["status"] == "open"
    assert state(desk, pair.survivor)["tags"] == ["music", "tents"]
    unmerge(desk, mei, pair.merged)
    survivor, merged = state(desk, pair.survivor), state(desk, pair.merged)
    assert merged == before[1]
    assert survivor | {"last_seq": 0} == before[0] | {"last_seq": 0}


def test_later_mail_of_the_merged_ticket_lands_in_the_survivor(
    desk: Desk, mei: Actor, pair: Pair
) -> None:
    ours = replies.send(desk, mei, pair.merged, "To Bo").message_id
    merge(desk, mei, pair.merged, pair.survivor)
    token = plus_address.make(
        "support@tarnfold.example", pair.merged, desk.vault.key("plus addresses")
    )
    email_inbox(desk, "support@tarnfold.example")
    later = {
        "its Message-ID": pair.answer(pair.second, BO, "By his own"),
        "ours": Mail(sender=BO, text="By ours", headers={"In-Reply-To": ours}),
        "the reply address": Mail(sender=BO, text="By the address", to=token),
    }
    for name, mail in later.items():
        outcome = receive(desk, mail)
        assert (outcome.ticket, outcome.outcome) == (pair.survivor, "appended"), name
    unmerge(desk, mei, pair.merged)
    assert texts(desk, pair.merged) == ["Bo 1", "To Bo", "By his own", "By ours", "By the address"]
    assert texts(desk, pair.survivor) == ["Ann 1"]


def test_of_one_customer_the_thread_decides(desk: Desk, mei: Actor) -> None:
    """Both tickets are Ann's: what answers the merged one leaves with it, by every sign."""
    first, second = Mail(text="Pole"), Mail(text="Pegs", subject="Pegs")
    survivor, merged = (receive(desk, mail).ticket or 0 for mail in (first, second))
    merge(desk, mei, merged, survivor)
    stays, leaves = Pair.answer(first, ANN, "On pole"), Pair.answer(second, ANN, "On pegs")
    for mail in (stays, leaves, Pair.answer(leaves, ANN, "More on pegs")):
        assert receive(desk, mail).ticket == survivor
    replies.send(desk, mei, survivor, "On both")
    unmerge(desk, mei, merged)
    assert texts(desk, survivor) == ["Pole", "On pole", "On both"]
    assert texts(desk, merged) == ["Pegs", "On pegs", "More on pegs"]


def test_the_search_leads_to_the_survivor_and_back(desk: Desk, mei: Actor, pair: Pair) -> None:
    merge(desk, mei, pair.merged, pair.survivor)
    for words in ("xylophone", "bo@dal.example", "pole 1"):
        assert found(desk, mei, words)[:1] == [pair.survivor], words
    assert found(desk, mei, "pole bo") == [pair.survivor]
    unmerge(desk, mei, pair.merged)
    assert found(desk, mei, "xylophone") == [pair.merged]
    assert found(desk, mei, "pole bo") == []


def test_a_search_word_that_changed_meanwhile_is_right_afterwards(
    desk: Desk, mei: Actor, pair: Pair
) -> None:
    merge(desk, mei, pair.merged, pair.survivor)
    tickets.set_subject(desk, mei, pair.survivor, "Marmalade")
    unmerge(desk, mei, pair.merged)
    assert found(desk, mei, "marmalade") == [pair.survivor]
    assert found(desk, mei, "xylophone") == [pair.merged]


def test_three_that_became_one_part_in_order(desk: Desk, mei: Actor, pair: Pair) -> None:
    third = receive(desk, Mail(sender="Cy <cy@fell.example>", text="Cy 1")).ticket or 0
    before = {n: texts(desk, n) for n in (pair.survivor, pair.merged, third)}
    merge(desk, mei, third, pair.merged)
    merge(desk, mei, pair.merged, pair.survivor)
    assert texts(desk, pair.survivor) == ["Ann 1", "Bo 1", "Cy 1"]
    with pytest.raises(NotPossible, match="Part those two first"):
        unmerge(desk, mei, third)
    unmerge(desk, mei, pair.merged)
    assert texts(desk, pair.merged) == ["Bo 1", "Cy 1"]
    unmerge(desk, mei, third)
    assert {n: texts(desk, n) for n in before} == before


def test_what_was_moved_on_stays_where_it_was_put(desk: Desk, mei: Actor, pair: Pair) -> None:
    pair.bo("Bo 2")
    with desk.read() as session:
        message = session.scalars(select(Message.id).where(Message.text.like("Bo 2%"))).one()
    merge(desk, mei, pair.merged, pair.survivor)
    own = moving.detach(desk, mei, pair.survivor, message)
    unmerge(desk, mei, pair.merged)
    assert texts(desk, own) == ["Bo 2"]
    assert texts(desk, pair.merged) == ["Bo 1"]


def test_what_cannot_be_merged_says_why(desk: Desk, mei: Actor, pair: Pair) -> None:
    with pytest.raises(NotPossible, match="part of itself"):
        merge(desk, mei, pair.merged, pair.merged)
    with pytest.raises(NotPossible, match="by itself already"):
        unmerge(desk, mei, pair.merged)
    merge(desk, mei, pair.merged, pair.survivor)
    for change in (
        lambda: merge(desk, mei, pair.survivor, pair.merged),
        lambda: merge(desk, mei, pair.merged, pair.survivor),
        lambda: replies.send(desk, mei, pair.merged, "Blind"),
        lambda: tickets.change_status(desk, mei, pair.merged, Status.OPEN),
        lambda: tickets.assign(desk, mei, pair.merged, mei.id),
    ):
        with pytest.raises(NotPossible, match=f"part of ticket {pair.survivor} now"):
            change()


def test_a_private_team_s_ticket_is_not_merged_before_others(
    desk: Desk, mei: Actor, pair: Pair
) -> None:
    lawyer = make_agent(desk, "Ruth Calloway", teams=("Legal",))
    with desk.write() as session:
        team = session.scalars(select(Team)).one()
        team.is_private = True
    tickets.move_to_team(desk, lawyer, pair.merged, team.id)
    with pytest.raises(NotPossible, match="private team Legal"):
        merge(desk, lawyer, pair.merged, pair.survivor)


# The property: merge, traffic, unmerge loses and doubles nothing

STEPS = ("ann", "bo", "reply", "note", "move", "again", "tag", "resolve")


@settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    earlier=st.lists(st.sampled_from(("ann", "bo", "ours")), max_size=5),
    traffic=st.lists(st.sampled_from(STEPS), max_size=8),
    is_ours=st.booleans(),
)
def test_merge_traffic_unmerge_loses_and_doubles_nothing(
    desk: Desk, earlier: list[str], traffic: list[str], is_ours: bool
) -> None:
    pair, agent = Pair(desk), make_agent(desk)
    spare = receive(desk, Mail(sender="Di <di@fell.example>", text="Spare")).ticket or 0
    expected = {pair.survivor: ["Ann 1"], pair.merged: ["Bo 1"], spare: ["Spare"]}
    for number, step in enumerate(earlier):
        ticket = pair.survivor if step == "ann" else pair.merged
        expected[ticket].append(f"{step} before {number}")
        if step == "ours":
            replies.send(desk, agent, ticket, expected[ticket][-1])
        else:
            getattr(pair, step)(expected[ticket][-1])
    merge(desk, agent, pair.merged, pair.survivor)
    for number, step in enumerate(traffic):
        words = f"{step} meanwhile {number}"
        if step in ("ann", "bo"):
            assert getattr(pair, step)(words) == pair.survivor
            expected[pair.survivor if step == "ann" else pair.merged].append(words)
        elif step == "reply":
            replies.send(desk, agent, pair.survivor, words)
            expected[pair.survivor].append(words)
        elif step == "note":
            replies.note(desk, agent, pair.survivor, words)
            expected[pair.survivor].append(words)
        elif step == "move":
            _move_his_first(desk, agent, pair, spare, expected)
        elif step == "again":
            assert receive(desk, pair.second).outcome == "duplicate"
        elif step == "tag":
            tickets.set_tags(desk, agent, pair.survivor, [words])
        else:
            tickets.change_status(desk, agent, pair.survivor, Status.RESOLVED)
            tickets.change_status(desk, agent, pair.survivor, Status.OPEN)
    unmerge(desk, agent, pair.merged)
    for ticket, said in expected.items():
        assert Counter(texts(desk, ticket)) == Counter(said)
        assert _numbers_are_sound(desk, ticket)
    if is_ours:  # and once more, from there
        merge(desk, agent, pair.merged, pair.survivor)
        unmerge(desk, agent, pair.merged)
        assert Counter(texts(desk, pair.merged)) == Counter(expected[pair.merged])


def _move_his_first(
    desk: Desk, agent: Actor, pair: Pair, spare: int, expected: dict[int, list[str]]
) -> None:
    """One message of the merged ticket goes elsewhere, by hand, once."""
    movable = [text for text in expected[pair.merged] if text.startswith("bo before")]
    if not movable:
        return
    with desk.read() as session:
        message = session.scalars(
            select(Message.id).where(
                Message.ticket_id == pair.survivor, Message.text.like(f"{movable[0]}%")
            )
        ).one()
    moving.move(desk, agent, pair.survivor, message, spare)
    expected[pair.merged].remove(movable[0])
    expected[spare].append(movable[0])


def _numbers_are_sound(desk: Desk, ticket: int) -> bool:
    """Each number once, and every one that is missing is accounted for."""
    with desk.read() as session:
        seqs = list(session.scalars(select(Message.seq).where(Message.ticket_id == ticket)))
        row = session.get_one(Ticket, ticket)
    is_within = all(0 < seq <= row.last_seq for seq in seqs)
    return is_within and len(set(seqs)) == len(seqs) == row.last_seq - row.gone
