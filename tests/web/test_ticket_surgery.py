"""Merging, splitting, linking, fields, complaints and tasks, on the pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.actions import custom_fields
from helpdesk.actions.custom_fields import Definition
from helpdesk.desk import Desk
from helpdesk.jobs.rounds import ROUNDS
from helpdesk.models import ComplaintReason, ContactPoint, Message, Notification, Task, Ticket
from helpdesk.queries import tasks
from helpdesk.queries.ticket_record import ticket_record
from helpdesk.rules.actor import SYSTEM, Actor, Role
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from tests.factories import Mail, make_agent, receive
from tests.web.conftest import Visit


@pytest.fixture
def other(desk: Desk) -> int:
    return receive(desk, Mail(subject="Xylophone", text="It hums.")).ticket or 0


@pytest.fixture
def as_admin(app: Flask, desk: Desk) -> Visit:
    visit = Visit(app.test_client()).enter(make_agent(desk, "Ruth Calloway", Role.ADMIN))
    visit.get("/tickets")
    return visit


def stored(desk: Desk, ticket: int) -> Ticket:
    with desk.read() as session:
        return session.get_one(Ticket, ticket)


def texts(desk: Desk, ticket: int) -> list[str]:
    return [m["text"].strip() for m in ticket_record(desk, SYSTEM, ticket)["messages"]]


def test_a_ticket_is_merged_and_unmerged(
    as_mei: Visit, desk: Desk, ticket: int, other: int
) -> None:
    page = as_mei.get(f"/tickets/{ticket}").text
    assert f'href="/tickets/{ticket}/merge" data-key="m"' in page
    assert f"Merge into #{other}" in as_mei.get(f"/tickets/{ticket}/merge").text
    assert as_mei.post(f"/tickets/{other}/merge", into=str(ticket)).location == f"/tickets/{ticket}"
    survivor = as_mei.get(f"/tickets/{ticket}").text
    assert "It hums." in survivor
    assert f"Mei Chen merged ticket {other} into this one: Xylophone" in survivor
    assert as_mei.get(f"/tickets/{other}?view=open").location == f"/tickets/{ticket}?view=open"
    cards = as_mei.get(f"/tickets/{ticket}/cards", fragment=True).text
    assert f'action="/tickets/{other}/parting"' in cards
    assert as_mei.post(f"/tickets/{other}/parting").location == f"/tickets/{other}"
    assert (texts(desk, other), "It hums." in texts(desk, ticket)) == (["It hums."], False)


def test_promise_5_a_page_of_a_merged_ticket_is_led_on(
    as_mei: Visit, desk: Desk, ticket: int, other: int
) -> None:
    as_mei.get(f"/tickets/{other}")
    as_mei.post(f"/tickets/{ticket}/merge", take=str(other))
    refused = as_mei.post(f"/tickets/{other}/notes", fragment=True, text="Blind")
    assert (refused.status_code, f"part of ticket {ticket} now" in refused.text) == (409, True)
    pulled = as_mei.get(f"/tickets/{other}/transcript?after=1&event=0", fragment=True).text
    assert f'data-leads-to="/tickets/{ticket}"' in pulled
    pulled = as_mei.get(f"/tickets/{ticket}/transcript?after=1&event=0", fragment=True).text
    assert "data-anew" in pulled


def test_a_merge_is_found_by_words_and_warns_of_another_customer(
    as_mei: Visit, desk: Desk, ticket: int
) -> None:
    receive(desk, Mail(sender="Bo <bo@dal.example>", subject="Marmalade", text="Sticky."))
    page = as_mei.get(f"/tickets/{ticket}/merge?q=marmalade").text
    assert "Another customer" in page
    assert "No ticket matches" in as_mei.get(f"/tickets/{ticket}/merge?q=zeppelin").text


def test_a_long_transcript_goes_on_between_two_places(
    as_mei: Visit, desk: Desk, ticket: int, other: int
) -> None:
    """A page may begin in the middle of what came with another ticket."""
    mail = Mail(subject="Xylophone", text="0")
    long = receive(desk, mail).ticket or 0
    for number in range(1, 60):
        receive(desk, Mail(text=f"word{number}x", headers={"In-Reply-To": mail.message_id}))
    as_mei.get("/tickets")
    as_mei.post(f"/tickets/{long}/merge", into=str(ticket))
    page = as_mei.get(f"/tickets/{ticket}").text
    address = page.split('data-earlier="')[1].split('"')[0]
    assert "." in address.split("before=")[1]
    earlier = as_mei.get(address.replace("&amp;", "&"), fragment=True).text
    shown = (
        [n for n in range(1, 60) if f"word{n}x" in page],
        [n for n in range(1, 60) if f"word{n}x" in earlier],
    )
    assert sorted(shown[0] + shown[1]) == list(range(1, 60))
    assert set(shown[0]).isdisjoint(shown[1])


def test_messages_from_long_ago_are_split_off_too(
    as_mei: Visit, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.web.ticket_surgery.MOST_SHOWN", 3)
    mail = Mail(subject="Long", text="word0x")
    long = receive(desk, mail).ticket or 0
    for number in range(1, 8):
        receive(desk, Mail(text=f"word{number}x", headers={"In-Reply-To": mail.message_id}))
    part = as_mei.get(f"/tickets/{long}/split").text
    shown = [re.findall(r"word\dx", part)]
    while older := re.search(r'hx-get="([^"]+)"', part):
        part = as_mei.get(older[1].replace("&amp;", "&"), fragment=True).text
        shown.append(re.findall(r"word\dx", part))
    assert shown == [["word5x", "word6x", "word7x"], ["word2x", "word3x", "word4x"],
                     ["word0x", "word1x"]]  # fmt: skip
    oldest = re.findall(r'name="messages" value="(\d+)"', part)
    new = as_mei.post(f"/tickets/{long}/split", messages=oldest, subject="Old").location or ""
    assert "word0x" in as_mei.get(new).text


def test_a_ticket_is_split_with_our_answers(as_mei: Visit, desk: Desk, ticket: int) -> None:
    as_mei.get(f"/tickets/{ticket}")
    as_mei.post(f"/tickets/{ticket}/replies", text="On its way.")
    with desk.read() as session:
        ours = session.scalars(select(Message.id).where(Message.text == "On its way.")).one()
    page = as_mei.get(f"/tickets/{ticket}/split").text
    assert f'value="{ours}"' in page
    answer = as_mei.post(f"/tickets/{ticket}/split", messages=[str(ours)], subject="Delivery")
    new = int((answer.location or "").rsplit("/", 1)[1])
    assert (texts(desk, ticket), texts(desk, new)) == (["The tent pole snapped."], ["On its way."])
    assert (stored(desk, new).subject, stored(desk, new).status) == ("Delivery", "waiting")
    assert f"Mei Chen split this off ticket {ticket}" in as_mei.get(f"/tickets/{new}").text
    assert as_mei.post(f"/tickets/{new}/split", messages=[str(ours)]).status_code == 409
    assert as_mei.post(f"/tickets/{ticket}/split", messages=[str(ours)]).status_code == 404
    assert as_mei.post(f"/tickets/{ticket}/split").status_code == 409


KINDS = (
    ("related", "Related", "Related"),
    ("original", "Duplicate of", "Has the duplicate"),
    ("parent", "Part of the matter", "Has the part"),
    ("child", "Has the part", "Part of the matter"),
)


def test_links_are_shown_from_both_sides(as_mei: Visit, ticket: int, other: int) -> None:
    as_mei.get("/tickets")
    for kind, here, there in KINDS:
        as_mei.post(f"/tickets/{ticket}/links", kind=kind, other=f"#{other}")
        assert f"{here} #{other}" in as_mei.get(f"/tickets/{ticket}/cards").text
        assert f"{there} #{ticket}" in as_mei.get(f"/tickets/{other}/cards").text
    as_mei.post(f"/tickets/{ticket}/links/{other}/removal")
    assert f"#{other}" not in as_mei.get(f"/tickets/{ticket}/cards").text
    for fields in (
        {"kind": "related", "other": str(ticket)}, {"kind": "related", "other": "x"},
        {"kind": "enemy", "other": str(other)},
    ):  # fmt: skip
        assert as_mei.post(f"/tickets/{ticket}/links", **fields).status_code == 409
    assert as_mei.post(f"/tickets/{ticket}/links", kind="related", other="4242").status_code == 404


def test_two_tickets_are_not_each_other_s_parents(
    as_mei: Visit, ticket: int, other: int, desk: Desk
) -> None:
    third = receive(desk, Mail(subject="Third")).ticket or 0
    as_mei.get("/tickets")
    as_mei.post(f"/tickets/{ticket}/links", kind="parent", other=str(other))
    as_mei.post(f"/tickets/{other}/links", kind="parent", other=str(third))
    answer = as_mei.post(f"/tickets/{third}/links", kind="parent", other=str(ticket))
    assert answer.status_code == 409


def test_promise_6_who_is_hidden_is_neither_found_nor_made_the_requester(
    as_mei: Visit, as_lawyer: Visit, desk: Desk, secret_ticket: int
) -> None:
    other = receive(desk, Mail(sender="Bo <bo@dal.example>")).ticket
    with desk.read() as session:
        point = session.query(ContactPoint.id).filter_by(value="ann@fjell.example").scalar()
    address = f"/tickets/{other}/requester"
    for words in ("ann", "ann@fjell.example"):
        assert f'value="{point}"' not in as_mei.get(f"{address}?q={words}").text
        assert f'value="{point}"' in as_lawyer.get(f"{address}?q={words}").text
    assert as_mei.post(address, point=str(point)).status_code == 404
    refused = as_mei.post(address, address="Ann@Fjell.example")
    assert refused.status_code == 409
    assert "may not see" in refused.text
    assert ticket_record(desk, SYSTEM, other or 0)["requester"]["email"] == "bo@dal.example"
    assert as_lawyer.post(address, point=str(point)).status_code == 302


def test_the_requester_becomes_somebody_else(as_mei: Visit, desk: Desk, ticket: int) -> None:
    receive(desk, Mail(sender="Bo Dal <bo@dal.example>", subject="Else"))
    page = as_mei.get(f"/tickets/{ticket}/requester?q=bo").text
    point = page.split('name="point" value="')[1].split('"')[0]
    as_mei.post(f"/tickets/{ticket}/requester", point=point)
    record = ticket_record(desk, SYSTEM, ticket)
    assert record["requester"]["email"] == "bo@dal.example"
    assert "ann@fjell.example" in as_mei.get(f"/tickets/{ticket}").text
    as_mei.post(f"/tickets/{ticket}/requester", address="Cy@Fell.example")
    assert ticket_record(desk, SYSTEM, ticket)["requester"]["email"] == "cy@fell.example"
    for wrong in ("", "nobody", "a@b", "+1"):
        answer = as_mei.post(f"/tickets/{ticket}/requester", address=wrong)
        assert answer.status_code == 409, wrong


def test_somebody_is_put_in_copy_and_taken_out(as_mei: Visit, desk: Desk, ticket: int) -> None:
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "Add somebody in copy" in page
    as_mei.post(f"/tickets/{ticket}/participants", address="bo@dal.example")
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "bo@dal.example" in page
    as_mei.post(f"/tickets/{ticket}/replies", text="To both")
    assert ticket_record(desk, SYSTEM, ticket)["messages"][-1]["cc"] == ["bo@dal.example"]
    number = page.split("/participants/")[1].split("/removal")[0]
    as_mei.post(f"/tickets/{ticket}/participants/{number}/removal")
    as_mei.post(f"/tickets/{ticket}/replies", text="To one")
    assert ticket_record(desk, SYSTEM, ticket)["messages"][-1]["cc"] == []


def test_a_complaint_is_resolved_once_cause_and_remedy_are_chosen(
    as_mei: Visit, desk: Desk, ticket: int
) -> None:
    as_mei.get("/tickets")
    as_mei.post(f"/tickets/{ticket}/matter", kind="complaint")
    assert "Damaged" in as_mei.get(f"/tickets/{ticket}/cards").text
    refused = as_mei.post(f"/tickets/{ticket}/status", status="resolved")
    assert (refused.status_code, "its cause and its remedy" in refused.text) == (409, True)
    sent = as_mei.post(f"/tickets/{ticket}/replies", text="Sorry.", then="resolved")
    assert sent.status_code == 409
    assert texts(desk, ticket) == ["The tent pole snapped."]
    with desk.read() as session:
        cause = session.scalars(select(ComplaintReason).filter_by(part="cause")).first()
        remedy = session.scalars(select(ComplaintReason).filter_by(part="remedy")).first()
    assert cause is not None
    assert remedy is not None
    wrong = as_mei.post(f"/tickets/{ticket}/matter", kind="complaint", cause=str(remedy.id))
    assert wrong.status_code == 404
    as_mei.post(
        f"/tickets/{ticket}/matter", kind="complaint", cause=str(cause.id), remedy=str(remedy.id)
    )
    as_mei.post(f"/tickets/{ticket}/status", status="resolved")
    assert stored(desk, ticket).status == "resolved"


def test_the_lists_of_complaints_are_an_admin_s(as_admin: Visit, as_mei: Visit) -> None:
    as_admin.post("/settings/complaints", part="cause", name_en="Rude courier")
    page = as_admin.get("/settings/complaints").text
    assert "Rude courier" in page
    number = page.split("Rude courier")[0].rsplit("/settings/complaints/", 1)[1].split('"')[0]
    as_admin.post(f"/settings/complaints/{number}", name_en="Rude", name_zh="", position="3")
    assert "definition off" in as_admin.get("/settings/complaints").text
    assert as_admin.post("/settings/complaints", part="cause", name_en=" ").status_code == 409
    assert as_mei.get("/settings/complaints").status_code == 403


def test_a_field_is_defined_filled_in_and_needed(as_admin: Visit, desk: Desk, ticket: int) -> None:
    as_admin.post(
        "/settings/fields", noun="ticket", key="order_number", kind="text",
        name_en="Order number", name_zh="订单号", required="yes",
    )  # fmt: skip
    as_admin.post(
        "/settings/fields", noun="ticket", key="size", kind="choice", name_en="Size",
        choices="S\nM\n\nL\nM",
    )  # fmt: skip
    cards = as_admin.get(f"/tickets/{ticket}/cards").text
    assert "Order number" in cards
    assert cards.count("<option>") == 3
    refused = as_admin.post(f"/tickets/{ticket}/status", status="resolved")
    assert "Fill in Order number" in refused.text
    fields = {"field-order_number": "TF-1", "field-size": "XL"}
    refused = as_admin.post(f"/tickets/{ticket}/fields", **fields)
    assert (refused.status_code, "is not one of S, M, L" in refused.text) == (409, True)
    assert 'value="TF-1"' not in as_admin.get(f"/tickets/{ticket}/cards").text
    as_admin.post(f"/tickets/{ticket}/fields", **(fields | {"field-size": "m"}))
    cards = as_admin.get(f"/tickets/{ticket}/cards").text
    assert 'value="TF-1"' in cards
    assert "<option selected>M" in cards
    assert (
        "Ruth Calloway changed order_number: TF-1, size: M"
        in as_admin.get(f"/tickets/{ticket}").text
    )
    as_admin.post(f"/tickets/{ticket}/status", status="resolved")
    assert stored(desk, ticket).status == "resolved"


def test_wrong_fields_are_refused_with_the_cure(as_admin: Visit, as_mei: Visit) -> None:
    right = {"noun": "ticket", "key": "size", "kind": "text", "name_en": "Size"}
    for wrong in (
        {"key": "Größe"}, {"key": ""}, {"kind": "blob"}, {"noun": "order"}, {"name_en": " "},
        {"kind": "choice", "choices": " \n"},
    ):  # fmt: skip
        assert as_admin.post("/settings/fields", **(right | wrong)).status_code == 409, wrong
    assert as_admin.post("/settings/fields", **right).status_code == 302
    assert as_admin.post("/settings/fields", **right).status_code == 409  # the key is taken
    assert as_mei.get("/settings/fields").status_code == 403


def test_tasks_are_added_done_and_listed(
    as_mei: Visit, mei: Actor, desk: Desk, ticket: int
) -> None:
    as_mei.get("/tickets")
    as_mei.post(
        f"/tickets/{ticket}/tasks", title="Call the courier", owner=str(mei.id),
        due="2026-01-05T09:00",
    )  # fmt: skip
    assert "overdue" in as_mei.get(f"/tickets/{ticket}/cards").text
    assert "Call the courier" in as_mei.get("/tasks").text
    with desk.read() as session:
        task = session.scalars(select(Task)).one()
    as_mei.post(f"/tasks/{ticket}/{task.id}/state", state="done")
    assert "Call the courier" not in as_mei.get("/tasks").text
    assert "Call the courier" in as_mei.get("/tasks?done=1").text
    as_mei.post(f"/tickets/{ticket}/tasks/{task.id}/state", state="open")
    assert "Call the courier" in as_mei.get("/tasks").text
    as_mei.post(f"/tickets/{ticket}/tasks/{task.id}/removal")
    assert "Call the courier" not in as_mei.get(f"/tickets/{ticket}/cards").text
    for wrong in ({"title": " "}, {"title": "x", "due": "soon"}, {"title": "x", "owner": "999"}):
        assert as_mei.post(f"/tickets/{ticket}/tasks", **wrong).status_code == 409, wrong


def test_what_is_done_goes_on_where_the_page_ended(
    as_mei: Visit, mei: Actor, desk: Desk, ticket: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "PAGE", 3)
    same = datetime(2026, 11, 1, 9, tzinfo=UTC)
    with desk.write() as session:
        session.add_all(
            Task(ticket_id=ticket, title=f"Step {n}", owner_id=mei.id,
                 done_at=same if n % 2 else same - timedelta(hours=n))
            for n in range(7)
        )  # fmt: skip
    seen, path = [], "/tasks?done=1"
    while path:
        page = as_mei.get(path).text
        seen.append(re.findall(r">(Step \d)<", page))
        more = re.search(r'href="(/tasks\?[^"]*after=[^"]+)"', page)
        path = more[1].replace("&amp;", "&") if more else ""
    assert seen == [["Step 5", "Step 3", "Step 1"], ["Step 0", "Step 2", "Step 4"], ["Step 6"]]
    assert "after=" not in as_mei.get("/tasks").text


def test_a_reminder_comes_once_at_its_time(
    as_mei: Visit, mei: Actor, desk: Desk, ticket: int
) -> None:
    from helpdesk.actions.tasks import tell_what_is_due

    tomorrow = datetime.now(UTC) + timedelta(days=1)
    as_mei.get("/tickets")
    as_mei.post(f"/tickets/{ticket}/reminders", at=tomorrow.isoformat(), text="Ask again")
    assert "Ask again" in as_mei.get(f"/tickets/{ticket}/cards").text
    assert tell_what_is_due(desk) == 0
    later = tomorrow + timedelta(minutes=1)
    assert [tell_what_is_due(desk, later) for _ in range(2)] == [1, 0]
    with desk.read() as session:
        told = session.scalars(select(Notification)).one()
    assert (told.agent_id, told.ticket_id, told.kind, told.words) == (
        mei.id, ticket, "reminder", "Ask again",
    )  # fmt: skip
    assert "Ask again" in as_mei.get("/tasks").text
    as_mei.post(f"/tasks/notifications/{told.id}/seen")
    assert "Ask again" not in as_mei.get("/tasks").text
    assert as_mei.post(f"/tickets/{ticket}/reminders", at="2020-01-01T00:00").status_code == 409


def test_an_overdue_task_is_told_to_its_owner_once(desk: Desk, mei: Actor, ticket: int) -> None:
    from helpdesk.actions.tasks import add_task

    add_task(desk, SYSTEM, ticket, "Call", owner_id=mei.id, due_at=datetime(2026, 1, 5, tzinfo=UTC))
    walk = next(each for each in ROUNDS if each.name == "reminders").work
    walk(desk)
    walk(desk)
    with desk.read() as session:
        assert [n.kind for n in session.scalars(select(Notification))] == ["task"]


def test_promise_6_what_is_tied_to_a_hidden_ticket_is_hidden(
    as_mei: Visit, as_lawyer: Visit, desk: Desk, ticket: int, secret_ticket: int
) -> None:
    as_lawyer.get("/tickets")
    as_mei.get("/tickets")
    as_lawyer.post(f"/tickets/{secret_ticket}/links", kind="related", other=str(ticket))
    assert "Notice of claim" in as_lawyer.get(f"/tickets/{ticket}/cards").text
    for page in ("cards", "merge", "merge?q=xylophone"):
        assert "Notice of claim" not in as_mei.get(f"/tickets/{ticket}/{page}").text
    for into in ("merge", "links"):
        answer = as_mei.post(
            f"/tickets/{ticket}/{into}", into=str(secret_ticket), kind="related",
            other=str(secret_ticket),
        )  # fmt: skip
        assert answer.status_code == 404, into
    for page in ("cards", "merge", "split", "requester"):
        assert as_mei.get(f"/tickets/{secret_ticket}/{page}").status_code == 404, page


def test_what_people_typed_is_escaped(as_admin: Visit, desk: Desk, ticket: int) -> None:
    nasty = "<script>alert(1)</script>"
    custom_fields.add_field(
        desk, SYSTEM, FieldNoun.TICKET, "nasty", FieldKind.TEXT, Definition(nasty, nasty)
    )
    as_admin.post(f"/tickets/{ticket}/fields", **{"field-nasty": nasty})
    as_admin.post(f"/tickets/{ticket}/tasks", title=nasty)
    for page in (f"/tickets/{ticket}/cards", f"/tickets/{ticket}", "/settings/fields"):
        assert nasty not in as_admin.get(page).text


def test_a_message_is_moved_by_one_click_with_its_reason_and_back(
    as_mei: Visit, desk: Desk, ticket: int, other: int
) -> None:
    second = receive(desk, Mail(text="The stove hums.", headers={"In-Reply-To": _first(desk)}))
    with desk.read() as session:
        message = session.query(Message.id).filter_by(ticket_id=ticket, seq=2).scalar()
    assert second.ticket == ticket
    here = f"/tickets/{ticket}/messages/{message}/place"
    assert here in as_mei.get(f"/tickets/{ticket}").text
    page = as_mei.get(here).text
    assert f"Move to #{other}" in page
    assert as_mei.post(here, why="because").status_code == 409
    moved = as_mei.post(here, into=str(other), to="", why="same_matter", words="=the stove")
    assert moved.location == f"/tickets/{other}"
    was, now_in = (as_mei.get(f"/tickets/{number}").text for number in (ticket, other))
    assert f"Mei Chen moved a message to ticket {other}: it belongs to that matter" in was
    said = f"Moved from ticket {ticket} by Mei Chen: it belongs to that matter – =the stove"
    assert said in now_in
    assert f"Move back to #{ticket}" in now_in
    as_mei.post(f"/tickets/{other}/messages/{message}/place", into=str(ticket), why="mistake")
    assert "Move back" not in as_mei.get(f"/tickets/{ticket}").text
    assert texts(desk, ticket) == ["The tent pole snapped.", "The stove hums."]


def _first(desk: Desk) -> str:
    """The Message-ID of the first mail of all."""
    with desk.read() as session:
        return str(session.query(Message.message_id).order_by(Message.id).limit(1).scalar())
