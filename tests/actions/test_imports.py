"""Imports: checked, taken in once, resumed where a dead worker was, put back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from helpdesk.actions import import_work, imports
from helpdesk.actions.customer_records import change_customer
from helpdesk.actions.replies import note
from helpdesk.actions.upserts import upsert
from helpdesk.desk import Desk
from helpdesk.models import (
    AuditEvent,
    ContactPoint,
    Customer,
    ImportOutcome,
    ImportRun,
    Message,
    NotPossible,
    Order,
    Organization,
    Participant,
    RunTask,
    Ticket,
    now,
)
from helpdesk.queries.search import search
from helpdesk.rules.actor import SYSTEM, Actor, NotAllowed, Role
from tests.factories import Mail, make_agent, receive
from tests.patience import eventually

PEOPLE = """ID,Name,Email,Phone,Company,Language
1,Ann Lee,ann@fjell.example,+44 20 7946 0001,Fjell,en
2,李明,li@fjell.example,,Fjell,zh-Hans
3,Ben,ben@,,,
4,Cleo,cleo@fjell.example,+44 20 7946 0004,,
"""

Sent = Callable[..., int]


@pytest.fixture
def send(desk: Desk, tmp_path: Path) -> Sent:
    """send("customers", "ID,Name\\n1,Ann") -> the run, after the task"""

    def send(noun: str, text: str, task: RunTask = RunTask.IMPORT, actor: Actor = SYSTEM) -> int:
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode())
        run = imports.begin(desk, actor, noun, path, "table.csv")
        do(desk, run, task, actor)
        return run

    return send


def do(desk: Desk, run: int, task: RunTask, actor: Actor = SYSTEM) -> None:
    imports.start(desk, actor, run, task)
    import_work.work(desk, run)


def counts(desk: Desk, run: int) -> tuple[int, int, int, int]:
    with desk.read() as session:
        row = session.get_one(ImportRun, run)
        assert (row.state, row.reason) == ("done", "")
        return row.created, row.updated, row.unchanged, row.refused


def number_of(desk: Desk, noun: type) -> int:
    with desk.read() as session:
        return session.scalar(select(func.count()).select_from(noun)) or 0


def reasons(desk: Desk, run: int) -> dict[int, str]:
    with desk.read() as session:
        rows = session.scalars(select(ImportOutcome).where(ImportOutcome.run_id == run))
        return {row.row: row.reason for row in rows if row.reason}


def test_a_check_says_what_an_import_then_does_and_changes_nothing(desk: Desk, send: Sent) -> None:
    run = send("customers", PEOPLE, RunTask.CHECK)
    assert counts(desk, run) == (3, 0, 0, 1)
    assert number_of(desk, Customer) == number_of(desk, Organization) == 0
    do(desk, run, RunTask.IMPORT)
    assert counts(desk, run) == (3, 0, 0, 1)
    assert reasons(desk, run) == {4: "“%(value)s” is not an email address."}
    with desk.read() as session:
        li = session.query(Customer).filter_by(external_id="2").one()
        assert (li.name, li.locale, li.organization.name) == ("李明", "zh-Hans", "Fjell")
        points = session.query(ContactPoint).all()
    assert all(not point.is_verified for point in points)
    assert len(points) == 5
    assert number_of(desk, Organization) == 1


def test_the_same_file_again_changes_nothing_and_empty_cells_neither(
    desk: Desk, send: Sent
) -> None:
    send("customers", PEOPLE)
    assert counts(desk, send("customers", PEOPLE)) == (0, 0, 3, 1)
    assert counts(desk, send("customers", "ID,Name,Email\n1,,\n2,Li Ming,\n")) == (0, 1, 1, 0)


def test_customers_are_known_by_their_addresses_however_they_are_written(
    desk: Desk, send: Sent
) -> None:
    receive(desk, Mail(sender="Ann <ann@fjell.example>"))
    run = send("customers", "ID,Name,Email,Phone\nA,Ann Lee,ANN@Fjell.example,+442079460001\n")
    assert counts(desk, run) == (0, 1, 0, 0)
    again = send("customers", "Name,Phone\nAnn Lee,+44 (20) 7946-0001\n")
    assert counts(desk, again) == (0, 0, 1, 0)
    with desk.read() as session:
        ann = session.query(Customer).filter_by(external_id="A").one()
        assert len(ann.contact_points) == 2
        assert [row.id for row in search(session, SYSTEM, "Lee").rows] == [1]


CONFLICTS = [
    ("ID,Email\nB,ann@fjell.example\n", "whose external id is"),
    ("ID,Email,Phone\n,ann@fjell.example,+442079460004\n", "different customers"),
    ("ID,Email\n1,cleo@fjell.example\n", "Join the two records"),
    ("Name\nNobody\n", "needs an external id, an email or a phone"),
    ("ID,Name\n7,Ann\n7,Ann Lee\n", "The same stands in row"),
    ("ID,Name\n8,Ann,more\n", "more cells than there are headers"),
]


@pytest.mark.parametrize(("text", "words"), CONFLICTS)
def test_rows_that_do_not_fit_are_refused_one_by_one(
    desk: Desk, send: Sent, text: str, words: str
) -> None:
    send("customers", PEOPLE)
    before = number_of(desk, Customer)
    run = send("customers", text)
    assert any(words in reason for reason in reasons(desk, run).values()), reasons(desk, run)
    assert number_of(desk, Customer) - before <= 1


def test_two_rows_of_one_batch_about_one_person_are_taken_in_one_after_the_other(
    desk: Desk, send: Sent
) -> None:
    run = send("customers", "ID,Name,Email\n1,Ann,ann@fjell.example\n,Ann Lee,ann@fjell.example\n")
    assert counts(desk, run) == (1, 1, 0, 0)
    assert number_of(desk, Customer) == 1


def test_orders_and_organizations(desk: Desk, send: Sent) -> None:
    assert counts(desk, send("organizations", "ID,Name,Domain\nF,Fjell,fjell.example\n"))[0] == 1
    send("customers", PEOPLE)
    head = "Order number,Customer ID,Email,Date,Total,Currency,Status,Items\n"
    run = send("orders", head + "T-1,1,,2026-11-20,129.00,GBP,shipped,Tent\n"
               "T-2,,cleo@fjell.example,2026-11-21,5,GBP,,Peg\nT-3,9,,2026-11-21,5,GBP,,Peg\n"
               "T-4,1,,,5,GBP,,Peg\n")  # fmt: skip
    assert counts(desk, run) == (2, 0, 0, 2)
    assert set(reasons(desk, run)) == {4, 5}
    again = send("orders", "Order number,Status\nT-1,delivered\n")
    assert counts(desk, again) == (0, 1, 0, 0)
    do(desk, again, RunTask.UNDO)
    with desk.read() as session:
        order = session.query(Order).filter_by(external_id="T-1").one()
        assert (order.state, order.total.amount, order.summary) == ("shipped", 129, "Tent")
    do(desk, run, RunTask.UNDO)
    assert number_of(desk, Order) == 0


TICKETS = (
    "Ticket ID,Subject,Description,Email,Name,Status,Priority,Tags,Created\n"
    "Z-1,Broken pole,The pole snapped.,ann@fjell.example,Ann,closed,high,poles,2025-03-01\n"
    "Z-2,退款,我要退款,li@fjell.example,李明,open,,,2026-11-01\n"
    "Z-3,,,ann@fjell.example,Ann,open,,,\n"
)


def test_tickets_come_with_their_first_message_and_are_found(desk: Desk, send: Sent) -> None:
    run = send("tickets", TICKETS)
    assert counts(desk, run) == (2, 0, 0, 1)
    assert counts(desk, send("tickets", TICKETS)) == (0, 0, 2, 1)
    with desk.read() as session:
        pole = session.query(Ticket).filter_by(external_id="Z-1").one()
        assert (pole.status, pole.priority, pole.created_at.year) == ("closed", "high", 2025)
        assert [tag.name for tag in pole.tags] == ["poles"]
        assert [row.subject for row in search(session, SYSTEM, "退款").rows] == ["退款"]
    note(desk, SYSTEM, pole.id, "Ask her.")
    do(desk, run, RunTask.UNDO)
    with desk.read() as session:
        assert [ticket.id for ticket in session.query(Ticket)] == [pole.id]
        assert session.query(Message).count() == 2
        assert session.query(Participant).count() == 1
        assert session.query(Customer).count() == 1
    assert reasons(desk, run)[2] == "Somebody worked on this ticket since."


def test_undo_puts_back_what_nobody_changed_since_and_tells_the_rest(
    desk: Desk, send: Sent
) -> None:
    receive(desk, Mail(sender="Dee <dee@fjell.example>"))
    text = PEOPLE + "5,Dee Bly,dee@fjell.example,,Fjell,\n"
    run = send("customers", text)
    assert counts(desk, run) == (3, 1, 0, 1)
    with desk.read() as session:
        by_id = {c.external_id: c.id for c in session.query(Customer) if c.external_id}
    change_customer(desk, SYSTEM, by_id["1"], {"name": "Annabel Lee"})
    receive(desk, Mail(sender="Cleo <cleo@fjell.example>"))
    do(desk, run, RunTask.UNDO)
    with desk.read() as session:
        row = session.get_one(ImportRun, run)
        assert (row.put_back, row.kept) == (2, 2)
        left = {c.name: c.external_id for c in session.query(Customer)}
    assert left == {"Annabel Lee": "1", "Cleo": "4", "Dee": None}
    kept = reasons(desk, run)
    assert kept[2] == "Somebody changed it since: %(field)s."
    assert kept[5] == "Other records refer to it by now."
    assert number_of(desk, Organization) == 1, "Annabel is still in it"


def test_a_killed_worker_is_followed_where_it_was_and_no_row_comes_twice(
    desk: Desk, send: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_work, "BATCH", 10)
    rows = "".join(f"{n},Person {n},p{n}@fjell.example\n" for n in range(95))
    run = send("customers", "ID,Name,Email\n" + rows, RunTask.CHECK)
    imports.start(desk, SYSTEM, run, RunTask.IMPORT)
    dead = import_work._claim(desk, run)
    assert dead is not None
    with pytest.raises(RuntimeError):
        import_work._take_in(desk, dead, dies_after(3))
    assert import_work.due(desk) == [], "its lease runs"
    assert number_of(desk, Customer) == 30
    with desk.write() as session:
        session.execute(update(ImportRun).values(lease_until=now() - timedelta(seconds=1)))
    import_work.work(desk, run)
    assert counts(desk, run) == (95, 0, 0, 0)
    assert number_of(desk, Customer) == 95
    with pytest.raises(import_work.Overtaken):  # it only slept, and wakes up
        import_work._take_in(desk, dead, lambda: False)
    assert number_of(desk, Customer) == 95


def dies_after(batches: int) -> Callable[[], bool]:
    left = iter([False] * batches)

    def stop() -> bool:
        for answer in left:
            return answer
        raise RuntimeError("killed")

    return stop


def test_who_stops_is_followed_at_once(
    desk: Desk, send: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_work, "BATCH", 1)
    run = send("customers", PEOPLE, RunTask.CHECK)
    imports.start(desk, SYSTEM, run, RunTask.IMPORT)
    answers = iter([False, True])
    import_work.work(desk, run, lambda: next(answers))
    assert number_of(desk, Customer) == 1
    assert import_work.due(desk) == [run]
    import_work.work(desk, run)
    assert counts(desk, run) == (3, 0, 0, 1)


def test_only_supervisors_import_and_each_step_is_written_down(desk: Desk, send: Sent) -> None:
    with pytest.raises(NotAllowed):
        send("customers", PEOPLE, actor=make_agent(desk))
    sue = make_agent(desk, "Sue Park", Role.SUPERVISOR)
    run = send("customers", PEOPLE, RunTask.CHECK, actor=sue)
    do(desk, run, RunTask.IMPORT, sue)
    for task in (RunTask.CHECK, RunTask.IMPORT):
        with pytest.raises(NotPossible):
            imports.start(desk, sue, run, task)
    do(desk, run, RunTask.UNDO, sue)
    with desk.read() as session:
        events = [e.event for e in session.query(AuditEvent) if e.event.startswith("import.")]
    assert events == [
        "import.uploaded", "import.check_started", "import.checked", "import.started",
        "import.made", "import.undo_started", "import.undone",
    ]  # fmt: skip


def test_an_upsert_repeats_without_a_trace(desk: Desk) -> None:
    cells = {"external_id": ["C-1"], "name": ["Ann"], "email": ["ann@fjell.example"]}
    first = upsert(desk, SYSTEM, "customers", cells)
    again = upsert(desk, SYSTEM, "customers", cells)
    assert (first.outcome, again.outcome, again.id) == ("created", "unchanged", first.id)
    with pytest.raises(NotPossible, match="already"):
        upsert(desk, SYSTEM, "customers", cells, only_new=True)
    with desk.read() as session:
        events = [e.event for e in session.query(AuditEvent) if "customer" in e.event]
    assert events == ["customer.added"]


@pytest.mark.slow
def test_a_process_that_is_killed_is_followed(desk: Desk, tmp_path: Path) -> None:
    """kill -9 in the middle of a file, at three places of it."""
    path = tmp_path / "people.csv"
    people = "".join(f"{n},Person {n},p{n}@fjell.example\n" for n in range(8000))
    path.write_text("ID,Name,Email\n" + people)
    sue = make_agent(desk, "Sue Park", Role.SUPERVISOR)
    run = imports.begin(desk, sue, "customers", path, "people.csv")
    imports.start(desk, sue, run, RunTask.IMPORT)
    code = (
        "from helpdesk.config import Settings; from helpdesk.desk import opened;"
        "from helpdesk.actions import import_work; import sys\n"
        "given = Settings(database_url=sys.argv[1], data_dir=sys.argv[2], encoder='none')\n"
        "with opened(given) as desk: import_work.work(desk, int(sys.argv[3]))"
    )
    settings = desk.settings
    words = [sys.executable, "-c", code, settings.database_url, str(settings.data_dir), str(run)]
    for part in range(3):
        child = subprocess.Popen(words)
        eventually(lambda least=part * 2000: position(desk, run) > least, 60)  # type: ignore[misc]
        child.kill()
        child.wait()
        with desk.write() as session:
            session.execute(update(ImportRun).values(lease_until=None))
    import_work.work(desk, run)
    assert counts(desk, run) == (8000, 0, 0, 0)
    assert number_of(desk, Customer) == 8000


def position(desk: Desk, run: int) -> int:
    with desk.read() as session:
        return session.get_one(ImportRun, run).position
