"""A list as a file: what its page shows and no more, for those who may, and written down."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from helpdesk.actions import articles, customer_words, knowledge
from helpdesk.actions.custom_fields import Definition, add_field, set_ticket_fields
from helpdesk.actions.upserts import upsert
from helpdesk.desk import Desk
from helpdesk.models import (
    Agent,
    AuditEvent,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    Task,
    Ticket,
    now,
)
from helpdesk.queries import ledger_inventory, question_log
from helpdesk.rules.actor import SYSTEM, Actor, Role
from helpdesk.rules.article_words import Words
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from helpdesk.sheets.reading import look_through, rows_of
from tests.factories import Mail, make_agent, receive
from tests.web.conftest import Visit, table


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("view=open", {"plain", "urgent", "tagged"}),
        ("view=all", {"plain", "urgent", "tagged", "done"}),
        ("view=resolved", {"done"}),
        ("view=open&priority=urgent&priority=high", {"urgent"}),
        ("view=open&assignee=none", {"plain", "urgent"}),
        ("view=open&tag=Refund", {"tagged"}),
        ("view=open&status=resolved", {"done"}),
        ("view=open&waiting=1h", {"plain"}),
        ("view=open&field.amount=from:10", {"urgent"}),
        ("view=open&q=tagged", {"tagged"}),
        ("view=open&sort=newest&unread=1&columns=subject", {"plain", "urgent", "tagged"}),
    ],
)
def test_the_queue_exports_what_it_shows(
    desk: Desk, as_supervisor: Visit, queue: dict[str, int], query: str, wanted: set[str]
) -> None:
    add_field(desk, SYSTEM, FieldNoun.TICKET, "amount", FieldKind.NUMBER, Definition("Amount"))
    set_ticket_fields(desk, SYSTEM, queue["urgent"], {"amount": "12"})
    with desk.write() as session:
        session.get_one(Ticket, queue["plain"]).queue_at = now() - timedelta(hours=2)
    page = as_supervisor.get(f"/tickets?{query}").text
    start = page.index('id="export"')
    action = page[page.index('action="', start) + 8 :].partition('"')[0].replace("&amp;", "&")
    assert {row[2] for row in table(as_supervisor, action)} == wanted


def test_the_words_typed_last_are_part_of_what_is_shown(
    as_supervisor: Visit, queue: dict[str, int]
) -> None:
    rows = table(as_supervisor, "/exports/tickets?view=open", q="urgent")
    assert [row[2] for row in rows] == ["urgent"]


def test_a_saved_view_is_exported_with_its_filter(
    as_supervisor: Visit, queue: dict[str, int], desk: Desk
) -> None:
    as_supervisor.post("/views", name="Refunds", query="tag=refund")
    rows = table(as_supervisor, "/exports/tickets?view=saved/1")
    assert [row[2] for row in rows] == ["tagged"]
    with desk.read() as session:
        event = session.query(AuditEvent).filter_by(event="export.made").one()
    assert event.actor_name == "Sam Lee"
    assert {k: event.data[k] for k in ("noun", "kind", "view", "filter")} == {
        "noun": "tickets", "kind": "csv", "view": "saved/1", "filter": "tag=refund",
    }  # fmt: skip


def test_what_cannot_be_exported_says_why(as_supervisor: Visit, queue: dict[str, int]) -> None:
    bad = as_supervisor.post("/exports/tickets?view=open&status=opne")
    assert (bad.status_code, "“opne” is no status" in bad.text) == (400, True)
    assert as_supervisor.post("/exports/tickets?view=open&field.x=1").status_code == 400
    assert as_supervisor.post("/exports/tickets?view=saved/9").status_code == 404
    assert as_supervisor.post("/exports/tickets?view=open", kind="exe").status_code == 409


def test_promise_6_an_export_hides_what_its_reader_must_not_see(
    as_supervisor: Visit, as_admin: Visit, desk: Desk, ticket: int, secret_ticket: int
) -> None:
    with desk.write() as session:
        session.get_one(Ticket, ticket).subject = "=HYPERLINK(1)"
    receive(desk, Mail(subject="Other", sender="Bo <bo@dal.example>"))
    for visit, sees in ((as_supervisor, False), (as_admin, True)):
        shown = [row[0] for row in table(visit, "/exports/tickets?view=all")]
        assert (str(secret_ticket) in shown) is sees
        subjects = [row[2] for row in table(visit, "/exports/tickets?view=all")]
        assert "'=HYPERLINK(1)" in subjects


def test_customers_are_exported_by_the_filters_of_their_page(
    as_supervisor: Visit, as_admin: Visit, desk: Desk, secret_ticket: int
) -> None:
    upsert(desk, SYSTEM, "customers", {"name": ["Cy Vance"], "external_id": ["1"]})
    upsert(desk, SYSTEM, "customers", {"name": ["Di Vole"], "external_id": ["2"]})
    customer_words.index_missing(desk)
    assert {row[2] for row in table(as_supervisor, "/exports/customers")} == {"Cy Vance", "Di Vole"}
    assert "Ann" in {row[2] for row in table(as_admin, "/exports/customers")}
    found = table(as_supervisor, "/exports/customers?q=vo")
    assert [row[2] for row in found] == ["Di Vole"]
    assert table(as_supervisor, "/exports/customers?tier=vip") == []
    assert 'action="/exports/customers?q=vo' in as_supervisor.get("/customers?q=vo").text


def test_organizations_are_exported_and_can_be_imported_again(
    as_supervisor: Visit, desk: Desk
) -> None:
    for number in range(65):  # more than a page
        upsert(desk, SYSTEM, "organizations", {"external_id": [f"F{number:02}"],
                                               "name": [f"Fjell {number:02}"]})  # fmt: skip
    upsert(desk, SYSTEM, "organizations", {"name": ["Dal"], "domain": ["dal.example"]})
    rows = table(as_supervisor, "/exports/organizations")
    assert [row[1:] for row in rows[:2]] == [
        ["", "Dal", "dal.example", "0"], ["F00", "Fjell 00", "", "0"],
    ]  # fmt: skip
    assert len(rows) == 66
    assert len(table(as_supervisor, "/exports/organizations?q=fjell%200")) == 10


def test_ones_own_tasks_are_exported_as_their_page_shows_them(
    as_supervisor: Visit, desk: Desk, mei: Actor, ticket: int, secret_ticket: int
) -> None:
    with desk.write() as session:
        sam = session.query(Agent).filter_by(name="Sam Lee").one().id
        done = now()
        session.add_all((
            Task(ticket_id=ticket, title="=Call", owner_id=sam),
            Task(ticket_id=ticket, title="Called", owner_id=sam, done_at=done),
            Task(ticket_id=ticket, title="Of another", owner_id=mei.id),
            Task(ticket_id=secret_ticket, title="Xylophone", owner_id=sam),
        ))  # fmt: skip
    assert [row[:2] for row in table(as_supervisor, "/exports/tasks")] == [["'=Call", str(ticket)]]
    (row,) = table(as_supervisor, "/exports/tasks?done=1")
    assert (row[0], row[4][:10]) == ("Called", f"{done:%Y-%m-%d}")
    for query in ("", "?done=1"):
        assert f'action="/exports/tasks{query}"' in as_supervisor.get(f"/tasks{query}").text


def test_admins_export_the_ledger_by_the_filters_of_its_page(
    as_supervisor: Visit, as_admin: Visit, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_inventory, "AT_ONCE", 2)
    mails = [receive(desk, Mail(subject=f"=Matter {n}")) for n in range(5)]
    rows = table(as_admin, "/exports/ledger?before=3")
    assert [int(row[0]) for row in rows] == [mail.envelope for mail in mails[::-1]]
    assert [row[5] for row in rows[:2]] == ["'=Matter 4", "'=Matter 3"]
    assert [row[5] for row in table(as_admin, "/exports/ledger?q=matter+2")] == ["'=Matter 2"]
    assert table(as_admin, "/exports/ledger?state=quarantined") == []
    assert as_supervisor.post("/exports/ledger").status_code == 403
    page = as_admin.get("/settings/ledger?q=matter&state=attached").text
    assert 'action="/exports/ledger?q=matter&amp;state=attached' in page


def test_what_was_asked_is_exported_with_what_was_shown(
    as_supervisor: Visit, desk: Desk, secret_ticket: int
) -> None:
    for number in range(question_log.PAGE + 1):
        knowledge.ask(desk, f"how wide is tent {number}", "en", place="help", public_only=True)
    knowledge.ask(desk, "帐篷多宽", "zh", place="widget", public_only=True)
    knowledge.ask(desk, "a secret", "en", place="bot", public_only=True, ticket=secret_ticket)
    rows = table(as_supervisor, "/exports/questions?lang=en")
    asked = [row[0] for row in rows]
    assert asked == [f"how wide is tent {n}" for n in reversed(range(question_log.PAGE + 1))]
    assert {row[3] for row in rows} == {"unknown"}
    assert "帐篷多宽" in [row[0] for row in table(as_supervisor, "/exports/questions")]


def test_articles_are_exported_as_their_list_shows_them(as_supervisor: Visit, desk: Desk) -> None:
    boss = make_agent(desk, "Ada", Role.ADMIN)
    returns = articles.write(desk, boss, "returns", "en", Words("=Returns", "So."))
    articles.publish(desk, boss, returns)
    articles.write(desk, boss, "tents", "zh", Words("帐篷", "好。"))
    rows = table(as_supervisor, "/exports/articles")
    assert [row[:4] for row in rows] == [
        ["tents", "zh", "帐篷", "draft"], ["returns", "en", "'=Returns", "published"],
    ]  # fmt: skip
    assert [row[0] for row in table(as_supervisor, "/exports/articles?lang=en")] == ["returns"]
    assert table(as_supervisor, "/exports/articles?q=nothing") == []


def test_survey_answers_are_exported_for_the_period(
    as_supervisor: Visit, desk: Desk, mei: Actor, ticket: int, secret_ticket: int
) -> None:
    _answered(desk, ticket, mei, 1, "=Never again")
    _answered(desk, secret_ticket, mei, 5, "xylophone")
    (row,) = table(as_supervisor, "/exports/answers?days=30")
    assert [row[n] for n in (1, 2, 5, 7)] == ["1", "'=Never again", str(ticket), "Mei Chen"]
    assert len(table(as_supervisor, "/exports/answers?days=30&low=1")) == 1
    with desk.write() as session:
        for answer in session.query(SurveyAnswer):
            answer.answered_at = now() - timedelta(days=40)
    assert table(as_supervisor, "/exports/answers?days=30") == []
    assert len(table(as_supervisor, "/exports/answers?days=90")) == 1
    assert "/exports/answers?days=90" in as_supervisor.get("/reports/satisfaction?days=90").text


def _answered(desk: Desk, ticket: int, agent: Actor, score: int, comment: str) -> None:
    with desk.write() as session:
        survey = session.query(Survey).first() or Survey(kind="csat")
        session.add(survey)
        session.flush()
        found = session.get_one(Ticket, ticket)
        session.add(
            SurveyInvitation(
                survey_id=survey.id, kind="csat", ticket_id=ticket, customer_id=found.customer_id,
                agent_id=agent.id, channel="email", nonce="n", sent_at=now(),
                answer=SurveyAnswer(score=score, comment=comment),
            )
        )  # fmt: skip


def test_the_audit_log_is_a_table_of_both_kinds(as_admin: Visit, tmp_path: Path) -> None:
    path = tmp_path / "log"
    for kind in ("csv", "xlsx"):
        path.write_bytes(
            as_admin.client.get(f"/settings/audit/export.{kind}?event=audit.exported").data
        )
        rows = [cells for _row, cells in rows_of(path, look_through(path).encoding)]
    assert [row[1] for row in rows] == ["audit.exported"] * 2


def test_a_workbook_holds_the_same(as_supervisor: Visit, queue: dict[str, int],
                                   tmp_path: Path) -> None:  # fmt: skip
    path = tmp_path / "tickets.xlsx"
    answer = as_supervisor.post("/exports/tickets?view=open&tag=refund", kind="xlsx")
    path.write_bytes(answer.data)
    (row,) = [cells for _row, cells in rows_of(path, look_through(path).encoding)]
    assert row[0] == str(queue["tagged"])
