"""The pages on which tables are taken in and given out."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from helpdesk.actions import import_work
from helpdesk.actions.upserts import upsert
from helpdesk.desk import Desk
from helpdesk.models import AuditEvent, Customer, ImportRun, now
from helpdesk.queries import import_runs
from helpdesk.rules.actor import SYSTEM, Role
from helpdesk.sheets.reading import look_through, rows_of
from tests.factories import make_agent
from tests.web.conftest import Visit

PEOPLE = "ID,Full name,E-mail,Mobile\n1,Ann,ann@fjell.example,020 7946 0001\n2,Ben,ben@,\n"


@pytest.fixture
def sue(app: Flask, desk: Desk) -> Visit:
    return Visit(app.test_client()).enter(make_agent(desk, "Sue Park", Role.SUPERVISOR))


def upload(visit: Visit, text: str = PEOPLE, noun: str = "customers") -> str:
    visit.get("/imports")
    answer = visit.post("/imports", noun=noun, file=(io.BytesIO(text.encode()), "people.csv"))
    return str(answer.headers["Location"])


def work(desk: Desk) -> None:
    for run in import_work.due(desk):
        import_work.work(desk, run)


def test_a_table_is_uploaded_checked_imported_and_undone(sue: Visit, desk: Desk) -> None:
    run = upload(sue)
    page = sue.get(run).text
    assert '<option value="email" selected>' in page
    assert "ann@fjell.example · ben@" in page
    sue.post(f"{run}/columns", field=["external_id", "name", "email", "phone"], region="gb")
    assert 'hx-trigger="every 1s"' in sue.get(run).text
    assert "HX-Refresh" not in sue.get(f"{run}/progress").headers
    work(desk)
    assert sue.get(f"{run}/progress").headers["HX-Refresh"] == "true"
    page = sue.get(run).text
    assert "nothing has been changed yet" in page
    assert "“ben@” is not an email address." in page
    assert "“ben@” is not an email address." not in sue.get(f"{run}?outcome=created").text
    sue.post(f"{run}/task", task="import")
    work(desk)
    with desk.read() as session:
        ann = session.query(Customer).one()
        assert [p.value for p in ann.contact_points] == ["ann@fjell.example", "+442079460001"]
    assert "Undo this import" in sue.get(run).text
    report = sue.get(f"{run}/report.csv").data.decode("utf-8-sig")
    assert [row[1] for row in csv.reader(io.StringIO(report))] == ["Outcome", "New", "Refused"]
    sue.post(f"{run}/task", task="undo")
    work(desk)
    assert "Put back" in sue.get(run).text
    with desk.read() as session:
        assert session.query(Customer).count() == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "The file is empty."), ("a,A\n1,2\n", "Two columns are called “A”"),
     ("PK\x03\x04zip", "This is no XLSX")],
)  # fmt: skip
def test_what_is_no_table_is_told_on_the_page(sue: Visit, text: str, words: str) -> None:
    sue.get("/imports")
    answer = sue.post("/imports", noun="customers", file=(io.BytesIO(text.encode()), "a.csv"))
    assert answer.status_code == 422
    assert words in answer.text or words.replace("A”", "a”") in answer.text


def test_agents_neither_import_nor_export(as_mei: Visit, sue: Visit, stranger: Visit) -> None:
    run = upload(sue)
    posts = ("/imports", f"{run}/columns", f"{run}/task", "/exports")
    for path in ("/imports", run, f"{run}/progress", f"{run}/report.csv"):
        assert as_mei.get(path).status_code == 403, path
        assert stranger.get(path).status_code == 302, path
    assert "/imports" not in as_mei.get("/tickets").text
    for path in posts:
        assert as_mei.post(path, noun="customers", task="import").status_code == 403, path
    sue.token = "forged"
    for path in posts:
        assert sue.post(path, noun="customers", task="import").status_code == 400, path
    stranger.get("/login")
    for path in posts:
        assert stranger.post(path, noun="customers").status_code == 401, path


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_holds_what_its_reader_sees_and_is_written_down(
    sue: Visit,
    desk: Desk,
    ticket: int,
    secret_ticket: int,
    kind: str,
    tmp_path,  # type: ignore[no-untyped-def]
) -> None:
    upsert(desk, SYSTEM, "customers", {"external_id": ["=1+1"], "name": ["=HYPERLINK(1)"]})
    path = tmp_path / "export"

    def rows(**fields: str) -> list[list[str]]:
        sue.get("/imports")
        path.write_bytes(sue.post("/exports", kind=kind, **fields).data)
        return [cells for _row, cells in rows_of(path, look_through(path).encoding)]

    assert [row[0] for row in rows(noun="tickets")] == [str(ticket)]
    assert [row[0] for row in rows(noun="tickets", view="open")] == [str(ticket)]
    assert [row[0] for row in rows(noun="tickets", q="pole")] == [str(ticket)]
    guard = "'" if kind == "csv" else ""
    assert rows(noun="customers")[0][1:3] == [f"{guard}=1+1", f"{guard}=HYPERLINK(1)"]
    with desk.read() as session:
        events = session.query(AuditEvent).filter_by(event="export.made").all()
    assert [e.data["noun"] for e in events] == ["tickets"] * 3 + ["customers"]
    assert sue.post("/exports", noun="tickets", kind="exe").status_code == 409


@pytest.mark.parametrize("noun", ["customers", "orders"])
def test_promise_6_an_export_holds_nothing_of_a_hidden_customer(
    sue: Visit, as_admin: Visit, desk: Desk, secret_ticket: int, noun: str
) -> None:
    for number, email in (("1", "ann@fjell.example"), ("2", "bo@dal.example")):
        upsert(desk, SYSTEM, "customers", {"external_id": [number], "email": [email]})
        upsert(desk, SYSTEM, "orders", {
            "external_id": [f"O-{number}"], "email": [email], "placed_at": ["2026-11-20"],
            "amount": ["1"], "currency": ["GBP"],
        })  # fmt: skip
    seen = {}
    for who, visit in (("sue", sue), ("admin", as_admin)):
        visit.get("/imports")
        seen[who] = visit.post("/exports", kind="csv", noun=noun).text
    assert "bo@dal.example" in seen["sue"]
    assert "ann@fjell.example" not in seen["sue"]
    assert "ann@fjell.example" in seen["admin"]


def test_promise_6_an_import_changes_no_hidden_customer(
    sue: Visit, desk: Desk, secret_ticket: int
) -> None:
    run = upload(sue, "Email,Name\nann@fjell.example,Mine\nbo@dal.example,Bo\n")
    sue.post(f"{run}/columns", field=["email", "name"])
    work(desk)
    sue.post(f"{run}/task", task="import")
    work(desk)
    page = sue.get(run).text
    assert "It belongs to somebody whose tickets you may not see." in page
    with desk.read() as session:
        names = sorted(session.scalars(select(Customer.name)))
        row = session.query(ImportRun).one()
        assert (row.created, row.refused) == (1, 1)
    assert names == ["Ann", "Bo"]


def test_an_export_of_customers_can_be_imported_again(sue: Visit, desk: Desk) -> None:
    upsert(desk, SYSTEM, "customers", {"external_id": ["7"], "name": ["=Ann"],
                                       "phone": ["+442079460001"], "locale": ["en"]})  # fmt: skip
    sue.get("/imports")
    data = sue.post("/exports", noun="customers", kind="csv").data
    run = upload(sue, data.decode("utf-8-sig"))
    sue.post(f"{run}/columns", field=["", "external_id", "name", "email", "phone", "locale",
                                      "organization", ""])  # fmt: skip
    work(desk)
    with desk.read() as session:
        row = session.query(ImportRun).one()
        assert (row.unchanged, row.updated, row.refused) == (1, 0, 0)


def test_columns_cannot_be_changed_under_way(sue: Visit, desk: Desk) -> None:
    run = upload(sue)
    twice = ["name", "name", "email", "phone"]
    assert sue.post(f"{run}/columns", field=twice).status_code == 409
    fields = ["external_id", "name", "email", ""]
    sue.post(f"{run}/columns", field=fields)
    with desk.write() as session:
        session.execute(update(ImportRun).values(lease_until=now() + timedelta(minutes=1)))
    assert sue.post(f"{run}/columns", field=fields).status_code == 409
    assert sue.post(f"{run}/task", task="import").status_code == 409


def test_the_files_so_far_go_on_where_the_page_ended(
    sue: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_runs, "PAGE", 2)
    for _ in range(3):
        upload(sue)
    first = sue.get("/imports").text
    older = re.search(r'href="(/imports\?before=\d+)"', first)
    assert older
    last = sue.get(older[1]).text
    shown = [re.findall(r'href="/imports/(\d+)"', page) for page in (first, last)]
    assert shown == [["3", "2"], ["1"]]
    assert "before=" not in last
