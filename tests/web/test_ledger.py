"""The ledger's page: what reached the desk, its raw text, taking in again, comparing."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from helpdesk.actions import ingest, intake, reconciliations
from helpdesk.actions.inboxes import email_inbox, say_problem
from helpdesk.desk import Desk
from helpdesk.jobs import reconciliation
from helpdesk.models import AuditEvent, Envelope, EnvelopeState, Reconciliation
from helpdesk.queries.ledger import PAGE
from helpdesk.rules.actor import SYSTEM, Actor, Role
from tests.factories import Mail, make_agent, receive
from tests.web.conftest import Visit

LEDGER = "/settings/ledger"


@pytest.fixture
def admin(desk: Desk) -> Actor:
    return make_agent(desk, "Ada Admin", Role.ADMIN)


@pytest.fixture
def as_admin(app: Flask, admin: Actor) -> Visit:
    return Visit(app.test_client()).enter(admin)


@pytest.fixture
def quarantined(desk: Desk) -> int:
    """An envelope that the desk stumbled over once, and would not again."""
    kept = ingest.accept_mail(desk, email_inbox(desk), bytes(Mail(text="Odd")), source="smtp")
    with desk.write() as session:
        envelope = session.get_one(Envelope, kept.envelope_id)
        envelope.settle(EnvelopeState.QUARANTINED, "The desk <b>stumbled</b>.")
    return kept.envelope_id


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR])
def test_only_admins_see_or_do_anything(
    app: Flask, desk: Desk, stranger: Visit, quarantined: int, role: Role
) -> None:
    visit = Visit(app.test_client()).enter(make_agent(desk, "Bo Agent", role))
    for path in (LEDGER, f"{LEDGER}/{quarantined}/raw", "/settings/mail-accounts",
                 "/settings/mail-accounts/callback?code=x&state=y"):  # fmt: skip
        assert visit.get(path).status_code == 403, path
        assert stranger.get(path).status_code == 302, path
    for path in (f"{LEDGER}/{quarantined}/replay", f"{LEDGER}/comparisons",
                 "/settings/mail-accounts/1/connection",
                 "/settings/mail-accounts/1/disconnection"):  # fmt: skip
        assert visit.post(path).status_code == 403, path
        visit_token, visit.token = visit.token, "forged"
        assert visit.post(path).status_code == 400, path
        visit.token = visit_token
    assert LEDGER not in visit.get("/tickets").text
    with desk.read() as session:
        assert session.get_one(Envelope, quarantined).state == "quarantined"


def test_what_reached_us_and_what_became_of_it(
    as_admin: Visit, desk: Desk, quarantined: int
) -> None:
    ticket = receive(desk, Mail(subject="Zeltstange")).ticket
    page = as_admin.get(LEDGER).text
    assert "The desk &lt;b&gt;stumbled&lt;/b&gt;." in page
    assert f'href="/tickets/{ticket}"' in page
    assert "Zeltstange" in page
    assert "Quarantined" in page
    assert LEDGER in as_admin.get("/settings").text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("state=quarantined", {1}),
        ("state=attached", {2, 3}),
        ("state=nonsense", {1, 2, 3}),
        ("inbox=1", {1, 2}),
        ("inbox=2&state=attached", {3}),
        ("q=%233", {3}),
        ("q=2", {2}),
        ("q=ZELT", {3}),
        ("q=bo@fjell", {3}),
        ("q=%25", set()),
        ("q=stumbled", {1}),
        ("q=nobody", set()),
        ("inbox=99999999999999&before=-1", {1, 2, 3}),
        ("before=3", {1, 2}),
    ],
)
def test_filters(
    as_admin: Visit, desk: Desk, quarantined: int, query: str, shown: set[int]
) -> None:
    receive(desk, Mail())
    receive(desk, Mail(sender="bo@fjell.example", subject="Zelt", to="b@x.example"), "b@x.example")
    page = as_admin.get(f"{LEDGER}?{query}").text
    assert {int(number) for number in re.findall(r'<td class="num">(\d+)', page)} == shown


def test_pages_go_on_where_the_last_one_ended(as_admin: Visit, desk: Desk) -> None:
    inbox = email_inbox(desk)
    for number in range(PAGE + 3):
        intake.accept(desk, inbox, b"x", key=f"k{number}")
    seen: list[str] = []
    path = LEDGER
    while path:
        page = as_admin.get(path).text
        seen += re.findall(r'<td class="num">(\d+)', page)
        more = re.search(r'href="(/settings/ledger\?[^"]*before=\d+)"', page)
        path = more[1].replace("&amp;", "&") if more else ""
    assert [int(number) for number in seen] == list(range(PAGE + 3, 0, -1))


def test_the_raw_text_is_plain_text_and_reading_it_is_written_down(
    as_admin: Visit, desk: Desk, admin: Actor
) -> None:
    outcome = receive(desk, Mail(text="<script>alert(1)</script> 您好"))
    answer = as_admin.get(f"{LEDGER}/{outcome.envelope}/raw")
    assert answer.mimetype == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<script>alert(1)</script> 您好" in answer.text
    with desk.read() as session:
        (event,) = session.query(AuditEvent).filter_by(event="envelope.read").all()
    assert (event.actor_id, event.data) == (admin.id, {"envelope": outcome.envelope})


def test_a_huge_one_is_cut_and_says_so_and_bytes_are_no_crash(as_admin: Visit, desk: Desk) -> None:
    raw = b"Subject: x\r\n\r\n\xff\x00" + b"x" * 1_100_000
    kept = intake.accept(desk, email_inbox(desk), raw, key="huge")
    answer = as_admin.get(f"{LEDGER}/{kept.envelope_id}/raw")
    assert answer.status_code == 200
    assert f"[Cut: {len(raw)} bytes in all]" in answer.text[-60:]
    assert len(answer.data) < 1_100_000
    for path in desk.settings.files_dir.glob("??/*"):
        path.unlink()
    gone = as_admin.get(f"{LEDGER}/{kept.envelope_id}/raw")
    assert gone.status_code == 404
    assert "missing on the disk" in gone.text


@pytest.mark.parametrize("number", [0, 7, 2**31, 10**15])
def test_no_such_envelope(as_admin: Visit, number: int) -> None:
    assert as_admin.get(f"{LEDGER}/{number}/raw").status_code == 404
    assert as_admin.post(f"{LEDGER}/{number}/replay").status_code == 404


def test_a_quarantined_one_is_taken_in_by_a_button_once(
    as_admin: Visit, desk: Desk, admin: Actor, quarantined: int
) -> None:
    assert "Take in again" in as_admin.get(LEDGER).text
    for _ in range(2):
        assert as_admin.post(f"{LEDGER}/{quarantined}/replay").status_code == 302
    page = as_admin.get(f"{LEDGER}?q=%23{quarantined}").text
    assert "Attached" in page
    assert "Take in again" not in page
    with desk.read() as session:
        (event,) = session.query(AuditEvent).filter_by(event="envelope.replayed").all()
        assert session.query(AuditEvent).filter_by(event="ticket.opened").count() == 1
    assert event.actor_id == admin.id


def test_comparing_in_the_background_shows_each_difference(
    as_admin: Visit, desk: Desk, quarantined: int
) -> None:
    assert "Nobody has compared yet" in as_admin.get(LEDGER).text
    outcome = receive(desk, Mail())
    with desk.write() as session:
        session.get_one(Envelope, outcome.envelope).message_id = None
    for _ in range(2):
        assert as_admin.post(f"{LEDGER}/comparisons").status_code == 302
    assert "A comparison is under way" in as_admin.get(LEDGER).text
    thread = reconciliation.reconcile_due(desk)
    assert thread is not None
    thread.join(30)
    assert reconciliation.reconcile_due(desk) is None, "asked twice, made once"
    page = as_admin.get(LEDGER).text
    assert "Ada Admin" in page
    assert f"Envelope {outcome.envelope} is attached, but its message is gone." in page
    as_admin.post("/preferences", locale="zh_Hans")
    assert f"信封 {outcome.envelope} 已归入工单，但其消息不见了。" in as_admin.get(LEDGER).text


def test_a_mailbox_that_cannot_be_read_and_one_that_is_whole(as_admin: Visit, desk: Desk) -> None:
    inbox = email_inbox(desk)
    reconciliations.ask(desk, SYSTEM)
    number = reconciliations.claim(desk)
    assert number is not None
    assert reconciliations.claim(desk) is None, "it is leased"
    away = {
        "kind": "unreachable", "sentence": "b@x.example: 127.0.0.1:9 cannot be reached: refused",
        "inbox": "b@x.example", "uid": None, "envelope": None, "ticket": None,
    }  # fmt: skip
    compared = ["a@x.example", "b@x.example"]
    reconciliations.end(desk, number, compared=compared, differences=[away] * 600, found=700)
    page = as_admin.get(LEDGER).text
    assert "The mailbox cannot be read. 127.0.0.1:9 cannot be reached: refused" in page
    assert page.count("Nothing is missing, nothing is doubled.") == 2
    assert "500 of 700 differences are shown." in page
    say_problem(desk, inbox, "imap.example refused us <now>")
    assert "imap.example refused us &lt;now&gt;" in as_admin.get(LEDGER).text


def test_a_comparison_that_died_is_made_by_the_next_one(desk: Desk) -> None:
    reconciliations.ask(desk, SYSTEM)
    number = reconciliations.claim(desk)
    with desk.write() as session:
        row = session.get_one(Reconciliation, number)
        assert row.lease_until is not None
        row.lease_until -= reconciliations.LEASE * 2
    assert reconciliations.claim(desk) == number


def test_only_so_many_comparisons_are_kept(desk: Desk) -> None:
    for _ in range(reconciliations.KEPT + 2):
        reconciliations.ask(desk, SYSTEM)
        number = reconciliations.claim(desk)
        assert number is not None
        reconciliations.end(desk, number)
    with desk.read() as session:
        assert session.query(Reconciliation).count() == reconciliations.KEPT
