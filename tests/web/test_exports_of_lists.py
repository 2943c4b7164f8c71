"""Every list of the pages has its export, those of the settings and of open decisions, too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from helpdesk.actions import api_tokens, business_hours, imports, macros, roster, senders, shelves
from helpdesk.actions.complaints import Entry, add_reason
from helpdesk.actions.custom_fields import Definition, add_field
from helpdesk.actions.tickets import move_to_team
from helpdesk.desk import Desk
from helpdesk.models import MergeSuggestion, Message, Team, Ticket, TrainingCandidate
from helpdesk.queries import candidates, duplicate_list, hygiene, import_runs
from helpdesk.rules.actor import SYSTEM, Actor
from helpdesk.rules.business_time import Interval
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from helpdesk.rules.sender_list import Verdict
from helpdesk.web.exports import LISTS
from tests.factories import Mail, give_phone, make_agent, receive
from tests.web.conftest import Visit, sheet, table

PAGES = {  # where the button of each list stands
    "tickets": "/tickets", "customers": "/customers", "organizations": "/customers/organizations",
    "duplicates": "/customers/duplicates", "imports": "/imports", "tasks": "/tasks",
    "answers": "/reports/satisfaction", "articles": "/articles", "categories": "/articles/shelves",
    "questions": "/articles/questions/log", "unanswered": "/articles/questions",
    "candidates": "/learning/candidates", "ledger": "/settings/ledger",
    "agents": "/settings/agents", "teams": "/settings/teams", "inboxes": "/settings/inboxes",
    "senders": "/settings/unwanted-mail", "tokens": "/settings/tokens",
    "fields": "/settings/fields", "reasons": "/settings/complaints", "hours": "/settings/hours",
    "tags": "/settings/tags", "saved-replies": "/saved-replies",
}  # fmt: skip
FOR_ADMINS = {"ledger", "agents", "teams", "inboxes", "senders", "fields", "reasons", "hours"}


def rows_of_customers(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text("name,email\nAnn Lee,ann@fjell.example\n")
    return path


def test_only_supervisors_export_and_only_with_the_form(
    as_mei: Visit, as_supervisor: Visit, stranger: Visit, queue: dict[str, int]
) -> None:
    assert "/exports/" not in as_mei.get("/tickets").text
    stranger.get("/login")
    for path in PAGES:
        assert as_mei.post(f"/exports/{path}").status_code == 403, path
        assert stranger.post(f"/exports/{path}").status_code == 401, path
        refused = 403 if path in FOR_ADMINS else 200
        assert as_supervisor.post(f"/exports/{path}").status_code == refused, path
    as_supervisor.token = "forged"
    for path in PAGES:
        assert as_supervisor.post(f"/exports/{path}").status_code == 400, path


def test_every_list_has_its_button_and_its_export(
    as_admin: Visit, desk: Desk, ticket: int, tmp_path: Path
) -> None:
    assert set(PAGES) == set(LISTS)
    imports.begin(desk, SYSTEM, "customers", rows_of_customers(tmp_path), "people.csv")
    for name, path in PAGES.items():
        assert f'action="/exports/{name}' in as_admin.get(path).text, name
        rows = sheet(as_admin, f"/exports/{name}")
        assert len(rows[0]) > 1, name
        assert {len(row) for row in rows} == {len(rows[0])}, name


def test_the_lists_of_the_settings_are_exported(
    as_admin: Visit, as_supervisor: Visit, desk: Desk, queue: dict[str, int]
) -> None:
    macros.save_reply(desk, make_agent(desk, "Bo Weber"), "Mine", "Only Bo's")
    macros.save_reply(desk, SYSTEM, "Thanks", "=Thank you, {{customer.name}}", shared=True)
    agents = table(as_admin, "/exports/agents")
    assert ["Ada Root", "admin", "yes", "no"] in [[r[0], r[2], r[4], r[5]] for r in agents]
    assert as_supervisor.post("/exports/agents").status_code == 403
    assert table(as_supervisor, "/exports/tags") == [["refund", "1"]]
    (reply,) = table(as_supervisor, "/exports/saved-replies")
    assert (reply[0], reply[3]) == ("Thanks", "everybody")
    assert not reply[1].startswith("=")  # no program takes it for a formula


def test_teams_and_hours_are_exported_with_who_and_when(as_admin: Visit, desk: Desk) -> None:
    make_agent(desk, "Bo Weber", teams=("Owls",))
    office = business_hours.save(
        desk, SYSTEM, None, name="Office", timezone="Europe/London",
        week=((Interval(540, 720), Interval(780, 1020)), *((),) * 6),
        holidays={date(2026, 12, 25): "Christmas"}, is_default=True,
    )  # fmt: skip
    (row,) = table(as_admin, "/exports/hours")
    assert row == ["Office", "Europe/London", "yes", "9:00-12:00, 13:00-17:00", *[""] * 6,
                   "2026-12-25 Christmas"]  # fmt: skip
    roster.save_team(desk, SYSTEM, None, name="Day", is_private=True, members=(), hours_id=office)
    assert [row[:2] + row[3:] for row in table(as_admin, "/exports/teams")] == [
        ["Day", "yes", "Office"], ["Owls", "no", ""],
    ]  # fmt: skip
    assert "@" in table(as_admin, "/exports/teams")[1][2]


def test_inboxes_and_tokens_are_exported_without_their_secrets(
    as_admin: Visit, as_supervisor: Visit, desk: Desk, ticket: int, mei: Actor
) -> None:
    give_phone(desk, ticket)
    token = api_tokens.create_token(desk, mei, "Nightly")
    (phone,) = [row for row in table(as_admin, "/exports/inboxes") if row[1] == "sms"]
    assert (phone[2], phone[4]) == ("+12025550142", "yes")
    whole = as_admin.post("/exports/inboxes").text + as_admin.post("/exports/tokens").text
    assert "AC000" not in whole
    assert token not in whole
    assert [row[:2] for row in table(as_admin, "/exports/tokens")] == [["Nightly", "Mei Chen"]]
    assert table(as_supervisor, "/exports/tokens") == []


def test_all_senders_are_exported_however_many_the_page_shows(
    as_admin: Visit, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hygiene, "MOST", 1)
    senders.list_sender(desk, SYSTEM, "adverts.example", Verdict.DENY, "=Adverts")
    senders.list_sender(desk, SYSTEM, "ann@fjell.example", Verdict.ALLOW)
    # The signs keep programs from taking them for formulas.
    assert [row[:3] for row in table(as_admin, "/exports/senders")] == [
        ["ann@fjell.example", "allow", ""], ["'@adverts.example", "deny", "'=Adverts"],
    ]  # fmt: skip


def test_fields_reasons_and_categories_are_exported(as_admin: Visit, desk: Desk) -> None:
    add_field(
        desk, SYSTEM, FieldNoun.TICKET, "colour", FieldKind.CHOICE,
        Definition("Colour", "颜色", choices=("Red", "Blue")),
    )  # fmt: skip
    add_reason(desk, SYSTEM, "cause", Entry("Torn", "破损"))
    shelves.name_category(desk, SYSTEM, "tents", {"en": "Tents", "zh": "帐篷"}, 1)
    (field,) = table(as_admin, "/exports/fields")
    assert field[:6] == ["ticket", "colour", "choice", "Colour", "颜色", "Red, Blue"]
    assert ["cause", "Torn", "破损", "yes"] in table(as_admin, "/exports/reasons")
    assert ["tents", "Tents", "帐篷", "0"] in table(as_admin, "/exports/categories")


def test_promise_6_duplicates_are_exported_of_customers_that_the_reader_sees(
    as_supervisor: Visit, as_admin: Visit, desk: Desk, lawyer: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(duplicate_list, "PAGE", 1)
    with desk.read() as session:
        legal = session.query(Team.id).filter_by(name="Legal").scalar()
    senders_of = ("=Ann <ann@dal.example>", "Ann Lie <lie@dal.example>", "Xy <xy@dal.example>")
    tickets = [receive(desk, Mail(sender=sender)).ticket or 0 for sender in senders_of]
    move_to_team(desk, SYSTEM, tickets[2], legal)
    with desk.write() as session:
        ann, lie, secret = (session.get_one(Ticket, each).customer_id for each in tickets)
        session.query(MergeSuggestion).delete()
        session.add_all((
            MergeSuggestion(customer_id=ann, other_id=lie, evidence="Alike"),
            MergeSuggestion(customer_id=lie, other_id=secret, evidence="Hidden"),
        ))  # fmt: skip
    whole = table(as_admin, "/exports/duplicates")
    assert [row[8] for row in whole] == ["Hidden", "Alike"]
    (row,) = table(as_supervisor, "/exports/duplicates")
    assert (row[0], row[4], row[8]) == (str(ann), str(lie), "Alike")
    assert "Xy" not in as_supervisor.post("/exports/duplicates").text


def test_promise_6_candidates_are_exported_by_their_state_and_by_what_is_seen(
    as_supervisor: Visit, as_admin: Visit, desk: Desk, secret_ticket: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(candidates, "MOST", 2)
    with desk.write() as session:
        message = session.query(Message.id).filter_by(ticket_id=secret_ticket).scalar()
        session.add_all(
            TrainingCandidate(
                text=f"=text {n}",
                lang="en",
                source="fallback",
                intent="greet",
                message_id=message if n == 3 else None,
            )
            for n in range(5)
        )
        session.add(TrainingCandidate(text="no", lang="en", source="fallback", state="rejected"))
    shown = [f"'=text {n}" for n in (4, 3, 2, 1, 0)]
    assert [row[0] for row in table(as_admin, "/exports/candidates")] == shown
    shown.remove("'=text 3")
    assert [row[0] for row in table(as_supervisor, "/exports/candidates")] == shown
    rejected = table(as_supervisor, "/exports/candidates?state=rejected")
    assert [row[0] for row in rejected] == ["no"]


def test_all_imports_are_exported_a_page_at_a_time(
    as_supervisor: Visit, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_runs, "PAGE", 2)
    path = rows_of_customers(tmp_path)
    names = [f"people-{n}.csv" for n in range(5)]
    for name in names:
        imports.begin(desk, SYSTEM, "customers", path, name)
    rows = table(as_supervisor, "/exports/imports")
    assert [row[2] for row in rows] == names[::-1]
    assert {row[6] for row in rows} == {"1"}
