"""Tables of every noun as people send them: taken in as they are meant, or refused whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from helpdesk.actions import import_work, imports
from helpdesk.desk import Desk
from helpdesk.models import (
    Customer,
    ImportOutcome,
    ImportRun,
    NotPossible,
    Order,
    Organization,
    RunTask,
    Ticket,
)
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.import_fields import NOUNS
from helpdesk.sheets.bad_sheet import BadSheet
from tests.factories import Mail, receive

MODELS = {
    "customers": Customer, "organizations": Organization, "orders": Order, "tickets": Ticket,
}  # fmt: skip
# The headers, one good row, and the column of free words
TABLES: dict[str, tuple[list[str], list[str], str]] = {
    "customers": (["ID", "Name", "Email"], ["1", "Ann", "ann1@fjell.example"], "Name"),
    "organizations": (["ID", "Name", "Domain"], ["1", "Fjell", "fjell.example"], "Name"),
    "orders": (
        ["Order number", "Email", "Date", "Total", "Currency", "Items"],
        ["T-1", "ann@fjell.example", "2026-11-20", "129.00", "GBP", "Tent"],
        "Items",
    ),
    "tickets": (["Ticket ID", "Email", "Subject"], ["Z-1", "ann@fjell.example", "Pole"], "Subject"),
}
WORDS = {"customers": "name", "organizations": "name", "orders": "summary", "tickets": "subject"}
every_noun = pytest.mark.parametrize("noun", NOUNS)


@pytest.fixture(autouse=True)
def ann(desk: Desk) -> None:
    """The customer whom the orders name."""
    receive(desk, Mail(sender="Ann <ann@fjell.example>"))


def table(noun: str, words: str = "", **more: str) -> str:
    headers, row, free = TABLES[noun]
    cells = dict(zip(headers, row, strict=True)) | ({free: words} if words else {}) | more
    return ",".join(cells) + "\n" + ",".join(cells.values()) + "\n"


def take_in(desk: Desk, tmp_path: Path, noun: str, data: bytes) -> ImportRun:
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    run = imports.begin(desk, SYSTEM, noun, path, "table.csv")
    imports.start(desk, SYSTEM, run, RunTask.IMPORT)
    import_work.work(desk, run)
    with desk.read() as session:
        return session.get_one(ImportRun, run)


def words_of(desk: Desk, run: ImportRun, noun: str) -> str:
    """The free words of the one record that the run made."""
    with desk.read() as session:
        made = session.scalars(select(ImportOutcome).where(ImportOutcome.run_id == run.id)).one()
        assert (made.outcome, made.reason) == ("created", "")
        return str(getattr(session.get_one(MODELS[noun], made.record_id), WORDS[noun]))


def number_of(desk: Desk, noun: type) -> int:
    with desk.read() as session:
        return session.scalar(select(func.count()).select_from(noun)) or 0


@every_noun
@pytest.mark.parametrize(
    ("words", "encoding"),
    [("李明退款", "gb18030"), ("李明退款", "utf-16"), ("Zoë Müller", "cp1252")],
)
def test_an_encoding_other_than_utf_8_is_found_out(
    desk: Desk, tmp_path: Path, noun: str, words: str, encoding: str
) -> None:
    run = take_in(desk, tmp_path, noun, table(noun, words).encode(encoding))
    assert words_of(desk, run, noun) == words


@every_noun
def test_a_wrong_encoding_is_refused_whole(desk: Desk, tmp_path: Path, noun: str) -> None:
    before = number_of(desk, MODELS[noun])
    with pytest.raises(BadSheet, match="does not go on so"):
        take_in(desk, tmp_path, noun, table(noun).encode("utf-8-sig") + b"\xff\xfe\xff")
    assert (number_of(desk, MODELS[noun]), number_of(desk, ImportRun)) == (before, 0)


@every_noun
def test_duplicate_headers_are_refused_whole(desk: Desk, tmp_path: Path, noun: str) -> None:
    again = {f"{TABLES[noun][0][0].lower()} ": "2"}  # but for its letters, the first one
    with pytest.raises(BadSheet, match="Two columns are called"):
        take_in(desk, tmp_path, noun, table(noun, **again).encode())
    assert number_of(desk, ImportRun) == 0


@every_noun
def test_two_columns_for_one_field_are_refused(desk: Desk, tmp_path: Path, noun: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(table(noun, Other="2"))
    columns = {"Other": "external_id", TABLES[noun][0][0]: "external_id"}
    with pytest.raises(NotPossible, match="two columns"):
        imports.begin(desk, SYSTEM, noun, path, "table.csv", columns=columns)


@every_noun
@pytest.mark.parametrize("formula", ["=1+1", "@SUM(A1)", "=HYPERLINK(A1)"])
def test_a_formula_is_kept_as_the_words_it_is(
    desk: Desk, tmp_path: Path, noun: str, formula: str
) -> None:
    run = take_in(desk, tmp_path, noun, table(noun, formula).encode())
    assert words_of(desk, run, noun) == formula


def test_a_formula_where_an_amount_belongs_is_refused(desk: Desk, tmp_path: Path) -> None:
    run = take_in(desk, tmp_path, "orders", table("orders", Total="=1+1").encode())
    assert (run.created, run.refused) == (0, 1)


@every_noun
def test_200_columns_are_taken_in_and_201_are_refused(
    desk: Desk, tmp_path: Path, noun: str
) -> None:
    free = 200 - len(TABLES[noun][0])
    more = {f"Column {n}": str(n) for n in range(free)}
    with pytest.raises(BadSheet, match="201 columns"):
        take_in(desk, tmp_path, noun, table(noun, **more, Last="1").encode())
    run = take_in(desk, tmp_path, noun, table(noun, **more).encode())
    assert (run.created, run.refused) == (1, 0)
