"""Every route that changes something is tried by whom it is not for: the rules of the application
say which there are, so that a new one is tried by itself, or named here with the reason why not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from helpdesk.desk import Desk
from helpdesk.models import Notification, Ticket
from helpdesk.rules.actor import Actor
from tests.library import plant_library
from tests.web.conftest import Visit

READS = {"GET", "HEAD", "OPTIONS"}

NO_FORMS = {
    "api": "a program's token says who it is; tests/api tries every operation",
    "webhooks": "the provider signs what it sends; tests/channels",
    "widget": "the visitor's token says who it is; tests/widget",
    "survey": "the signed address says who it is; tests/surveys",
}
"""Blueprints whose requests come from no form of ours, so carry no token of a form."""

FOR_EVERYBODY = {
    "auth.sign_in": "it is how one signs in",
    "auth.logout": "who is signed out stays so",
    "login_steps.confirm": "a step of signing in",
    "login_steps.prove": "a step of signing in",
    "login_steps.set_password": "the signed address says who it is",
    "help.send": "the contact form of the help centre",
    "help.vote": "readers of the help centre say whether an article helped",
    "help.reading": "readers of the help centre are counted",
    "help.typed": "readers of the help centre are counted, and what they could not find",
}
"""Routes that need no login."""

FOR_AGENTS = {
    "account",
    "articles.create",
    "articles.preview",
    "articles.dismiss",
    "articles.restore",
    "articles.write",
    "bulk.change",
    "canned.remove_reply",
    "canned.save_reply",
    "customer_changes.duplicate",
    "customer_changes.organization",
    "my_tasks",
    "notifications.read_all",
    "preferences",
    "tokens",
    "views",
}
"""Blueprints and routes that every agent may use, beside those of a ticket and of a customer.
Whatever is not named here is refused to an agent."""

NOT_FOR_AGENTS = {"customer_changes.tier", "customer_changes.pool"}
"""Of a customer, but for supervisors."""

FORMS: dict[str, dict[str, str]] = {
    "articles.name_category": {"slug": "orders", "name_en": "Orders"},
    "canned.save_macro": {"name": "A", "status": "open"},
    "customer_changes.notes": {"text": "A"},
    "customer_changes.addresses": {"kind": "email", "value": "bo@dal.example"},
    "customer_changes.stage": {"stage": "lapsed", "reason": "A"},
    "customer_changes.tier": {"tier": "gold"},
    "mail_decisions.sender": {"verdict": "deny"},
    "replies.reply": {"text": "Hello"},
    "replies.note": {"text": "Hello"},
    "suggested_articles.insertion": {"slug": "refund"},
    "ticket_changes.correction": {"intent": "greet"},
    "ticket_changes.merge_suggestion": {"answer": "accepted"},
    "ticket_changes.owner": {"owner": "people"},
    "ticket_changes.priority": {"priority": "low"},
    "ticket_changes.snooze": {"until": "2027-01-05T09:00:00+00:00"},
    "ticket_changes.status": {"status": "resolved"},
    "ticket_changes.subject": {"subject": "Other"},
    "ticket_surgery.add_participant": {"address": "bo@dal.example"},
    "ticket_surgery.link": {"kind": "related", "other": "2"},
    "ticket_surgery.merge": {"into": "2"},
    "ticket_surgery.requester": {"address": "bo@dal.example"},
    "ticket_surgery.split": {"messages": "1"},
    "ticket_work.matter": {"kind": "problem"},
    "ticket_work.reminder": {"at": "2027-01-05T09:00:00+00:00"},
    "ticket_work.task": {"title": "Call"},
    "undelivered.resend": {"channel": "sms"},
    "requester.requester": {"mail": "0"},
    "bulk.macro": {"priority": "low"},
    "notifications.read_mark": {"seq": "1"},
}
"""What a form must say, so that the refusal is of who sent it."""


def changes(app: Flask) -> Iterator[Rule]:
    """The rules of the pages that change something and are for people who signed in."""
    for rule in app.url_map.iter_rules():
        if (rule.methods or set()) - READS and not {rule.endpoint, room(rule)} & {*NO_FORMS}:
            yield rule


def room(rule: Rule) -> str:
    """The blueprint that the rule is of."""
    return rule.endpoint.partition(".")[0]


STEPS = {"lang": "en", "channel": "email", "slug": "refund", "token": "x"}


def address(rule: Rule, **known: int) -> str:
    """An address that the rule takes; what is a number is 1 where nothing is ``known``."""
    values = {name: STEPS.get(name, 1) for name in rule.arguments} | known
    return re.sub(r"<(?:[^>]*:)?(\w+)>", lambda step: str(values[step[1]]), rule.rule)


def test_what_is_left_out_is_there(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    known = endpoints | {endpoint.partition(".")[0] for endpoint in endpoints}
    named = {*NO_FORMS, *FOR_EVERYBODY, *FOR_AGENTS, *NOT_FOR_AGENTS, *FORMS}
    assert not named - known


def test_no_change_without_a_login(app: Flask, stranger: Visit) -> None:
    stranger.get("/login")
    tried = [rule for rule in changes(app) if rule.endpoint not in FOR_EVERYBODY]
    assert len(tried) > 100
    for rule in tried:
        answer = stranger.post(address(rule), **FORMS.get(rule.endpoint, {}))
        assert answer.status_code == 401, rule


def test_no_change_without_the_token_of_the_form(app: Flask, as_admin: Visit) -> None:
    for rule in changes(app):
        for token in ("forged", ""):
            as_admin.token = token
            answer = as_admin.post(address(rule), **FORMS.get(rule.endpoint, {}))
            assert answer.status_code == 400, (rule, token)
            assert "This form is too old" in answer.text, (rule, token)


def test_promise_6_no_change_to_a_ticket_or_customer_of_a_private_team(
    app: Flask, as_supervisor: Visit, desk: Desk, secret_ticket: int
) -> None:
    with desk.read() as session:
        customer = session.get_one(Ticket, secret_ticket).customer_id
    known = {"ticket_id": secret_ticket, "customer_id": customer}
    tried = [rule for rule in changes(app) if rule.arguments & known.keys()]
    assert len(tried) > 50
    answers = {}
    for rule in tried:
        mine = {name: known[name] for name in rule.arguments & known.keys()}
        empty = as_supervisor.post(address(rule, **mine))
        assert empty.status_code in (400, 404, 409, 413), (rule, empty.status_code)
        answer = as_supervisor.post(address(rule, **mine), **FORMS.get(rule.endpoint, {}))
        assert "xylophone" not in empty.text, rule
        assert "xylophone" not in answer.text, rule
        answers[rule.endpoint] = answer.status_code
    assert answers == dict.fromkeys(answers, 404)


def test_what_is_not_for_agents_is_refused_to_them(
    app: Flask, as_mei: Visit, desk: Desk, ticket: int
) -> None:
    plant_library(desk)
    with desk.read() as session:
        known = {"customer_id": session.get_one(Ticket, ticket).customer_id}
    answers = {}
    for rule in changes(app):
        if is_for_agents(rule):
            continue
        mine = {name: known[name] for name in rule.arguments & known.keys()}
        answer = as_mei.post(address(rule, **mine), **FORMS.get(rule.endpoint, {}))
        answers[rule.endpoint] = answer.status_code
    assert answers == dict.fromkeys(answers, 403)


def is_for_agents(rule: Rule) -> bool:
    if rule.endpoint in NOT_FOR_AGENTS:
        return False
    of_one = rule.arguments & {"ticket_id", "customer_id"}
    return bool(of_one or {rule.endpoint, room(rule)} & {*FOR_AGENTS, *FOR_EVERYBODY})


def test_a_notification_is_put_away_by_whom_it_is_for_alone(
    as_mei: Visit, as_lawyer: Visit, desk: Desk, lawyer: Actor, ticket: int
) -> None:
    with desk.write() as session:
        told = Notification(agent_id=lawyer.id, ticket_id=ticket, kind="mention")
        session.add(told)
        session.flush()
        number = told.id
    for visit, is_read in ((as_mei, False), (as_lawyer, True)):
        visit.post(f"/tasks/notifications/{number}/seen")
        with desk.read() as session:
            assert (session.get_one(Notification, number).read_at is not None) is is_read
