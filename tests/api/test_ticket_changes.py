"""A ticket is changed by programs: all that was asked or nothing, and by whom it was read last."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from helpdesk.actions import tickets
from helpdesk.actions.tickets import move_to_team
from helpdesk.desk import Desk
from helpdesk.models import AuditEvent, Message, Team, Ticket
from helpdesk.rules.actor import SYSTEM, Actor, Role
from helpdesk.rules.status import Status
from tests.actions.test_concurrency import at_once
from tests.api.conftest import Program
from tests.factories import make_agent


def test_of_two_changes_under_one_etag_one_is_made(
    app: Flask, program: Program, desk: Desk, ticket: int
) -> None:
    for attempt in range(5):
        etag = program.get(f"/tickets/{ticket}").headers["ETag"]

        def change(subject: str, etag: str = etag) -> int:
            mine = Program(app.test_client(), program.token)
            body = {"subject": subject, "tags": [subject], "priority": "high"}
            return mine.patch(
                f"/tickets/{ticket}", json=body, headers={"If-Match": etag}
            ).status_code

        names = [f"{attempt}-{n}" for n in range(4)]
        codes = at_once(*[lambda name=name: change(name) for name in names])
        assert sorted(codes) == [200, 412, 412, 412]
        shown = program.get(f"/tickets/{ticket}").json
        assert shown["tags"] == [shown["subject"]] == [names[codes.index(200)]]


def test_a_change_that_is_refused_in_part_changes_nothing(
    program: Program, desk: Desk, ticket: int
) -> None:
    before = program.get(f"/tickets/{ticket}").json
    for refused in ({"assignee_id": 999}, {"status": "snoozed"}, {"team_id": 999},
                    {"fields": {"nothing": "1"}}):  # fmt: skip
        answer = program.patch(f"/tickets/{ticket}", json={"subject": "Other", **refused})
        assert answer.status_code in (404, 409), refused
        assert program.get(f"/tickets/{ticket}").json == before


def test_what_is_so_already_is_no_change(program: Program, ticket: int) -> None:
    body = {"subject": "Parcel", "tags": ["Pole", "tent"], "status": "waiting"}
    first = program.patch(f"/tickets/{ticket}", json=body)
    again = program.patch(f"/tickets/{ticket}", json=body, headers={
        "If-Match": f'"0", {first.headers["ETag"]}',
    })  # fmt: skip
    assert again.json == first.json
    for header in ('W/"1"', '"x"', "", f"W/{first.headers['ETag']}"):
        stale = program.patch(f"/tickets/{ticket}", json=body, headers={"If-Match": header})
        assert stale.status_code == 412, header
    assert program.patch(f"/tickets/{ticket}", json=body, headers={"If-Match": "*"}).json == (
        first.json
    )


TICKET = {"email": "ann@fjell.example", "name": "Ann", "subject": "Tent pole", "text": "It broke.",
          "priority": "high", "tags": ["Pole"], "status": "waiting",
          "created_at": "2026-11-01T10:00:00Z"}  # fmt: skip


def test_a_ticket_is_upserted_by_its_external_id(program: Program, desk: Desk, sue: Actor) -> None:
    body = {**TICKET, "assignee_id": sue.id}
    made = program.put("/tickets/by-external-id/Z-7", json=body)
    assert made.status_code == 200, made.text
    shown = made.json
    assert (shown["external_id"], shown["status"], shown["tags"]) == ("Z-7", "waiting", ["pole"])
    assert (shown["assignee"]["id"], shown["requester"]["name"]) == (sue.id, "Ann")
    assert shown["created_at"].startswith("2026-11-01T10:00:00")
    assert program.put("/tickets/by-external-id/Z-7", json=body).json == shown
    changed = program.put("/tickets/by-external-id/Z-7", json={
        "status": "resolved", "assignee_id": None, "text": "Other words",
    }).json  # fmt: skip
    assert (changed["status"], changed["assignee"], changed["subject"]) == (
        "resolved", None, "Tent pole",
    )  # fmt: skip
    with desk.read() as session:
        (message,) = session.query(Message).all()
        events = session.query(AuditEvent).filter_by(event="ticket.added").count()
    assert (message.text, events) == ("It broke.", 1)


def test_an_upsert_that_says_too_little_makes_nothing(program: Program, desk: Desk) -> None:
    for body, status in (({}, 409), ({"email": "a@b.example"}, 409), ({"subject": "A"}, 409),
                         ({**TICKET, "team_id": 999}, 404), ({**TICKET, "z": 1}, 422)):  # fmt: skip
        assert program.put("/tickets/by-external-id/Z-8", json=body).status_code == status, body
    with desk.read() as session:
        assert session.query(Ticket).count() == 0


def test_upserts_at_the_same_time_make_one_ticket(
    app: Flask, program: Program, desk: Desk, ticket: int
) -> None:
    def put() -> int:
        mine = Program(app.test_client(), program.token)
        return mine.put("/tickets/by-external-id/Z-9", json=TICKET).status_code

    assert at_once(*[put] * 4) == [200] * 4
    with desk.read() as session:
        assert session.query(Ticket).filter_by(external_id="Z-9").count() == 1


def test_promise_6_a_hidden_ticket_is_not_upserted(
    program: Program, program_of: Callable[..., Program], desk: Desk
) -> None:
    made = program.put("/tickets/by-external-id/Z-1", json=TICKET).json["number"]
    make_agent(desk, "Ruth Calloway", Role.AGENT, ("Legal",))
    with desk.write() as session:
        team = session.query(Team).filter_by(name="Legal").one()
        team.is_private = True
    move_to_team(desk, SYSTEM, made, team.id)
    refused = program.put("/tickets/by-external-id/Z-1", json={**TICKET, "status": "resolved"})
    assert refused.status_code == 409
    assert "may not see" in refused.json["detail"]
    into = program.put("/tickets/by-external-id/Z-2", json={**TICKET, "team_id": team.id})
    assert into.status_code == 404
    tickets.change_status(desk, SYSTEM, made, Status.CLOSED)
    ruler = program_of(make_agent(desk, "Ada Root", Role.ADMIN))
    assert ruler.put("/tickets/by-external-id/Z-1", json={"tags": ["Claim"]}).json["tags"] == [
        "claim"
    ]
