"""The virus check: nobody opens a file before its verdict, and none is lost for want of one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from helpdesk.actions import scanning
from helpdesk.antivirus import Clamd, ScannerAway
from helpdesk.desk import Desk
from helpdesk.jobs.checkup import checkup
from helpdesk.jobs.scan import scan
from helpdesk.models import Attachment, AuditEvent, now
from tests.actions.test_unwanted_mail import file_of, with_file
from tests.factories import receive
from tests.patience import eventually
from tests.servers.ports import free_port
from tests.servers.programs import CLAMD, required
from tests.standins.clamd import EICAR, ClamdStandIn


@pytest.fixture
def clamd() -> Iterator[ClamdStandIn]:
    stand_in = ClamdStandIn()
    yield stand_in
    stand_in.close()


def checking(desk: Desk, address: str) -> Desk:
    return replace(desk, settings=desk.settings.model_copy(update={"clamd": address}))


def check_all(desk: Desk) -> None:
    for number in scanning.due(desk):
        scan(desk, number)


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 300_000])
def test_it_speaks_the_protocol_over_tcp(clamd: ClamdStandIn, size: int) -> None:
    assert Clamd(clamd.address).virus_in(b"x" * size) == ""
    assert Clamd(clamd.address).virus_in(b"x" * size + EICAR) == "Eicar-Signature"


def test_it_speaks_the_protocol_over_a_unix_socket(tmp_path: Path) -> None:
    stand_in = ClamdStandIn(Path(os.path.relpath(tmp_path / "s")).absolute())
    assert Clamd(stand_in.address).virus_in(EICAR) == "Eicar-Signature"
    stand_in.close()


def test_no_answer_and_odd_answers_are_no_verdict(clamd: ClamdStandIn) -> None:
    with pytest.raises(ScannerAway, match="cannot be reached"):
        Clamd(f"tcp://127.0.0.1:{free_port()}").virus_in(b"x")
    with pytest.raises(ScannerAway, match="cannot be reached"):
        Clamd("unix:///nowhere/clamd").virus_in(b"x")
    clamd.answer = "stream: something else"
    with pytest.raises(ScannerAway, match="something else"):
        Clamd(clamd.address).virus_in(b"x")
    clamd.answer, clamd.limit = "", 100
    with pytest.raises(ScannerAway):
        Clamd(clamd.address).virus_in(b"x" * 500)


def test_a_clean_file_waits_and_is_let_through(desk: Desk, clamd: ClamdStandIn) -> None:
    desk = checking(desk, clamd.address)
    receive(desk, with_file("a.txt"))
    assert file_of(desk).state == "held"
    check_all(desk)
    assert (file_of(desk).state, file_of(desk).due_at, clamd.asked) == ("stored", None, 1)
    assert scanning.due(desk) == []


def test_an_infected_file_stays_shut_and_the_ticket_says_so(
    desk: Desk, clamd: ClamdStandIn
) -> None:
    desk = checking(desk, clamd.address)
    receive(desk, with_file("a.txt", EICAR))
    check_all(desk)
    file = file_of(desk)
    assert (file.state, file.reason) == ("infected", "Eicar-Signature")
    assert desk.files.read(file.sha256)
    with desk.read() as session:
        assert session.query(AuditEvent).filter_by(event="file.infected").one().ticket_id


def test_an_unreachable_clamd_holds_the_file_and_is_asked_again(
    desk: Desk, clamd: ClamdStandIn
) -> None:
    away = checking(desk, f"tcp://127.0.0.1:{free_port()}")
    receive(away, with_file("a.txt"))
    check_all(away)
    file = file_of(desk)
    assert file.state == "held"
    assert file.due_at is not None
    assert file.due_at > now() - timedelta(seconds=1)
    with desk.write() as session:
        session.get_one(Attachment, file.id).due_at = now()
    check_all(checking(desk, clamd.address))
    assert file_of(desk).state == "stored"


def test_the_doctor_says_whether_it_answers(
    clamd: ClamdStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELPDESK_DATA_DIR", str(tmp_path))
    for address, is_well in ((clamd.address, True), (f"tcp://127.0.0.1:{free_port()}", False)):
        monkeypatch.setenv("HELPDESK_CLAMD", address)
        found = {each.subject: each for each in checkup()}["clamd"]
        assert (found.well, "HELPDESK_CLAMD" in found.sentence) == (is_well, not is_well)


def test_two_workers_ask_once(desk: Desk, clamd: ClamdStandIn) -> None:
    desk = checking(desk, clamd.address)
    receive(desk, with_file("a.txt"))
    assert scanning.claim(desk, file_of(desk).id)
    assert scanning.claim(desk, file_of(desk).id) is None


def test_a_real_clamd_says_the_same(tmp_path: Path) -> None:
    """With a signature of our own: no download, no daemon of the system's."""
    (tmp_path / "own.ndb").write_text(f"Own.Eicar:0:*:{EICAR[:40].hex()}\n")
    path = tmp_path / "clamd.sock"
    (tmp_path / "clamd.conf").write_text(
        f"LocalSocket {path}\nDatabaseDirectory {tmp_path}\nForeground yes\n"
    )
    program = required(CLAMD)
    with subprocess.Popen([program, "-c", str(tmp_path / "clamd.conf")]) as process:
        try:
            eventually(path.exists, 30)
            assert Clamd(f"unix://{path}").virus_in(b"clean") == ""
            assert "Own.Eicar" in Clamd(f"unix://{path}").virus_in(EICAR)
        finally:
            process.terminate()
