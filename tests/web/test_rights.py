"""Who may not, cannot: without login, without the form's token, without sight of the ticket."""

from __future__ import annotations

import io
import itertools
import re

from flask import Flask

from helpdesk.actions.replies import note
from helpdesk.actions.uploads import Upload
from helpdesk.desk import Desk
from helpdesk.models import Attachment, Message, Team, Ticket, now
from helpdesk.rules.actor import SYSTEM, Actor
from tests.web.conftest import Visit

CHANGES = {
    "replies": {"text": "Hello"},
    "notes": {"text": "Hello"},
    "status": {"status": "resolved"},
    "snooze": {"until": "2027-01-05T09:00:00+00:00"},
    "assignee": {"agent": ""},
    "team": {"team": ""},
    "priority": {"priority": "low"},
    "owner": {"owner": "people"},
    "messages/1/correction": {"intent": "greet"},
    "subject": {"subject": "Other"},
    "tags": {"tags": "a"},
    "participants/1/confirmation": {},
    "messages/1/place": {"to": ""},
    "merge-suggestions/1": {"answer": "accepted"},
    "messages/1/withdrawal": {},
    "messages/1/release": {},
    "messages/1/pause": {},
    "messages/1/resumption": {},
    "messages/1/sender": {"verdict": "deny"},
    "files/1/release": {},
    "read-mark": {"seq": "1"},
    "macros": {"priority": "low"},
    "messages/1/deliveries": {"channel": "sms"},
    "messages/1/acknowledgement": {},
    "contact-points/1/reachability": {},
    "merge": {"into": "2"},
    "parting": {},
    "split": {"messages": "1"},
    "links": {"kind": "related", "other": "2"},
    "links/2/removal": {},
    "suggested-links/2/dismissal": {},
    "requester": {"address": "bo@dal.example"},
    "messages/1/requester": {"mail": "0"},
    "participants": {"address": "bo@dal.example"},
    "participants/1/removal": {},
    "matter": {"kind": "problem"},
    "fields": {},
    "tasks": {"title": "Call"},
    "tasks/1/state": {"state": "done"},
    "tasks/1/removal": {},
    "reminders": {"at": "2027-01-05T09:00:00+00:00"},
    "reminders/1/removal": {},
}
BESIDE = {
    "/preferences": {},
    "/notifications/read": {},
    "/changes": {"tickets": "1", "priority": "low"},
    "/saved-replies": {"name": "A", "text": "B"},
    "/saved-replies/1": {"name": "A", "text": "B"},
    "/saved-replies/1/removal": {},
    "/macros": {"name": "A", "status": "open"},
    "/macros/1": {"name": "A", "status": "open"},
    "/macros/1/removal": {},
    "/views": {"name": "A"},
    "/views/1/removal": {},
}
OURS = (
    "tickets", "replies", "ticket_changes", "attachments", "preferences", "held", "notifications",
    "bulk", "canned", "views", "undelivered", "message_place", "ticket_surgery", "ticket_work",
    "requester", "mail_decisions",
)  # fmt: skip
SETTINGS = {
    "/settings/fields": {"noun": "ticket", "key": "a", "kind": "text", "name_en": "A"},
    "/settings/fields/1": {"name_en": "A"},
    "/settings/fields/1/choices": {"choice": "A", "name": "B"},
    "/settings/complaints": {"part": "cause", "name_en": "A"},
    "/settings/complaints/1": {"name_en": "A"},
}
OWN = {"/tasks/1/1/state": {"state": "done"}, "/tasks/notifications/1/seen": {}}


def test_the_list_of_changes_is_whole(app: Flask) -> None:
    rules = [
        rule.rule.removeprefix("/tickets/<int:ticket_id>/")
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint.split(".")[0] in OURS
    ]
    known = {re.sub(r"/\d", "/<>", path) for path in (*CHANGES, *BESIDE)}
    assert {_plain(rule) for rule in rules} == known


def _plain(rule: str) -> str:
    return re.sub(r"<[^>]+>", "<>", rule)


def test_no_change_without_a_login(stranger: Visit, ticket: int) -> None:
    stranger.get("/login")
    for path, fields in (CHANGES | BESIDE).items():
        address = path if path.startswith("/") else f"/tickets/{ticket}/{path}"
        assert stranger.post(address, **fields).status_code == 401, path


def test_no_change_without_the_token(as_mei: Visit, ticket: int) -> None:
    as_mei.token = "forged"
    for path, fields in (CHANGES | BESIDE | {"/logout": {}}).items():
        address = path if path.startswith("/") else f"/tickets/{ticket}/{path}"
        answer = as_mei.post(address, **fields)
        assert answer.status_code == 400, path
        assert "This form is too old" in answer.text, path


def test_promise_6_no_change_to_a_ticket_of_others(as_mei: Visit, secret_ticket: int) -> None:
    for path, fields in CHANGES.items():
        answer = as_mei.post(f"/tickets/{secret_ticket}/{path}", **fields)
        assert answer.status_code == 404, path
        assert "xylophone" not in answer.text, path


def test_what_admins_settle_and_each_agent_s_own_list(
    as_mei: Visit, stranger: Visit, ticket: int
) -> None:
    stranger.get("/login")
    as_mei.get("/tickets")
    for address, fields in (SETTINGS | OWN).items():
        assert stranger.post(address, **fields).status_code == 401, address
    for address, fields in SETTINGS.items():
        assert as_mei.post(address, **fields).status_code == 403, address
    as_mei.token = "forged"
    for address, fields in (SETTINGS | OWN).items():
        assert as_mei.post(address, **fields).status_code == 400, address


SHARED = {
    "/macros": {"name": "A", "status": "open"},
    "/macros/1": {"name": "A", "status": "open"},
    "/macros/1/removal": {},
    "/saved-replies": {"name": "A", "text": "B", "shared": "1"},
    "/views": {"name": "A", "query": "status=open", "shared": "1"},
}


def test_what_everybody_uses_is_kept_by_supervisors(as_mei: Visit) -> None:
    for path, fields in SHARED.items():
        assert as_mei.post(path, **fields).status_code == 403, path


def test_promise_6_several_tickets_at_once(as_mei: Visit, ticket: int, secret_ticket: int) -> None:
    both = [str(ticket), str(secret_ticket)]
    answer = as_mei.post("/changes", fragment=True, tickets=both, priority="low")
    assert "1 ticket changed" in answer.text
    assert f"#{secret_ticket} stays as it was" in answer.text
    assert "xylophone" not in answer.text


def test_promise_6_palette_saved_replies_and_filters(
    as_mei: Visit, as_lawyer: Visit, desk: Desk, secret_ticket: int
) -> None:
    for address in ("/palette?q=xylophone", "/palette?q=claim", "/tickets?view=all&customer=1",
                    "/tickets?view=all&status=open&team=none"):  # fmt: skip
        assert "Notice of claim" not in as_mei.get(address).text, address
    assert "Notice of claim" in as_lawyer.get("/palette?q=xylophone").text
    assert as_mei.get(f"/tickets/{secret_ticket}/saved-replies").status_code == 404
    with desk.write() as session:
        session.get_one(Ticket, secret_ticket).due_at = now()
    assert as_mei.get("/tickets/next-due").headers["Location"].startswith("/tickets?")
    assert (
        as_lawyer.get("/tickets/next-due")
        .headers["Location"]
        .startswith(f"/tickets/{secret_ticket}?")
    )


PAGES = ("", "/transcript?after=0", "/transcript?before=9", "?pane=details", "?view=open")


def test_promise_6_pages_and_fragments_of_others(
    as_mei: Visit, as_lawyer: Visit, secret_ticket: int
) -> None:
    for path, fragment in itertools.product(PAGES, (True, False)):
        address = f"/tickets/{secret_ticket}{path}"
        hidden = as_mei.get(address, fragment=fragment)
        assert hidden.status_code == 404, path
        assert "xylophone" not in hidden.text, path
        assert as_lawyer.get(address, fragment=fragment).status_code == 200, path


QUERIES = (
    "?view=open",
    "?view=unassigned",
    "?view=waiting",
    "?view=resolved",
    "?q=xylophone",
    "?q=claim",
    "?q=ann@fjell.example",
)


def test_promise_6_lists_and_search(as_mei: Visit, as_lawyer: Visit, secret_ticket: int) -> None:
    for query in QUERIES:
        page = as_mei.get(f"/tickets{query}").text
        assert "The xylophone fell" not in page, query
        assert f"/tickets/{secret_ticket}?" not in page, query
    for query in ("?view=open", "?q=xylophone", "?q=claim"):
        assert f"/tickets/{secret_ticket}?" in as_lawyer.get(f"/tickets{query}").text, query


def test_promise_6_search_by_number(as_mei: Visit, as_lawyer: Visit, secret_ticket: int) -> None:
    for query in (f"%23{secret_ticket}", str(secret_ticket)):
        assert "No ticket matches" in as_mei.get(f"/tickets?q={query}").text
        assert f"/tickets/{secret_ticket}?" in as_lawyer.get(f"/tickets?q={query}").text


def test_promise_6_counts(as_mei: Visit, as_lawyer: Visit, secret_ticket: int, ticket: int) -> None:
    def total(visit: Visit) -> str:
        return visit.get("/tickets?view=open").text.split('class="meta num">')[1].split("<")[0]

    assert (total(as_mei), total(as_lawyer)) == ("1", "2")


def test_promise_6_views_of_a_private_team(
    as_mei: Visit, as_lawyer: Visit, lawyer: Actor, desk: Desk
) -> None:
    with desk.read() as session:
        team = session.query(Team.id).filter_by(name="Legal").scalar()
    assert as_mei.get(f"/tickets?view=team/{team}").status_code == 404
    assert "Legal" not in as_mei.get("/tickets").text
    assert as_lawyer.get(f"/tickets?view=team/{team}").status_code == 200


def test_promise_6_previous_tickets_of_the_customer(
    as_mei: Visit, as_lawyer: Visit, secret_ticket: int, ticket: int
) -> None:
    assert "Notice of claim" not in as_mei.get(f"/tickets/{ticket}").text
    assert "Notice of claim" in as_lawyer.get(f"/tickets/{ticket}").text


def test_promise_6_files_and_original_mails(
    as_mei: Visit, as_lawyer: Visit, stranger: Visit, desk: Desk, secret_ticket: int
) -> None:
    note(desk, SYSTEM, secret_ticket, "See", files=[Upload("claim.txt", "text/plain", b"secret")])
    with desk.read() as session:
        file = session.query(Attachment).one()
        message = session.query(Message).filter_by(ticket_id=secret_ticket).first()
    assert message is not None
    for address in (
        f"/attachments/{file.id}/claim.txt",
        f"/tickets/{secret_ticket}/messages/{message.id}",
    ):
        assert as_mei.get(address).status_code == 404
        assert stranger.get(address).status_code == 302
        assert as_lawyer.get(address).status_code == 200


def test_a_message_is_not_shown_through_another_ticket(
    as_mei: Visit, desk: Desk, ticket: int, secret_ticket: int
) -> None:
    with desk.read() as session:
        message = session.query(Message).filter_by(ticket_id=secret_ticket).first()
    assert message is not None
    assert as_mei.get(f"/tickets/{ticket}/messages/{message.id}").status_code == 404


def test_an_agent_cannot_move_a_ticket_into_a_team_they_do_not_see(
    as_mei: Visit, desk: Desk, ticket: int, lawyer: Actor
) -> None:
    with desk.read() as session:
        team = session.query(Team.id).filter_by(name="Legal").scalar()
    assert as_mei.post(f"/tickets/{ticket}/team", team=str(team)).status_code == 404


FILES = (
    ("a.png", "image/png", True),
    ("a.pdf", "application/pdf", True),
    ("voicemail.mp3", "audio/mpeg", True),
    ("a.html", "text/html", False),
    ("a.svg", "image/svg+xml", False),
    ("a.exe", "application/octet-stream", False),
)


def test_files_are_shown_only_where_nothing_can_run(as_mei: Visit, desk: Desk, ticket: int) -> None:
    for name, content_type, shown in FILES:
        note(desk, SYSTEM, ticket, "See", files=[Upload(name, content_type, b"<script>")])
        with desk.read() as session:
            number = session.query(Attachment.id).filter_by(name=name).scalar()
        answer = as_mei.get(f"/attachments/{number}/{name}")
        way = "inline" if shown else "attachment"
        assert answer.headers["Content-Disposition"].startswith(way), name
        assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert shown or answer.mimetype == "application/octet-stream"


def test_a_file_that_is_still_fetched_says_so(as_mei: Visit, desk: Desk, ticket: int) -> None:
    with desk.write() as session:
        message = session.query(Message).filter_by(ticket_id=ticket).first()
        assert message is not None
        session.add(
            Attachment(
                message_id=message.id,
                name="v.mp3",
                content_type="audio/mpeg",
                state="pending",
                url="https://provider.example/v",
            )
        )
    assert "Being fetched" in as_mei.get(f"/tickets/{ticket}").text
    with desk.read() as session:
        number = session.query(Attachment.id).scalar()
    answer = as_mei.get(f"/attachments/{number}/v.mp3")
    assert answer.status_code == 404
    assert "still being fetched" in answer.text


def test_uploads_lose_their_folders(as_mei: Visit, desk: Desk, ticket: int) -> None:
    as_mei.post(
        f"/tickets/{ticket}/notes",
        text="x",
        files=(io.BytesIO(b"x"), "../../etc/pass\u202ewd\x07.txt"),
    )
    with desk.read() as session:
        assert session.query(Attachment.name).scalar() == "passwd.txt"
