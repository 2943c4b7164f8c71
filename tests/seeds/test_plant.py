"""The demo company: the same every time, complete, found by its words, and never doubled."""

import itertools
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from helpdesk import seeds
from helpdesk.actions import agents, deliveries, service_clock
from helpdesk.desk import Desk
from helpdesk.jobs.reconcile import differences
from helpdesk.models import (
    Agent,
    AuditEvent,
    Delivery,
    Envelope,
    EnvelopeState,
    Inbox,
    Macro,
    MergeSuggestion,
    Message,
    SavedReply,
    Ticket,
    now,
)
from helpdesk.queries.search import search
from helpdesk.queries.ticket_record import ticket_record
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.macro_steps import steps_of
from helpdesk.rules.reply_variables import unknown
from helpdesk.seeds.chronicle import span
from helpdesk.seeds.stories import STORIES
from helpdesk.seeds.stories.ridge_pole import RIDGE_POLE


@pytest.fixture(scope="module")
def planted(shared_desk: Desk) -> Desk:
    """A planted desk that the tests only read."""
    assert seeds.is_empty(shared_desk)
    seeds.plant(shared_desk)
    assert not seeds.is_empty(shared_desk)
    return shared_desk


def tickets(desk: Desk) -> list[Ticket]:
    with desk.read() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))


def found(desk: Desk, words: str) -> list[str]:
    with desk.read() as session:
        return [row.subject for row in search(session, SYSTEM, words).rows]


def test_a_repeat_changes_nothing(planted: Desk) -> None:
    before = counts(planted)
    seeds.plant(planted)
    assert counts(planted) == before


def test_a_broken_off_planting_is_finished_and_topped_up(
    sqlite_desk: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, steps = sqlite_desk(), []
    with monkeypatch.context() as broken:
        broken.setattr(type(RIDGE_POLE.steps[7]), "play", stop)
        with pytest.raises(KeyboardInterrupt):
            seeds.plant(desk)
    seeds.plant(desk, tickets=60, progress=steps.append)
    assert len(tickets(desk)) == sum(steps) == 60
    assert found(desk, "Knoydart") == [ridge(desk).subject]
    with desk.read() as session:
        said = session.scalar(select(func.count()).where(Message.ticket_id == ridge(desk).id))
    assert said == 12


def stop(*_: object) -> None:
    raise KeyboardInterrupt


def ridge(desk: Desk) -> Ticket:
    return next(t for t in tickets(desk) if t.subject.startswith("Tent pole snapped on the second"))


def test_every_contact_came_in_by_the_walk_and_nothing_is_amiss(planted: Desk) -> None:
    assert list(differences(planted)) == []
    assert deliveries.due(planted) == []
    with planted.read() as session:
        states = set(session.scalars(select(Envelope.state)))
    assert states == {EnvelopeState.ATTACHED, EnvelopeState.DELIVERY_EVENT}


def test_the_pole_goes_through_four_channels_in_one_transcript(planted: Desk) -> None:
    with planted.read() as session:
        messages = session.scalars(
            select(Message).where(Message.ticket_id == ridge(planted).id).order_by(Message.seq)
        ).all()
        assert [m.channel for m in messages if m.visibility == "public"] == [
            *("chat", "chat", "chat", "email", "email"),
            *("sms", "sms", "phone", "sms", "sms"),
        ]
        assert {m.author_id for m in messages if m.direction == "inbound"} == {
            messages[0].author_id
        }
        failed = session.scalars(
            select(Delivery.reason).where(Delivery.state == "failed", Delivery.channel == "sms")
        ).all()
    assert any("30003" in reason for reason in failed)
    assert messages[4].signal == "our_message_id"
    assert messages[4].proof == "dmarc"


def test_the_queue_looks_alive(planted: Desk) -> None:
    moment = now()
    statuses = [ticket.status for ticket in tickets(planted)]
    assert {"open", "waiting", "snoozed", "resolved", "closed"} <= set(statuses)
    assert sum(status == "open" for status in statuses) >= 10
    latest = max(t.queue_at for t in tickets(planted) if t.status == "open")
    assert moment - latest < span("10m")
    with planted.read() as session:
        assert session.scalar(select(func.max(Message.sent_at))) <= moment
        assert session.scalar(select(func.count()).select_from(MergeSuggestion)) == 1


def test_times_grow_with_the_transcript(planted: Desk) -> None:
    with planted.read() as session:
        rows = session.execute(
            select(Message.ticket_id, Message.seq, Message.sent_at).order_by(
                Message.ticket_id, Message.seq
            )
        ).all()
        events = session.execute(
            select(AuditEvent.ticket_id, AuditEvent.id, AuditEvent.at)
            .where(AuditEvent.ticket_id.is_not(None))
            .order_by(AuditEvent.ticket_id, AuditEvent.id)
        ).all()
    for times in (rows, events):
        for before, after in itertools.pairwise(times):
            assert before[0] != after[0] or before[2] <= after[2]


def test_the_clocks_that_have_run_out_say_so_already(planted: Desk) -> None:
    assert service_clock.mark_late(planted) == 0
    late = [ticket.id for ticket in tickets(planted) if ticket.late == Ticket.LATE]
    with planted.read() as session:
        told = session.scalars(
            select(AuditEvent.ticket_id).where(AuditEvent.event == "sla.breached")
        ).all()
    assert sorted(map(int, filter(None, told))) == late != []


def test_everybody_can_log_in(planted: Desk) -> None:
    for email, role in seeds.DEMO_LOGINS:
        agent = agents.log_in(planted, email, seeds.DEMO_PASSWORD)
        assert agent is not None
        assert agent.role == role


def test_a_private_ticket_is_hidden_from_the_others(planted: Desk) -> None:
    jonas = agents.actor_by_email(planted, "jonas@tarnfold.example")
    mei = agents.actor_by_email(planted, "mei@tarnfold.example")
    with planted.read() as session:
        assert not search(session, jonas, "Harrow Pike").rows
        assert search(session, mei, "Harrow Pike").rows


def test_every_planted_ticket_can_be_shown(planted: Desk) -> None:
    for ticket in tickets(planted):
        record = ticket_record(planted, SYSTEM, ticket.id)
        assert len(record["messages"]) == ticket.last_seq


def test_inboxes_have_settings_that_fit(planted: Desk) -> None:
    with planted.read() as session:
        for inbox in session.scalars(select(Inbox)):
            planted.settings_of(inbox)
        assert session.scalar(select(func.count()).select_from(Agent)) == 5


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.slug)
def test_the_steps_of_a_story_stand_in_the_order_of_time(story) -> None:  # type: ignore[no-untyped-def]
    ages = [span(step.ago) for step in story.steps]
    assert ages == sorted(ages, reverse=True)


def test_slugs_are_unique() -> None:
    assert len({story.slug for story in STORIES}) == len(STORIES)


def counts(desk: Desk) -> list[int | None]:
    with desk.read() as session:
        return [
            session.scalar(select(func.count()).select_from(noun))
            for noun in (Ticket, Message, AuditEvent, Envelope, Delivery, Agent, Inbox)
        ]


def test_saved_replies_and_macros_can_be_used_in_both_languages(planted: Desk) -> None:
    with planted.read() as session:
        replies = list(session.scalars(select(SavedReply)))
        steps = [steps_of(macro.steps) for macro in session.scalars(select(Macro))]
    assert {reply.locale for reply in replies} == {"en", "zh_Hans"}
    assert len(replies) == 4
    assert [unknown(text) for text in (*(r.text for r in replies), *(s.reply for s in steps))] == [
        []
    ] * (len(replies) + len(steps))
    assert len(steps) == 2
