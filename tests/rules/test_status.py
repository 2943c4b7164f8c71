"""What moves a ticket's status."""

from __future__ import annotations

import pytest

from helpdesk.rules.status import Status, after_customer_message, after_reply, may_become


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.SPAM])
def test_a_customers_words_always_need_a_person(status: Status) -> None:
    assert after_customer_message(status) is Status.OPEN


def test_an_answer_waits_for_the_customer_and_an_ended_ticket_stays_ended() -> None:
    assert {s: after_reply(s) for s in Status} == {
        Status.OPEN: Status.WAITING,
        Status.WAITING: Status.WAITING,
        Status.SNOOZED: Status.WAITING,
        Status.RESOLVED: Status.RESOLVED,
        Status.CLOSED: Status.CLOSED,
        Status.SPAM: Status.SPAM,
    }


def test_spam_stays_spam_until_a_person_takes_it_out() -> None:
    assert after_customer_message(Status.SPAM) is Status.SPAM
    assert [s for s in Status if may_become(Status.SPAM, s)] == [Status.OPEN]


def test_a_closed_ticket_can_only_be_opened_again() -> None:
    assert [s for s in Status if may_become(Status.CLOSED, s)] == [Status.OPEN]


def test_an_ended_ticket_cannot_be_snoozed() -> None:
    assert not may_become(Status.RESOLVED, Status.SNOOZED)
