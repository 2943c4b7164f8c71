"""The public page, the widget's faces, the results and the settings: what each may and does."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from helpdesk import create_app
from helpdesk.actions import inboxes, replies, survey_sending, tickets
from helpdesk.desk import Desk
from helpdesk.jobs import surveys as job
from helpdesk.models import (
    AuditEvent,
    ContactPoint,
    Inbox,
    Survey,
    SurveyAnswer,
    SurveyInbox,
    SurveyInvitation,
    Ticket,
    now,
)
from helpdesk.rules.actor import SYSTEM, Actor, Role
from helpdesk.rules.status import Status
from tests.factories import Mail, make_agent
from tests.surveys.conftest import Resolve, ended, invitation_of
from tests.web.conftest import Visit
from tests.widget.conftest import KEY, Visitor


@pytest.fixture
def app(desk: Desk) -> Flask:
    app = create_app(desk)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def asked(desk: Desk, resolved: Resolve) -> int:
    """A ticket whose customer was asked by mail."""
    ticket = resolved()
    job.ask(desk)
    return ticket


@pytest.fixture
def customer(app: Flask) -> Visit:
    return Visit(app.test_client())


def path_of(desk: Desk, ticket: int) -> str:
    found = invitation_of(desk, ticket)
    assert found is not None
    return "/survey/" + survey_sending.address_of(desk, found).rpartition("/")[2]


def answers(desk: Desk) -> list[tuple[int, str]]:
    with desk.read() as session:
        rows = session.execute(select(SurveyAnswer.score, SurveyAnswer.comment))
        return [(score, comment) for score, comment in rows]


def post(visit: Visit, path: str, **fields: object) -> TestResponse:
    return visit.client.post(path, data=fields)


# The public page


def test_a_link_scanner_that_opens_everything_answers_nothing(
    desk: Desk, asked: int, customer: Visit
) -> None:
    before = everything(desk)
    for score in (1, 2, 3, 4, 5, 6, "x"):
        page = customer.client.get(f"{path_of(desk, asked)}?score={score}")
        assert page.status_code == 200
        assert customer.client.head(f"{path_of(desk, asked)}?score={score}").status_code == 200
    assert everything(desk) == before
    assert answers(desk) == []


def everything(desk: Desk) -> tuple[Any, ...]:
    with desk.read() as session:
        versions = session.scalars(select(Ticket.version)).all()
        events = session.scalars(select(AuditEvent.id)).all()
        return tuple(versions), tuple(events)


def chosen(page: TestResponse) -> list[str]:
    return re.findall(r'name="score" value="(\d)" required checked', page.text)


def test_the_clicked_face_is_chosen_and_counts_once_it_is_sent(
    desk: Desk, asked: int, customer: Visit
) -> None:
    path = path_of(desk, asked)
    assert chosen(customer.client.get(path)) == []
    page = customer.client.get(f"{path}?score=4")
    assert chosen(page) == ["4"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    sent = post(customer, path, score="4", comment="  Quick and kind \x07 ")
    assert sent.status_code == 303
    assert answers(desk) == [(4, "Quick and kind")]
    thanks = customer.client.get(sent.location).text
    assert "Thank you" in thanks
    assert "Quick and kind" in thanks


def test_it_leaves_the_ticket_resolved_and_tells_the_record(
    desk: Desk, asked: int, customer: Visit
) -> None:
    post(customer, path_of(desk, asked), score="1", comment="Still broken")
    with desk.read() as session:
        assert session.get_one(Ticket, asked).status == "resolved"
        event = session.query(AuditEvent).filter_by(event="survey.answered").one()
    assert (event.data["score"], event.ticket_id, event.actor_kind) == (1, asked, "customer")


def test_a_change_of_mind_and_a_repeat(desk: Desk, asked: int, customer: Visit) -> None:
    path = path_of(desk, asked)
    for score in ("5", "5", "2"):
        post(customer, path, score=score)
    assert answers(desk) == [(2, "")]
    assert chosen(customer.client.get(f"{path}?change=1")) == ["2"]
    with desk.write() as session:
        assert session.query(AuditEvent).filter_by(event="survey.answered").count() == 2
        session.query(SurveyAnswer).one().answered_at = now() - timedelta(days=4)
    late = post(customer, path, score="5")
    assert late.status_code == 410
    assert "cannot be changed any more" in late.text
    assert "Change my answer" not in customer.client.get(f"{path}?change=1").text
    assert answers(desk) == [(2, "")]


def test_nothing_chosen_is_said_beside_the_faces(desk: Desk, asked: int, customer: Visit) -> None:
    for score in ("", "0", "6", "x", "５"):
        answer = post(customer, path_of(desk, asked), score=score, comment="kept words")
        assert answer.status_code == 400
        assert "Choose one of the five faces" in answer.text
        assert "kept words" in answer.text
    assert answers(desk) == []


def test_a_link_ends(desk: Desk, asked: int, customer: Visit) -> None:
    with desk.write() as session:
        session.query(SurveyInvitation).one().sent_at = now() - timedelta(days=15)
    path = path_of(desk, asked)
    assert customer.client.get(path).status_code == 410
    assert "This link has ended" in customer.client.get(f"{path}?score=5").text
    assert post(customer, path, score="5").status_code == 410
    assert answers(desk) == []


def test_forged_and_garbled_links(desk: Desk, asked: int, customer: Visit) -> None:
    good = path_of(desk, asked)
    end = "a" if good[-1] != "a" else "b"
    for path in (
        good[:-1] + end,
        good[:-1],
        good + "a",
        "/survey/1",
        "/survey/%00-x",
        "/survey/９-a",
    ):
        assert customer.client.get(path).status_code == 404, path
        assert post(customer, path, score="5").status_code == 404, path
    assert answers(desk) == []
    assert "The link is not whole" in customer.client.get(good[:-1]).text


def test_guessing_and_answering_are_slowed(desk: Desk, asked: int, customer: Visit) -> None:
    guesses = [customer.client.get("/survey/1-" + "a" * 24).status_code for _ in range(40)]
    assert (guesses[0], guesses[-1]) == (404, 429)
    assert customer.client.get(path_of(desk, asked)).status_code == 200


def test_the_page_speaks_the_invitations_language(
    desk: Desk, resolved: Resolve, customer: Visit
) -> None:
    ticket = resolved(Mail(text="帐篷杆断了", subject="帐篷"))
    job.ask(desk)
    path = path_of(desk, ticket)
    page = customer.client.get(path, headers={"Accept-Language": "en"})
    assert 'lang="zh-Hans"' in page.text
    assert "您对我们的帮助满意吗？" in page.text
    assert "How satisfied" in customer.client.get(f"{path}?lang=en").text


# The ticket


def test_the_agents_page_shows_the_answer(
    app: Flask, desk: Desk, asked: int, mei: Actor, customer: Visit
) -> None:
    as_mei = Visit(app.test_client()).enter(mei)
    assert "How the customer rated our help" not in as_mei.get(f"/tickets/{asked}").text
    post(customer, path_of(desk, asked), score="2", comment="<b>slow</b>")
    page = as_mei.get(f"/tickets/{asked}").text
    assert "How the customer rated our help" in page
    assert "&lt;b&gt;slow&lt;/b&gt;" in page
    assert "rated our help: Bad" in page


# The chat


@pytest.fixture
def chat(desk: Desk, app: Flask, asking: None, mei: Actor) -> tuple[Visitor, int]:
    """A visitor who is there, and their ticket, answered and resolved."""
    inboxes.add_inbox(desk, SYSTEM, channel="chat", address=KEY, name="Shop")
    visitor = Visitor(app.test_client(use_cookies=False))
    visitor.start()
    ticket = visitor.say("Does the pole bend?").json["ticket"]
    replies.send(desk, mei, ticket, "It does.")
    visitor.pull()
    tickets.change_status(desk, mei, ticket, Status.RESOLVED)
    return visitor, ticket


def survey_of(visitor: Visitor) -> Any:
    return visitor.ask("messages?after=").json["survey"]


def test_who_is_in_the_chat_is_asked_there_at_once(
    desk: Desk, chat: tuple[Visitor, int], mei: Actor
) -> None:
    visitor, ticket = chat
    assert survey_of(visitor) is None
    assert job.ask(desk) == 1
    assert survey_of(visitor) == {"ticket": ticket, "score": 0, "comment": ""}
    rated = visitor._post("rating", json={"ticket": ticket, "score": 5})
    assert rated.json == {"ticket": ticket, "score": 5, "comment": ""}
    visitor._post("rating", json={"ticket": ticket, "score": 5, "comment": "Lovely"})
    visitor._post("rating", json={"ticket": ticket, "score": 4})
    assert survey_of(visitor) == {"ticket": ticket, "score": 4, "comment": "Lovely"}
    with desk.read() as session:
        assert session.get_one(Ticket, ticket).status == "resolved"
    tickets.change_status(desk, mei, ticket, Status.OPEN)
    assert survey_of(visitor) is None
    assert visitor._post("rating", json={"ticket": ticket, "score": 1}).status_code == 409


def test_nobody_else_rates_a_chat(desk: Desk, app: Flask, chat: tuple[Visitor, int]) -> None:
    _visitor, ticket = chat
    job.ask(desk)
    other = Visitor(app.test_client(use_cookies=False))
    other.start()
    given = {"ticket": ticket, "score": 1}
    assert other._post("rating", json=given).status_code == 409
    other.say("Me, too")
    assert other._post("rating", json=given).status_code == 409
    other.token = ""
    assert other._post("rating", json=given).status_code == 401
    assert answers(desk) == []


@pytest.mark.parametrize(
    "change",
    [{"score": 0}, {"score": 6}, {"score": "5"}, {"score": None}, {"ticket": "1"}, {"comment": 7}],
)
def test_a_rating_that_is_none(desk: Desk, chat: tuple[Visitor, int], change: Any) -> None:
    visitor, ticket = chat
    job.ask(desk)
    answer = visitor._post("rating", json={"ticket": ticket, "score": 5} | change)
    assert answer.status_code == 400
    assert answers(desk) == []


def test_who_left_the_chat_is_asked_by_mail_where_their_address_is_verified(
    desk: Desk, chat: tuple[Visitor, int]
) -> None:
    visitor, ticket = chat
    visitor.leave(email="ann@fjell.example")
    ended(desk, ticket, hours=2)
    with desk.write() as session:
        session.query(ContactPoint).filter_by(kind="visitor").one().last_seen_at = None
    job.ask(desk)
    assert getattr(invitation_of(desk, ticket), "reason", "") == "no_way"  # it was only said


# The results


def test_results_are_for_supervisors_and_settings_for_admins(app: Flask, desk: Desk) -> None:
    for path, may in (
        ("/reports/satisfaction", (Role.SUPERVISOR, Role.ADMIN)),
        ("/settings/surveys", (Role.ADMIN,)),
    ):
        assert app.test_client().get(path).status_code == 302
        for role in Role:
            visit = Visit(app.test_client()).enter(make_agent(desk, role=role))
            assert visit.get(path).status_code == (200 if role in may else 403), (path, role)


def test_the_results_count_what_was_asked_and_answered(
    app: Flask, desk: Desk, resolved: Resolve, customer: Visit
) -> None:
    mine = [resolved(Mail(sender=f"{name}@fjell.example")) for name in "abcd"]
    job.ask(desk)
    for ticket, score in zip(mine, (5, 2, 4), strict=False):
        post(customer, path_of(desk, ticket), score=score, comment=f"Said {score}")
    boss = Visit(app.test_client()).enter(make_agent(desk, "Ruth", Role.SUPERVISOR))
    page = boss.get("/reports/satisfaction").text
    assert "2 of 3 who answered were satisfied" in page
    assert "75 %" in page  # 3 of 4 answered
    assert "21 %–94 %, n=3" in page  # Wilson for 2 of 3
    assert "people are ranked only when each has 30 answers" in page
    assert all(f"Said {score}" in page for score in (5, 2, 4))
    low = boss.get("/reports/satisfaction?low=1").text
    assert ("Said 2" in low, "Said 5" in low) == (True, False)


def test_the_results_leave_out_what_turned_out_to_be_spam(
    app: Flask, desk: Desk, asked: int, customer: Visit, mei: Actor
) -> None:
    post(customer, path_of(desk, asked), score="1", comment="Buy my xylophone")
    boss = Visit(app.test_client()).enter(make_agent(desk, "Ruth", Role.SUPERVISOR))
    assert "xylophone" in boss.get("/reports/satisfaction").text
    tickets.change_status(desk, mei, asked, Status.SPAM)
    page = boss.get("/reports/satisfaction").text
    assert "xylophone" not in page
    assert "Nobody was asked" in page


def test_promise_6_results_leave_out_what_a_supervisor_must_not_see(
    app: Flask, desk: Desk, resolved: Resolve, customer: Visit
) -> None:
    from helpdesk.models import Team

    ticket = resolved(Mail(subject="Notice of claim"))
    job.ask(desk)
    post(customer, path_of(desk, ticket), score="1", comment="The xylophone fell")
    make_agent(desk, "Lou", Role.AGENT, ("Legal",))
    with desk.write() as session:
        team = session.query(Team).filter_by(name="Legal").one()
        team.is_private = True
        found = session.get_one(Ticket, ticket)
        found.team_id, found.assignee_id = team.id, None
    boss = Visit(app.test_client()).enter(make_agent(desk, "Ruth", Role.SUPERVISOR))
    page = boss.get("/reports/satisfaction").text
    assert "xylophone" not in page
    assert "Nobody was asked" in page
    admin = Visit(app.test_client()).enter(make_agent(desk, "Ada", Role.ADMIN))
    assert "xylophone" in admin.get("/reports/satisfaction").text


# The settings


def test_an_admin_says_whom_to_ask(app: Flask, desk: Desk, mailbox: int) -> None:
    admin = Visit(app.test_client()).enter(make_agent(desk, "Ada", Role.ADMIN))
    admin.get("/settings/surveys")
    form = {"active": "1", "fatigue_days": "14", f"delay-{mailbox}": "90"}
    assert admin.post("/settings/surveys", **form).status_code == 302
    with desk.read() as session:
        survey, inbox = session.query(Survey).one(), session.query(SurveyInbox).one()
    assert (survey.active, survey.fatigue_days) == (True, 14)
    assert (inbox.active, inbox.delay_minutes) == (False, 90)
    for wrong in ({"fatigue_days": "-1"}, {"fatigue_days": "366"}, {f"delay-{mailbox}": "x"}):
        answer = admin.post("/settings/surveys", **{**form, **wrong})
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text
    admin.token = "forged"
    assert admin.post("/settings/surveys", **form).status_code == 400


def test_an_inbox_that_does_not_ask(desk: Desk, resolved: Resolve) -> None:
    ticket = resolved()
    with desk.write() as session:
        survey, inbox = session.query(Survey).one(), session.query(Inbox).one()
        session.add(
            SurveyInbox(survey_id=survey.id, inbox_id=inbox.id, active=False, delay_minutes=0)
        )
    assert job.ask(desk) == 0
    assert invitation_of(desk, ticket) is None
