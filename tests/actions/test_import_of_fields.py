"""Custom fields in imported files: read by kind, refused with the reason, put back, found."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from helpdesk.actions import customer_words, imports
from helpdesk.actions.custom_fields import (
    Definition,
    add_field,
    change_field,
    set_customer_fields,
    set_ticket_fields,
)
from helpdesk.actions.upserts import upsert
from helpdesk.desk import Desk
from helpdesk.models import Customer, FieldValue, ImportOutcome, ImportRun, RunTask, Ticket
from helpdesk.queries.custom_fields import values_by
from helpdesk.queries.customer_list import Wanted, customer_list
from helpdesk.queries.search import search
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from helpdesk.rules.refusal import Refusal
from tests.actions.test_imports import counts, do

Sent = Callable[..., int]
HEAD = "ID,Name,field.code,Bonus,Joined,尺码,field.vip\n"


@pytest.fixture
def fields(desk: Desk) -> dict[str, int]:
    """The same fields for customers and tickets; their numbers of the customers'."""
    made = {}
    for noun in (FieldNoun.TICKET, FieldNoun.CUSTOMER):
        for key, kind, name in (
            ("code", "text", "Code"), ("bonus", "number", "Bonus"), ("joined", "date", "Joined"),
            ("size", "choice", "Size"), ("vip", "checkbox", "VIP"),
        ):  # fmt: skip
            wanted = Definition(name, "尺码" if key == "size" else "", choices=("M", "L"))
            made[key] = add_field(desk, SYSTEM, noun, key, FieldKind(kind), wanted)
    return made


@pytest.fixture
def send(desk: Desk, tmp_path: Path, fields: dict[str, int]) -> Sent:
    def send(text: str | bytes, noun: str = "customers", task: RunTask = RunTask.IMPORT) -> int:
        path = tmp_path / "table"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        run = imports.begin(desk, SYSTEM, noun, path, "table")
        do(desk, run, task)
        return run

    return send


def values(desk: Desk, name: str = "1") -> dict[str, str]:
    with desk.read() as session:
        number = session.query(Customer).filter_by(external_id=name).one().id
        return values_by(session, FieldNoun.CUSTOMER, [number])[number]


def reasons(desk: Desk, run: int) -> dict[int, str]:
    with desk.read() as session:
        rows = session.query(ImportOutcome).filter_by(run_id=run)
        return {
            row.row: str(Refusal(row.reason, **row.data.get("values", {})))
            for row in rows
            if row.reason
        }


def catch_up(desk: Desk) -> None:
    while customer_words.index_missing(desk) or customer_words.index_due(desk):
        pass


def found(desk: Desk, words: str) -> list[str | None]:
    with desk.read() as session:
        rows = customer_list(session, SYSTEM, Wanted(q=words)).rows
        return [session.get_one(Customer, row.id).external_id for row in rows]


def test_every_kind_is_read_and_columns_are_known_by_key_and_by_name(
    desk: Desk, send: Sent
) -> None:
    run = send(HEAD + '1,Ann,  K  7,"1,250.50",2026/3/1,l,Yes\n2,Ben,,,,,\n', task=RunTask.CHECK)
    with desk.read() as session:
        mapping = session.get_one(ImportRun, run).mapping
    assert mapping == [
        "external_id", "name", "field.code", "field.bonus", "field.joined", "field.size",
        "field.vip",
    ]  # fmt: skip
    assert counts(desk, run) == (2, 0, 0, 0)
    do(desk, run, RunTask.IMPORT)
    kept = {"code": "K 7", "bonus": "1250.5", "joined": "2026-03-01", "size": "L", "vip": "yes"}
    assert values(desk) == kept
    assert values(desk, "2") == {}
    with desk.read() as session:
        bonus = session.query(FieldValue).filter(FieldValue.number.is_not(None)).one()
        assert bonus.number == 1250.5
    assert counts(desk, send(HEAD + "1,,,,,,\n2,,,,,M,\n")) == (0, 1, 1, 0)
    assert (values(desk), values(desk, "2")) == (kept, {"size": "M"})


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("x,many,,,", 'Bonus: "many" is not a number. Write it like 12.5.'),
        (",,30.11.2026,,", 'Joined: "30.11.2026" is not a date. Write it like 2026-11-30.'),
        (",,,XL,", 'Size: "XL" is not one of M, L.'),
        (",,,,perhaps", 'VIP: "perhaps" is neither yes nor no.'),
        (f"{'x' * 501},,,,", "Code: 500 characters are the most."),
    ],
)
@pytest.mark.parametrize("task", [RunTask.CHECK, RunTask.IMPORT])
def test_promise_9_a_value_that_does_not_fit_is_told_and_its_row_left_out(
    desk: Desk, send: Sent, cells: str, words: str, task: RunTask
) -> None:
    send(HEAD + "1,Ann,K7,3,,,\n")
    run = send(HEAD + f"1,Anna,{cells}\n2,Ben,K8,,,,\n", task=task)
    assert counts(desk, run) == (1, 0, 0, 1)
    assert reasons(desk, run) == {2: words}
    assert values(desk) == {"code": "K7", "bonus": "3"}


def test_an_undo_puts_each_field_back_unless_it_was_changed_since(desk: Desk, send: Sent) -> None:
    send(HEAD + "1,Ann,K7,3,,M,\n2,Ben,K8,,,,\n3,Cleo,K9,,,,\n")
    run = send(HEAD + "1,Ann,K70,,2026-01-02,L,\n2,Ben,K80,,,,\n3,Cleo,,,,,no\n4,Dee,K4,1,,,\n")
    assert counts(desk, run) == (1, 3, 0, 0)
    catch_up(desk)
    assert (found(desk, "K70"), found(desk, "K7 "), found(desk, "K4")) == (["1"], ["1"], ["4"])
    with desk.read() as session:
        ben = session.query(Customer).filter_by(external_id="2").one().id
    set_customer_fields(desk, SYSTEM, ben, {"code": "by hand"})
    do(desk, run, RunTask.UNDO)
    with desk.read() as session:
        row = session.get_one(ImportRun, run)
        assert (row.put_back, row.kept) == (3, 1)
        assert session.query(Customer).count() == 3
    assert reasons(desk, run) == {3: "Somebody changed it since: Code."}
    assert values(desk) == {"code": "K7", "bonus": "3", "size": "M"}
    assert values(desk, "2") == {"code": "by hand"}
    assert values(desk, "3") == {"code": "K9"}
    catch_up(desk)
    assert (found(desk, "K70"), found(desk, "K7"), found(desk, "K4")) == ([], ["1"], [])


def test_an_undo_takes_customers_away_whose_words_are_known_already(desk: Desk, send: Sent) -> None:
    people = send("ID,Name\n1,Ann\n")
    matter = send("Ticket ID,Subject,Email\nZ,Pole,bo@dal.example\n", "tickets")
    catch_up(desk)
    for run in (matter, people):
        do(desk, run, RunTask.UNDO)
    assert reasons(desk, matter) == reasons(desk, people) == {}
    with desk.read() as session:
        assert session.query(Customer).count() == 0


def test_new_tickets_bring_their_fields_are_found_by_them_and_go_with_them(
    desk: Desk, send: Sent
) -> None:
    head = "Ticket ID,Subject,Email,Code,Size,Bonus\n"
    lines = "Z-1,Pole,a@x.example,雪崩气囊,m,\nZ-2,Peg,a@x.example,,XL,\nZ-3,Rope,a@x.example,,,2\n"
    run = send(head + lines, "tickets")
    assert counts(desk, run) == (2, 0, 0, 1)
    assert reasons(desk, run) == {3: 'Size: "XL" is not one of M, L.'}
    with desk.read() as session:
        pole = session.query(Ticket).filter_by(external_id="Z-1").one().id
        assert values_by(session, FieldNoun.TICKET, [pole])[pole] == {
            "code": "雪崩气囊", "size": "M",
        }  # fmt: skip
        assert [row.id for row in search(session, SYSTEM, "雪崩").rows] == [pole]
    changed = head + "Z-1,Pole,a@x.example,Other,L,9\n"
    assert counts(desk, send(changed, "tickets")) == (0, 0, 1, 0), "what is there stays"
    set_ticket_fields(desk, SYSTEM, pole, {"size": "L"})
    do(desk, run, RunTask.UNDO)
    assert reasons(desk, run)[2] == "Somebody worked on this ticket since."
    with desk.read() as session:
        assert [ticket.external_id for ticket in session.query(Ticket)] == ["Z-1"]
        assert session.query(FieldValue).count() == 2


def test_a_field_that_went_out_of_use_refuses_the_rows_that_name_it(
    desk: Desk, send: Sent, fields: dict[str, int]
) -> None:
    run = send("ID,Code\n1,K7\n2,\n", task=RunTask.CHECK)
    change_field(desk, SYSTEM, fields["code"], Definition("Code", active=False))
    do(desk, run, RunTask.IMPORT)
    assert counts(desk, run) == (1, 0, 0, 1)
    assert reasons(desk, run) == {2: "There is no field code."}


def test_an_upsert_writes_fields_and_a_repeat_changes_nothing(
    desk: Desk, fields: dict[str, int]
) -> None:
    cells = {"external_id": ["1"], "field.code": ["K7"], "field.bonus": ["2"]}
    assert upsert(desk, SYSTEM, "customers", cells).outcome == "created"
    assert upsert(desk, SYSTEM, "customers", cells).outcome == "unchanged"
    assert upsert(desk, SYSTEM, "customers", cells | {"field.bonus": ["3"]}).outcome == "updated"
    assert values(desk) == {"code": "K7", "bonus": "3"}


def test_a_spreadsheet_s_own_dates_numbers_and_marks_are_understood(desk: Desk, send: Sent) -> None:
    """A day is a number there, 1.1 has seventeen digits, and a mark is a 1."""
    run = send(workbook([
        ["ID", "Joined", "Bonus", "VIP"],
        [1, 46356, "1.1000000000000001", "1"], [2, "46356.0", "1.5000000000000001E-9", "0"],
    ]))  # fmt: skip
    assert counts(desk, run) == (2, 0, 0, 0), reasons(desk, run)
    assert values(desk) == {"bonus": "1.1", "joined": "2026-11-30", "vip": "yes"}
    assert values(desk, "2") == {"bonus": "0.0000000015", "joined": "2026-11-30", "vip": "no"}


def workbook(rows: list[list[object]]) -> bytes:
    """An XLSX whose cells are numbers, but for its headers."""
    from helpdesk.sheets.writing import written

    plain = b"".join(written("xlsx", [[str(cell) for cell in row] for row in rows]))
    lines = ["".join(f"<c><v>{cell}</v></c>" for cell in row) for row in rows[1:]]
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name).decode()
            if name.endswith("sheet1.xml"):
                head = data[: data.index("</row>") + len("</row>")]
                data = head + "".join(f"<row>{line}</row>" for line in lines)
                data += "</sheetData></worksheet>"
            new.writestr(name, data)
    return made.getvalue()
