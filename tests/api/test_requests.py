"""Who may call, how often, and what they are told when they may not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from helpdesk.actions.api_tokens import create_token
from helpdesk.api.operation import OPERATIONS
from helpdesk.desk import Desk
from helpdesk.models import Agent, ApiToken, Message, now
from helpdesk.rules.actor import Actor
from helpdesk.rules.api_scope import Scope, allows
from tests.api.conftest import V1, Program

PATHS = {"{number}": "1", "{external_id}": "X", "{slug}": "returns", "{lang}": "en",
         "{point_number}": "1"}  # fmt: skip


def path_of(path: str) -> str:
    for step, value in PATHS.items():
        path = path.replace(step, value)
    return path


def is_problem(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    assert (answer.json["status"], answer.json["type"]) == (status, "about:blank")
    return str(answer.json["detail"])


@pytest.mark.parametrize("token", ["", "hd_unknown", "null"])
def test_nothing_without_a_token(app: Flask, token: str) -> None:
    program = Program(app.test_client(), token)
    for one in OPERATIONS:
        answer = program.call(one.method, path_of(one.path))
        is_problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_session_of_a_browser_counts_for_nothing(app: Flask, mei: Actor) -> None:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["since"] = f"{mei.id}:1", 9_999_999_999
    assert client.get(f"{V1}/tickets").status_code == 401
    assert client.post(f"{V1}/tickets/1/notes", json={"text": "x"}).status_code == 401


def test_every_operation_needs_its_scope(program_of: Callable[..., Program], sue: Actor) -> None:
    for scope in Scope:
        program = program_of(sue, scope.value)
        for one in OPERATIONS:
            answer = program.call(one.method, path_of(one.path))
            if allows([scope], one.scope):
                assert answer.status_code not in (401, 403), (scope, one.path, answer.text)
            else:
                assert one.scope in is_problem(answer, 403)


@pytest.mark.parametrize("how", ["revoked", "expired", "inactive"])
def test_tokens_end(app: Flask, desk: Desk, mei: Actor, how: str) -> None:
    program = Program(app.test_client(), create_token(desk, mei, "t"))
    assert program.get("/tickets").status_code == 200
    change = {
        "revoked": update(ApiToken).values(revoked_at=now()),
        "expired": update(ApiToken).values(expires_at=now() - timedelta(seconds=1)),
        "inactive": update(Agent).values(active=False),
    }[how]
    with desk.write() as session:
        assert session.query(ApiToken).one().last_used_at is not None
        session.execute(change)
    is_problem(program.get("/tickets"), 401)


def test_requests_are_counted_by_token(
    app: Flask, desk: Desk, mei: Actor, program: Program
) -> None:
    object.__setattr__(desk.settings, "api_requests_per_minute", 3)
    greedy = Program(app.test_client(), create_token(desk, mei, "greedy"))
    assert [greedy.get("/tickets").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = greedy.get("/tickets")
    is_problem(answer, 429)
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["RateLimit"] == '"token";r=0'
    assert program.get("/tickets").status_code == 200


def test_errors_are_problems(program: Program, ticket: int) -> None:
    is_problem(program.get("/nothing"), 404)
    is_problem(program.get("/tickets/99"), 404)
    is_problem(program.get("/tickets/99999999999"), 404)
    is_problem(program.get("/orders/" + "x" * 201), 404)
    answer = program.call("DELETE", "/tickets")
    assert "GET, POST" in is_problem(answer, 405)
    assert answer.headers["Allow"] == "GET, POST"
    is_problem(program.post("/tickets", data="x"), 415)
    is_problem(program.post("/tickets", data="{", content_type="application/json"), 400)
    faults = program.post("/tickets", json={"subject": "", "zzz": 1})
    is_problem(faults, 422)
    assert {one["where"] for one in faults.json["errors"]} == {
        "body.requester", "body.subject", "body.text", "body.zzz",
    }  # fmt: skip
    assert "query.limit" in program.get("/tickets?limit=0").text
    assert "There is no parameter page." in program.get("/tickets?page=2").text
    is_problem(program.get("/tickets?cursor=zzz"), 400)
    is_problem(program.patch(f"/tickets/{ticket}", json={"status": "snoozed"}), 409)


def test_too_large_is_told(app: Flask, program: Program) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    is_problem(program.post("/tickets", json={"text": "x" * 2000}), 413)


def test_what_nobody_foresaw_is_told_without_its_reason(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: Any, **_named: Any) -> None:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr("helpdesk.queries.ticket_records.ticket_records", broken)
    assert "42" not in is_problem(program.get("/tickets"), 500)


KEY = {"Idempotency-Key": "note-1"}


def test_a_repeat_under_a_key_is_answered_alike_and_done_once(
    program: Program, desk: Desk, ticket: int
) -> None:
    first = program.post(f"/tickets/{ticket}/notes", json={"text": "Hi"}, headers=KEY)
    again = program.post(f"/tickets/{ticket}/notes", json={"text": "Hi"}, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert first.headers["Location"] == again.headers["Location"]
    assert again.headers["Idempotent-Replay"] == "true"
    other = program.post(f"/tickets/{ticket}/notes", json={"text": "Ho"}, headers=KEY)
    is_problem(other, 422)
    is_problem(program.post("/tickets", json={}, headers={"Idempotency-Key": "a b"}), 400)
    with desk.read() as session:
        assert session.query(Message).filter_by(visibility="note").count() == 1


def test_repeats_at_the_same_time_are_done_once(
    app: Flask, program: Program, desk: Desk, ticket: int
) -> None:
    answers: list[Any] = []

    def call() -> None:
        mine = Program(app.test_client(), program.token)
        answers.append(mine.post(f"/tickets/{ticket}/notes", json={"text": "Hi"}, headers=KEY))

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.text for answer in answers}) == 1
    with desk.read() as session:
        assert session.query(Message).filter_by(visibility="note").count() == 1


def test_a_desk_that_dies_before_it_has_answered_does_nothing_twice(
    program: Program, desk: Desk, ticket: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"requester": {"email": "zoe@fjell.example"}, "subject": "A", "text": "B"}
    with monkeypatch.context() as dying:
        dying.setattr("helpdesk.actions.idempotent_replies.keep", lambda *_given: None)
        program.post(f"/tickets/{ticket}/notes", json={"text": "Hi"}, headers=KEY)
        first = program.post("/tickets", json=body, headers={"Idempotency-Key": "t"})
    monkeypatch.setattr("helpdesk.actions.idempotent_replies.UNDER_WAY", timedelta(0))
    program.post(f"/tickets/{ticket}/notes", json={"text": "Hi"}, headers=KEY)
    again = program.post("/tickets", json=body, headers={"Idempotency-Key": "t"})
    assert again.json["number"] == first.json["number"]
    with desk.read() as session:
        assert session.query(Message).filter_by(visibility="note").count() == 1


def test_the_document_and_its_page_are_for_everybody(app: Flask) -> None:
    client = app.test_client()
    document = client.get(f"{V1}/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert sum(len(methods) for methods in document["paths"].values()) == len(OPERATIONS)
    page = client.get(f"{V1}/docs")
    assert page.status_code == 200
    assert all(one.path in page.text for one in OPERATIONS)
    assert "//" not in page.text.replace("http://localhost", "").replace("://", "")
