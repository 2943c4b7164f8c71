"""What programs do: the same as agents, with the same rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.actions import import_work
from helpdesk.actions.custom_fields import Definition, add_field
from helpdesk.actions.upserts import upsert
from helpdesk.desk import Desk
from helpdesk.models import AuditEvent, Message, Question
from helpdesk.rules.actor import SYSTEM, Actor, Role
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from tests.api.conftest import Program
from tests.factories import Mail, make_agent, receive


def test_promise_6_tickets_of_a_private_team(
    program: Program, program_of: Callable[..., Program], ticket: int, secret_ticket: int
) -> None:
    assert [one["number"] for one in program.get("/tickets").json["items"]] == [ticket]
    for path in ("", "/messages"):
        assert program.get(f"/tickets/{secret_ticket}{path}").status_code == 404
    for method, path, body in (
        ("POST", "/replies", {"text": "Hi"}), ("POST", "/notes", {"text": "Hi"}),
        ("PATCH", "", {"status": "resolved"}),
    ):  # fmt: skip
        answer = program.call(method, f"/tickets/{secret_ticket}{path}", json=body)
        assert answer.status_code == 404, path
    for path in ("/search/tickets?q=xylophone", "/tickets?q=xylophone", "/tickets?q=Notice"):
        assert program.get(path).json["items"] == []


def test_tickets_are_listed_in_pages_and_by_filters(program: Program, desk: Desk) -> None:
    numbers = [
        receive(desk, Mail(subject=f"S {n}", sender=f"p{n}@x.example")).ticket for n in range(5)
    ]
    seen, cursor = [], ""
    while True:
        page = program.get(f"/tickets?limit=2&cursor={cursor}").json
        seen += [one["number"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == sorted(numbers, reverse=True)  # type: ignore[type-var]
    changed = program.patch(f"/tickets/{numbers[0]}", json={"status": "resolved", "tags": ["Pole"],
                                                           "priority": "high"})  # fmt: skip
    assert changed.json["tags"] == ["pole"]
    customer = changed.json["requester"]["customer_id"]
    for query in ("status=resolved&status=closed", "tag=pole", "priority=high",
                  f"customer_id={customer}", "q=p0@x.example"):  # fmt: skip
        found = program.get(f"/tickets?{query}").json["items"]
        assert [one["number"] for one in found] == [numbers[0]], query
    assert program.get("/tickets?changed_since=2099-01-01T00:00:00Z").json["items"] == []


def test_a_ticket_is_opened_answered_and_changed(program: Program, desk: Desk, sue: Actor) -> None:
    opened = program.post("/tickets", json={
        "requester": {"email": "Zoë".encode().hex() + "@fjell.example", "name": "Zoë"},
        "subject": "Where is it?", "text": "I wait.",
    })  # fmt: skip
    assert opened.status_code == 201, opened.text
    number = opened.json["number"]
    assert opened.headers["Location"] == f"/api/v1/tickets/{number}"
    assert opened.json["requester"]["name"] == "Zoë"
    reply = program.post(f"/tickets/{number}/replies", json={"text": "It comes.", "seen_seq": 1})
    assert (reply.status_code, reply.json["author"]["name"]) == (201, "Sue Park")
    assert reply.json["deliveries"][0]["state"] == "queued"
    program.post(f"/tickets/{number}/notes", json={"text": "Ask the courier."})
    said = program.get(f"/tickets/{number}/messages").json["items"]
    assert [one["visibility"] for one in said] == ["public", "public", "note"]
    assert said[0]["text"].strip() == "I wait."
    etag = program.get(f"/tickets/{number}").headers["ETag"]
    body = {"assignee_id": sue.id, "subject": "Parcel"}
    ok = program.patch(f"/tickets/{number}", json=body, headers={"If-Match": etag})
    assert ok.json["assignee"] == {"id": sue.id, "name": "Sue Park"}
    stale = program.patch(f"/tickets/{number}", json=body, headers={"If-Match": etag})
    assert stale.status_code == 412
    freed = program.patch(f"/tickets/{number}", json={"assignee_id": None})
    assert freed.json["assignee"] is None
    snooze = {"status": "snoozed", "snoozed_until": "2099-01-01T00:00:00Z"}
    later = program.patch(f"/tickets/{number}", json=snooze)
    assert later.json["status"] == "snoozed"


def test_a_reply_waits_for_what_was_not_read(program: Program, desk: Desk, ticket: int) -> None:
    answer = program.post(f"/tickets/{ticket}/replies", json={"text": "Hi", "seen_seq": 0})
    assert answer.status_code == 409
    assert "arrived" in answer.json["detail"]


def test_customers_are_made_changed_and_found(program: Program, desk: Desk) -> None:
    made = program.post("/customers", json={
        "name": "Ann Lee", "emails": ["ANN@fjell.example"], "organization": "Fjell",
        "external_id": "C-1",
    })  # fmt: skip
    assert made.status_code == 201, made.text
    number = made.json["id"]
    assert made.json["contact_points"][0]["value"] == "ann@fjell.example"
    assert made.json["contact_points"][0]["verified_at"] is None
    assert program.post("/customers", json={"emails": ["ann@fjell.example"]}).status_code == 409
    assert program.post("/customers", json={"name": "Nobody"}).status_code == 409
    changed = program.patch(f"/customers/{number}", json={"name": "Ann", "organization_id": None})
    assert (changed.json["name"], changed.json["organization"]) == ("Ann", None)
    phone = {"kind": "phone", "value": "+44 20 7946 0958"}
    with_phone = program.post(f"/customers/{number}/contact-points", json=phone).json
    point = with_phone["contact_points"][1]
    assert point["value"] == "+442079460958"
    for query in ("q=ann", "email=ann@fjell.example", "phone=%2B442079460958", "external_id=C-1"):
        assert len(program.get(f"/customers?{query}").json["items"]) == 1, query
    gone = program.call("DELETE", f"/customers/{number}/contact-points/{point['id']}")
    assert (gone.status_code, gone.data) == (204, b"")
    receive(desk, Mail(sender="ann@fjell.example"))
    used = made.json["contact_points"][0]["id"]
    assert program.call("DELETE", f"/customers/{number}/contact-points/{used}").status_code == 409


def test_upserts_by_external_id_can_be_repeated(program: Program) -> None:
    org = program.put("/organizations/by-external-id/F", json={"name": "Fjell"})
    assert program.put("/organizations/by-external-id/F", json={"name": "Fjell"}).json == org.json
    body = {"name": "Ann", "emails": ["ann@fjell.example"], "organization": "Fjell"}
    first = program.put("/customers/by-external-id/C-1", json=body)
    assert first.status_code == 200, first.text
    assert program.put("/customers/by-external-id/C-1", json=body).json == first.json
    assert program.put("/customers/by-external-id/C-2", json=body).status_code == 409
    order = {"customer_external_id": "C-1", "placed_at": "2026-11-20T10:00:00Z", "amount": "129.5",
             "currency": "GBP", "state": "shipped"}  # fmt: skip
    made = program.put("/orders/T-1", json=order)
    assert (made.json["amount"], made.json["customer_id"]) == ("129.50", first.json["id"])
    assert program.put("/orders/T-1", json=order).json == made.json
    assert program.put("/orders/T-1", json={"state": "delivered"}).json["state"] == "delivered"
    assert program.put("/orders/T-2", json={"customer_external_id": "C-1"}).status_code == 409
    assert len(program.get(f"/orders?customer_id={first.json['id']}").json["items"]) == 1


def test_articles_are_written_by_agents_and_published_by_supervisors(
    program: Program, program_of: Callable[..., Program], mei: Actor, desk: Desk
) -> None:
    agent = program_of(mei)
    body = {"title": "Returns", "body": "Send it back."}
    written = agent.put("/articles/returns/en", json=body)
    assert (written.status_code, written.json["status"]) == (200, "draft")
    stale = {**body, "title": "Other", "seen_revision": 0}
    assert agent.put("/articles/returns/en", json=stale).status_code == 409
    assert agent.post("/articles/returns/en/publication").status_code == 403
    shown = program.post("/articles/returns/en/publication").json
    assert (shown["status"], shown["published_revision"]) == ("published", 1)
    assert len(program.get("/articles?status=published&lang=en").json["items"]) == 1
    found = program.get("/search/articles?q=Returns").json["items"]
    assert [one["slug"] for one in found] == ["returns"]
    program.get("/search/articles?q=zzkayak+qqrental")
    program.get("/search/articles?q=zzkay&kept=false")
    with desk.read() as session:
        asked = session.execute(select(Question.text, Question.place, Question.outcome)).all()
    assert [one.text for one in asked] == ["Returns", "zzkayak qqrental"]
    assert (asked[1].place, asked[1].outcome) == ("api", "unknown")
    assert program.post("/articles/returns/en/archiving").json["status"] == "archived"
    assert program.get("/articles/returns/fr").status_code == 404


PEOPLE = b"ID,Name,Email\n1,Ann,ann@fjell.example\n2,Ben,ben@\n"


def csv_of(data: bytes) -> dict[str, Any]:
    return {"data": data, "content_type": "text/csv"}


def test_imports_are_sent_watched_and_undone(
    program: Program, program_of: Callable[..., Program], mei: Actor, desk: Desk
) -> None:
    assert program_of(mei).post("/imports?noun=customers", **csv_of(PEOPLE)).status_code == 403
    check = program.post("/imports?noun=customers&dry_run=true", **csv_of(PEOPLE))
    assert (check.status_code, check.json["task"], check.json["rows"]) == (202, "check", 2)
    sent = program.post("/imports?noun=customers&column=Name=", **csv_of(PEOPLE))
    assert sent.json["columns"] == {"ID": "external_id", "Email": "email"}
    for run in import_work.due(desk):
        import_work.work(desk, run)
    number = sent.json["id"]
    done = program.get(f"/imports/{number}").json
    assert (done["state"], done["created"], done["refused"]) == ("done", 1, 1)
    rows = program.get(f"/imports/{number}/rows?outcome=refused").json["items"]
    assert [(one["row"], one["reason"]) for one in rows] == [(3, "“ben@” is not an email address.")]
    assert program.post(f"/imports/{number}/undoing").status_code == 202
    import_work.work(desk, number)
    assert program.get("/customers").json["items"] == []


@pytest.mark.parametrize(("query", "data", "status"), [
    ("noun=customers", b"", 422), ("noun=zebras", PEOPLE, 422), ("", PEOPLE, 422),
    ("noun=customers&column=Nope=name", PEOPLE, 409), ("noun=customers&region=Narnia", PEOPLE, 409),
    ("noun=customers&column=Name=email&column=ID=shoe", PEOPLE, 409),
])  # fmt: skip
def test_bad_imports_are_refused(program: Program, query: str, data: bytes, status: int) -> None:
    answer = program.post(f"/imports?{query}", **csv_of(data))
    assert answer.status_code == status, answer.text


def test_what_programs_do_is_written_down_as_their_agents(
    program: Program, desk: Desk, ticket: int
) -> None:
    upsert(desk, SYSTEM, "organizations", {"name": ["Fjell"]})
    program.post(f"/tickets/{ticket}/notes", json={"text": "Hi"})
    with desk.read() as session:
        event = session.query(AuditEvent).filter_by(event="note.added").one()
        message = session.query(Message).filter_by(visibility="note").one()
    assert (event.actor_name, message.author_name) == ("Sue Park", "Sue Park")


def test_custom_fields_are_read_and_changed(program: Program, desk: Desk, ticket: int) -> None:
    for noun in FieldNoun:
        add_field(desk, SYSTEM, noun, "amount", FieldKind.NUMBER, Definition("Amount"))
    customer = program.get(f"/tickets/{ticket}").json["requester"]["customer_id"]
    for path in (f"/tickets/{ticket}", f"/customers/{customer}"):
        assert program.get(path).json["fields"] == {}
        changed = program.patch(path, json={"fields": {"amount": "1,250.50"}})
        assert changed.json["fields"] == {"amount": "1250.5"}, changed.text
        wrong = program.patch(path, json={"fields": {"amount": "many"}})
        assert wrong.status_code == 422
        assert program.patch(path, json={"fields": {"nothing": "1"}}).status_code == 404
        (listed,) = program.get(path.rpartition("/")[0]).json["items"]
        assert listed["fields"] == {"amount": "1250.5"}
        assert program.patch(path, json={"fields": {"amount": ""}}).json["fields"] == {}


def test_upserts_and_new_tickets_carry_custom_fields(program: Program, desk: Desk) -> None:
    for noun in FieldNoun:
        add_field(desk, SYSTEM, noun, "amount", FieldKind.NUMBER, Definition("Amount"))
        add_field(desk, SYSTEM, noun, "code", FieldKind.TEXT, Definition("Code"))
    path = "/customers/by-external-id/C-1"
    body: dict[str, Any] = {"name": "Ann", "fields": {"amount": "1,250.50", "code": "'=K7"}}
    first = program.put(path, json=body)
    assert first.json["fields"] == {"amount": "1250.5", "code": "=K7"}, first.text
    assert program.put(path, json=body).json == first.json
    kept = program.put(path, json={"fields": {"amount": "3", "code": ""}})
    assert kept.json["fields"] == {"amount": "3", "code": "=K7"}, "what is empty stays"
    assert program.put(path, json={"fields": {"amount": "many"}}).status_code == 409
    assert program.put(path, json={"fields": {"nothing": "1"}}).status_code == 409
    made = program.post("/customers", json={"external_id": "C-2", "fields": {"code": "K8"}})
    assert made.json["fields"] == {"code": "K8"}, made.text
    opened: dict[str, Any] = {
        "requester": {"email": "ann@fjell.example"}, "subject": "Zip", "text": "It broke.",
        "fields": {"code": "TF-4711"},
    }  # fmt: skip
    ticket = program.post("/tickets", json=opened)
    assert (ticket.status_code, ticket.json["fields"]) == (201, {"code": "TF-4711"}), ticket.text
    found = program.get("/search/tickets?q=tf-4711").json["items"]
    assert [(one["number"], one["fields"]) for one in found] == [
        (ticket.json["number"], {"code": "TF-4711"})
    ]
    for wrong, status in (({"amount": "many"}, 422), ({"nothing": "1"}, 404)):
        assert program.post("/tickets", json=opened | {"fields": wrong}).status_code == status


def test_tickets_are_asked_for_in_the_words_of_the_queue(
    program: Program, desk: Desk, sue: Actor
) -> None:
    plain, urgent, done, spam = (
        receive(desk, Mail(subject=name, sender=f"{name}@fjell.example")).ticket or 0
        for name in ("plain", "urgent", "done", "spam")
    )
    program.patch(f"/tickets/{urgent}", json={"priority": "urgent", "assignee_id": sue.id})
    program.patch(f"/tickets/{done}", json={"status": "resolved", "tags": ["pole"]})
    assert program.patch(f"/tickets/{spam}", json={"status": "spam"}).json["status"] == "spam"
    add_field(desk, SYSTEM, FieldNoun.TICKET, "amount", FieldKind.NUMBER, Definition("Amount"))
    program.patch(f"/tickets/{plain}", json={"fields": {"amount": "12"}})
    customer = program.get(f"/tickets/{plain}").json["requester"]["customer_id"]
    for query, wanted in (
        ("", [spam, done, urgent, plain]),
        ("status=spam", [spam]),
        ("status=open&status=resolved", [done, urgent, plain]),
        ("status=open&assignee=none", [plain]),
        ("assignee=me", [urgent]),
        (f"assignee={sue.id}&assignee=none&status=open", [urgent, plain]),
        (f"assignee_id={sue.id}", [urgent]),
        ("priority=urgent&priority=high", [urgent]),
        ("tag=Pole", [done]),
        ("channel=email&owner=people&team=none&status=open", [urgent, plain]),
        ("channel=sms", []),
        ("language=zh", []),
        (f"customer={customer}&inbox=1", [plain]),
        (f"customer_id={customer}&inbox_id=1", [plain]),
        ("waiting=1h", []),
        ("waiting=0m&status=open", [urgent, plain]),
        ("unread=1&status=open", [urgent, plain]),
        ("field.amount=from:10", [plain]),
        ("field.amount=12&field.amount=13", [plain]),
        ("field.amount=none:&status=open", [urgent]),
        ("q=urgent&status=open", [urgent]),
        ("q=urgent&status=resolved", []),
    ):
        answer = program.get(f"/tickets?{query}")
        assert answer.status_code == 200, answer.text
        assert [one["number"] for one in answer.json["items"]] == wanted, query


def test_customers_are_asked_for_by_their_fields(program: Program, desk: Desk) -> None:
    add_field(desk, SYSTEM, FieldNoun.CUSTOMER, "seats", FieldKind.NUMBER, Definition("Seats"))
    five, fifty, none = (
        program.post("/customers", json={"external_id": f"C-{n}", "fields": fields}).json["id"]
        for n, fields in enumerate(({"seats": "5"}, {"seats": "50"}, {}))
    )
    for query, wanted in (
        ("field.seats=5", [five]),
        ("field.seats=5&field.seats=50", [fifty, five]),
        ("field.seats=from:5&field.seats=to:49", [five]),
        ("field.seats=none:", [none]),
        ("field.seats=any:&external_id=C-1", [fifty]),
    ):
        answer = program.get(f"/customers?{query}")
        assert answer.status_code == 200, answer.text
        assert [one["id"] for one in answer.json["items"]] == wanted, query
    for query, said in (
        ("field.nothing=1", "There is no field nothing."), ("field.seats=many", "many"),
        ("colour=red", "There is no parameter colour."),
    ):  # fmt: skip
        answer = program.get(f"/customers?{query}")
        assert (answer.status_code, said in answer.text) == (422, True), answer.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("status=opne", "status"), ("assignee=Mei", "assignee"), ("waiting=soon", "waiting"),
        ("waiting=400d", "waiting"), ("unread=yes", "unread"), ("language=!", "language"),
        ("field.nothing=1", "There is no field nothing."), ("field.Amount=1", "field.Amount"),
        ("colour=red", "There is no parameter colour."), ("field.amount=many", "many"),
    ],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_told(
    program: Program, desk: Desk, query: str, said: str
) -> None:
    add_field(desk, SYSTEM, FieldNoun.TICKET, "amount", FieldKind.NUMBER, Definition("Amount"))
    answer = program.get(f"/tickets?{query}")
    assert answer.status_code == 422
    assert said in answer.text


def test_promise_6_customers_whom_only_a_private_team_knows(
    program: Program, program_of: Callable[..., Program], desk: Desk, secret_ticket: int
) -> None:
    upsert(desk, SYSTEM, "customers", {"external_id": ["7"], "name": ["Cy"]})
    hers = (
        program_of(make_agent(desk, "Ada", Role.ADMIN))
        .get(f"/tickets/{secret_ticket}")
        .json["requester"]
    )
    order = {"external_id": ["T-1"], "email": ["ann@fjell.example"], "placed_at": ["2026-11-20"],
             "amount": ["5"], "currency": ["GBP"], "state": ["placed"]}  # fmt: skip
    upsert(desk, SYSTEM, "orders", order)
    assert [one["name"] for one in program.get("/customers").json["items"]] == ["Cy"]
    assert program.get(f"/customers/{hers['customer_id']}").status_code == 404
    assert program.get("/orders").json["items"] == []
    assert program.get("/orders/T-1").status_code == 404
