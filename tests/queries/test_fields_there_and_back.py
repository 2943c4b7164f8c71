"""Custom fields through a file and back: whatever stands in them, in both formats and databases."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.actions import import_work, imports
from helpdesk.actions.custom_fields import (
    Definition,
    add_field,
    set_customer_fields,
    set_ticket_fields,
)
from helpdesk.actions.upserts import upsert
from helpdesk.desk import Desk
from helpdesk.models import ImportRun, RunTask, Ticket
from helpdesk.queries import customer_list, exports
from helpdesk.queries.custom_fields import values_by
from helpdesk.queries.exports import CUSTOMERS, TICKETS
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.article_words import one_line
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from helpdesk.sheets.writing import written
from tests.factories import Mail, receive

CHOICES = ("S", "Größe M, L", "'+1", "=SUM(A1)", "中号", "-", "007", "1e5")
WRITTEN = st.fixed_dictionaries(
    {
        "text": st.text(max_size=40).map(one_line)
        | st.text("'=+-@＝ \t,;\"7a汉", max_size=8).map(one_line),
        "number": st.decimals(-(10**14), 10**14, places=9).map(lambda n: f"{n:f}")
        | st.integers(-(10**15) + 1, 10**15 - 1).map(str)
        | st.sampled_from(["", "0.000000001", "-0.5", "1.1000000000000001", "1,234.5"]),
        "date": st.dates().map(lambda day: day.isoformat()) | st.just(""),
        "choice": st.sampled_from(["", *CHOICES]),
        "checkbox": st.sampled_from(["", "yes", "no"]),
    }
)
KINDS = [kind.value for kind in FieldKind]
FORMAT = st.sampled_from(["csv", "xlsx"])
few = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def fields_desk(shared_desk: Desk) -> Desk:
    for noun in FieldNoun:
        for kind in FieldKind:
            add_field(shared_desk, SYSTEM, noun, kind.value, kind,
                      Definition(f"A {kind}", choices=CHOICES))  # fmt: skip
    return shared_desk


def take_in(desk: Desk, noun: str, path: Path) -> ImportRun:
    """Import a file as it is, without a word about its columns."""
    run = imports.begin(desk, SYSTEM, noun, path, path.name)
    imports.start(desk, SYSTEM, run, RunTask.IMPORT)
    import_work.work(desk, run)
    with desk.read() as session:
        return session.get_one(ImportRun, run)


def exported(
    desk: Desk, noun: str, kind: str, path: Path, change: Callable[[list[Any]], list[Any]] = list
) -> Path:
    wanted = exports.tickets() if noun == "tickets" else exports.customers(customer_list.Wanted())
    with desk.read() as session:
        table = [change(list(row)) for row in wanted.rows(session, SYSTEM)]
    path.write_bytes(b"".join(written(kind, table[:2])))  # the newest is first
    return path


def standing(desk: Desk, noun: FieldNoun, number: int) -> dict[str, str]:
    with desk.read() as session:
        return values_by(session, noun, [number])[number]


@few
@given(given_=WRITTEN, kind=FORMAT)
def test_a_customer_s_fields_come_back_as_they_were(
    fields_desk: Desk, tmp_path: Path, given_: dict[str, str], kind: str
) -> None:
    desk, name = fields_desk, f"C-{next(_numbers)}"
    customer = upsert(desk, SYSTEM, "customers", {"external_id": [name]}).id
    set_customer_fields(desk, SYSTEM, customer, given_)
    before = standing(desk, FieldNoun.CUSTOMER, customer)
    path = exported(desk, "customers", kind, tmp_path / "table")
    run = take_in(desk, "customers", path)
    assert run.mapping[len(CUSTOMERS) :] == [f"field.{kind}" for kind in KINDS]
    assert (run.unchanged, run.updated, run.refused) == (1, 0, 0), before
    set_customer_fields(desk, SYSTEM, customer, dict.fromkeys(KINDS, ""))
    run = take_in(desk, "customers", path)
    assert (run.updated, run.refused) == (bool(before), 0), before
    assert standing(desk, FieldNoun.CUSTOMER, customer) == before


@few
@given(given_=WRITTEN, kind=FORMAT)
def test_a_ticket_s_fields_come_to_another_desk_as_they_were(
    fields_desk: Desk, tmp_path: Path, given_: dict[str, str], kind: str
) -> None:
    desk = fields_desk
    ticket = receive(desk, Mail()).ticket or 0
    set_ticket_fields(desk, SYSTEM, ticket, given_)
    before = standing(desk, FieldNoun.TICKET, ticket)
    place, name = TICKETS.index("external_id"), f"T-{next(_numbers)}"
    head: list[bool] = []

    def renamed(row: list[Any]) -> list[Any]:
        row[place] = name if head else row[place]
        head.append(True)
        return row

    run = take_in(desk, "tickets", exported(desk, "tickets", kind, tmp_path / "table", renamed))
    assert (run.created, run.refused) == (1, 0), before
    with desk.read() as session:
        made = session.query(Ticket).filter_by(external_id=name).one()
    assert standing(desk, FieldNoun.TICKET, made.id) == before
