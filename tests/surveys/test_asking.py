"""Who is asked, once, in their language, whoever looks and whatever dies between."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions import audit, deliveries, replies, survey_sending, surveys, tickets
from helpdesk.desk import Desk
from helpdesk.jobs import surveys as job
from helpdesk.models import (
    AuditEvent,
    ContactPoint,
    Message,
    Participant,
    Survey,
    SurveyInvitation,
    Ticket,
    now,
)
from helpdesk.rules.actor import SYSTEM, Actor
from helpdesk.rules.status import Status
from helpdesk.rules.survey import Unasked
from tests.actions.test_concurrency import at_once
from tests.factories import Mail, receive
from tests.surveys.conftest import (
    ANN,
    Resolve,
    ended,
    invitation_of,
    survey_mails,
    switch_on,
)


def test_who_was_answered_gets_one_mail_with_five_links(desk: Desk, resolved: Resolve) -> None:
    ticket = resolved()
    assert job.ask(desk) == 1
    assert job.ask(desk) == 0
    (row,) = survey_mails(desk)
    claim = deliveries.claim(desk, row.id)
    assert claim is not None
    mail = claim.message
    assert (mail.recipient, mail.automatic, mail.language) == (ANN, True, "en")
    for score in (1, 2, 3, 4, 5):
        link = rf"http://127\.0\.0\.1:8000/survey/\d+-[a-z2-7]{{24}}\?score={score}"
        assert re.search(link, mail.text)
        assert mail.html is not None
        assert re.search(f'<a href="{link}"', mail.html)
    assert f"+t{ticket}." in mail.reply_to  # an answer by mail lands in the ticket
    with desk.read() as session:
        note = session.query(Message).filter_by(ticket_id=ticket, visibility="note").one()
        assert "/survey/" not in note.text  # no agent can answer in the customer's place
        assert session.get_one(Ticket, ticket).status == "resolved"


def test_it_is_asked_in_the_language_of_the_customers_last_words(
    desk: Desk, resolved: Resolve
) -> None:
    resolved(Mail(text="帐篷杆断了，怎么办？", subject="帐篷"))
    job.ask(desk)
    (row,) = survey_mails(desk)
    claim = deliveries.claim(desk, row.id)
    assert claim is not None
    assert "您对我们的帮助满意吗？" in claim.message.text
    assert claim.message.language == "zh-Hans"


def test_nobody_is_asked_before_the_delay_is_over(desk: Desk, resolved: Resolve) -> None:
    ticket = resolved()
    ended(desk, ticket, hours=0.5)
    assert job.ask(desk) == 0
    assert invitation_of(desk, ticket) is None


def test_what_ended_before_the_survey_was_switched_on_is_let_be(
    desk: Desk, resolved: Resolve
) -> None:
    resolved()
    with desk.write() as session:
        session.query(Survey).one().active_since = now()
    assert job.ask(desk) == 0


def test_many_rounds_at_once_ask_once(desk: Desk, resolved: Resolve) -> None:
    mine = [resolved(Mail(sender=f"{name}@fjell.example")) for name in ("a", "b", "c")]
    at_once(*[lambda: job.ask(desk)] * 6)
    assert all(invitation_of(desk, ticket) for ticket in mine)
    assert {row.id for row in survey_mails(desk)} <= set(deliveries.due(desk))  # whoever died since
    assert len(survey_mails(desk)) == 3


def test_two_tickets_of_one_customer_at_once_ask_once(desk: Desk, resolved: Resolve) -> None:
    one, other = resolved(), resolved(Mail(subject="Another matter"))
    assert one != other
    said = at_once(
        lambda: survey_sending.consider(desk, one), lambda: survey_sending.consider(desk, other)
    )
    assert sorted(str(each) for each in said) == ["asked_lately", "email"]
    assert len(survey_mails(desk)) == 1


def test_a_round_that_dies_before_the_commit_leaves_nothing(
    desk: Desk, resolved: Resolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = resolved()
    with monkeypatch.context() as patch:
        patch.setattr(audit, "record", lambda *_a, **_k: 1 / 0)
        assert job.ask(desk) == 1
    assert (invitation_of(desk, ticket), survey_mails(desk)) == (None, [])
    job.ask(desk)
    assert len(survey_mails(desk)) == 1


def test_nobody_is_asked_again_within_the_days(desk: Desk, resolved: Resolve) -> None:
    resolved()
    job.ask(desk)
    again = resolved(Mail(subject="Again"))
    job.ask(desk)
    found = invitation_of(desk, again)
    assert found is not None
    assert (found.reason, found.sent_at) == (Unasked.ASKED_LATELY.value, None)
    switch_on(desk, fatigue_days=0)
    later = resolved(Mail(subject="Later"))
    job.ask(desk)
    assert len(survey_mails(desk)) == 2
    assert getattr(invitation_of(desk, later), "channel", "") == "email"


def test_who_is_not_asked(desk: Desk, resolved: Resolve, mei: Actor) -> None:
    silent = resolved(Mail(sender="a@fjell.example"), answer="")
    spam = resolved(Mail(sender="b@fjell.example"))
    tickets.set_tags(desk, mei, spam, ["Spam"])
    bounced = resolved(Mail(sender="c@fjell.example"))
    unconfirmed = resolved(Mail(sender="d@fjell.example"))
    with desk.write() as session:
        session.query(ContactPoint).filter_by(value="c@fjell.example").one().unreachable_at = now()
        session.query(Participant).filter_by(ticket_id=unconfirmed).one().confirmed_at = None
    for ticket in (spam, bounced, unconfirmed):
        ended(desk, ticket)
    job.ask(desk)
    why = {
        t: getattr(invitation_of(desk, t), "reason", "")
        for t in (silent, spam, bounced, unconfirmed)
    }
    assert why == {
        silent: "no_answer", spam: "spam", bounced: "no_way", unconfirmed: "no_way",
    }  # fmt: skip
    assert survey_mails(desk) == []


def test_nobody_is_asked_about_what_lies_in_the_spam_folder(
    desk: Desk, resolved: Resolve, mei: Actor
) -> None:
    ticket = resolved()
    tickets.change_status(desk, mei, ticket, Status.SPAM)
    assert job.ask(desk) == 0
    assert survey_sending.consider(desk, ticket) is None
    assert (invitation_of(desk, ticket), survey_mails(desk)) == (None, [])


def test_automatic_mail_is_not_asked_how_it_liked_the_answer(desk: Desk, resolved: Resolve) -> None:
    ticket = resolved(Mail(headers={"Auto-Submitted": "auto-generated"}))
    job.ask(desk)
    assert getattr(invitation_of(desk, ticket), "reason", "") == "automatic"


def test_a_ticket_that_ends_again_with_an_answer_is_considered_again(
    desk: Desk, resolved: Resolve, mei: Actor
) -> None:
    ticket = resolved(answer="")
    job.ask(desk)
    tickets.change_status(desk, mei, ticket, Status.OPEN)
    replies.send(desk, mei, ticket, "Here you are.")
    tickets.change_status(desk, mei, ticket, Status.RESOLVED)
    with desk.write() as session:
        row = session.get_one(Ticket, ticket)
        row.ended_at = row.queue_at = now() - timedelta(hours=1)
        found = session.query(SurveyInvitation).one()
        found.considered_at = now() - timedelta(hours=3)
    job.ask(desk)
    assert len(survey_mails(desk)) == 1


def test_an_answer_by_mail_is_a_message_as_any_other(desk: Desk, resolved: Resolve) -> None:
    ticket = resolved()
    job.ask(desk)
    (row,) = survey_mails(desk)
    claim = deliveries.claim(desk, row.id)
    assert claim is not None
    reply = Mail(
        text="Five of five, but why so late?", to=claim.message.reply_to, subject="Re: Tent pole",
        headers={"In-Reply-To": claim.message.key},
    )  # fmt: skip
    assert receive(desk, reply).ticket == ticket
    with desk.read() as session:
        assert session.get_one(Ticket, ticket).status == "open"


def test_switched_off_nobody_is_asked(desk: Desk, resolved: Resolve) -> None:
    ticket = resolved()
    survey_sending_off(desk)
    assert job.ask(desk) == 0
    assert survey_sending.consider(desk, ticket) is None


def survey_sending_off(desk: Desk) -> None:
    surveys.configure(desk, SYSTEM, active=False, fatigue_days=30, inboxes={})
    with desk.read() as session:
        events = session.scalars(select(AuditEvent.event)).all()
    assert "survey.configured" in events
