"""`helpdesk reconcile`, `replay` and `doctor`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from helpdesk.actions import inboxes, ingest, replies
from helpdesk.actions.uploads import Upload
from helpdesk.desk import Desk
from helpdesk.models import Delivery, Envelope, EnvelopeState, Ticket
from helpdesk.rules.actor import SYSTEM
from tests.cli.conftest import Helpdesk
from tests.factories import Mail, receive

DIFFERENCE = {"kind", "sentence", "inbox", "uid", "envelope", "ticket"}


@pytest.fixture
def broken(desk: Desk, request: pytest.FixtureRequest) -> str:
    """A desk on which one thing is not as it must be; the kind of difference it makes."""
    return str(globals()[f"_{request.param}"](desk) or request.param)


def _unsettled(desk: Desk) -> None:
    inbox = inboxes.email_inbox(desk)
    kept = ingest.accept_mail(desk, inbox, bytes(Mail()), source="smtp")
    with desk.write() as session:
        session.get_one(Envelope, kept.envelope_id).received_at -= timedelta(hours=1)


def _no_message(desk: Desk) -> None:
    outcome = receive(desk, Mail())
    with desk.write() as session:
        session.get_one(Envelope, outcome.envelope).message_id = None


def _doubled(desk: Desk) -> None:
    first, second = receive(desk, Mail()), receive(desk, Mail())
    with desk.write() as session:
        known = session.get_one(Envelope, first.envelope).contact_key
        session.get_one(Envelope, second.envelope).contact_key = known


def _gap(desk: Desk) -> None:
    outcome = receive(desk, Mail())
    with desk.write() as session:
        session.get_one(Ticket, outcome.ticket).last_seq = 7


def _stuck(desk: Desk) -> None:
    opened = receive(desk, Mail())
    said = replies.send(desk, SYSTEM, opened.ticket, "Answer")
    with desk.write() as session:
        row = session.get_one(Delivery, said.deliveries[0])
        row.due_at = row.created_at - timedelta(hours=1)


def _lost_file(desk: Desk) -> None:
    opened = receive(desk, Mail())
    file = Upload("label.pdf", "application/pdf", b"%PDF")
    replies.send(desk, SYSTEM, opened.ticket, "Here", files=[file])
    for path in desk.settings.files_dir.glob("??/*"):
        path.unlink()


def test_a_desk_in_order_has_no_difference(helpdesk: Helpdesk, desk: Desk) -> None:
    opened = receive(desk, Mail())
    replies.send(desk, SYSTEM, opened.ticket, "Answer")
    said = helpdesk("reconcile", "--json")
    assert said.stdout == ""
    assert "Nothing is missing, nothing is doubled." in said.stderr


@pytest.mark.parametrize(
    "broken", ["unsettled", "no_message", "doubled", "gap", "stuck", "lost_file"], indirect=True
)
def test_each_difference_is_a_line_and_exit_1(helpdesk: Helpdesk, broken: str) -> None:
    said = helpdesk("reconcile", "--json", code=1)
    (row,) = said.rows
    assert set(row) == DIFFERENCE
    assert row["kind"] == broken
    assert row["sentence"].endswith((".", "?"))
    assert helpdesk("reconcile", code=1).stdout.strip() == row["sentence"]


def test_a_replay_mends_what_was_mended_and_doubles_nothing(helpdesk: Helpdesk, desk: Desk) -> None:
    outcome = receive(desk, Mail())
    (again,) = helpdesk("replay", str(outcome.envelope), "--json").rows
    assert (again["outcome"], again["ticket"]) == ("created", outcome.ticket)

    inbox = inboxes.email_inbox(desk)
    kept = ingest.accept_mail(desk, inbox, bytes(Mail()), source="smtp")
    with desk.write() as session:
        envelope = session.get_one(Envelope, kept.envelope_id)
        envelope.settle(EnvelopeState.QUARANTINED, "The desk had a bug.")
    for _ in range(2):
        (row,) = helpdesk("replay", str(kept.envelope_id), "--json").rows
        assert row["outcome"] == "created"
    assert helpdesk("reconcile").stdout == ""


def test_doctor_names_each_fault_with_its_cure(helpdesk: Helpdesk) -> None:
    said = helpdesk("doctor", "--json", code=1)
    findings = {row["subject"]: row for row in said.rows}
    assert findings["database"]["well"]
    assert findings["settings"]["well"]
    assert not findings["agents"]["well"]
    assert "helpdesk agent add" in findings["agents"]["sentence"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("setting", "value", "subject", "cure"),
    [
        ("DATABASE_URL", "postgresql://127.0.0.1:9/none", "database", "HELPDESK_DATABASE_URL"),
        ("DATABASE_URL", "sqlite:////nowhere/at/all.db", "database", "HELPDESK_DATABASE_URL"),
        ("DATABASE_URL", "mysql://x", "settings", "sqlite:///"),
        ("REDIS_URL", "redis://127.0.0.1:9", "redis", "HELPDESK_REDIS_URL"),
        ("DATA_DIR", "/dev/null/data", "data folder", "HELPDESK_DATA_DIR"),
        ("PORT", "no", "settings", "HELPDESK_PORT"),
    ],
)
def test_doctor_survives_what_it_finds(
    helpdesk: Helpdesk, setting: str, value: str, subject: str, cure: str
) -> None:
    said = helpdesk("doctor", "--json", code=1, **{f"HELPDESK_{setting}": value})
    (finding,) = [row for row in said.rows if row["subject"] == subject]
    assert not finding["well"]
    assert cure in finding["sentence"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_doctor_sees_an_old_schema(helpdesk: Helpdesk, tmp_path: Path) -> None:
    empty = f"sqlite:///{tmp_path / 'empty.db'}"
    said = helpdesk("doctor", "--json", code=1, HELPDESK_DATABASE_URL=empty)
    (finding,) = [row for row in said.rows if row["subject"] == "database"]
    assert "helpdesk db upgrade" in finding["sentence"]
