import os
import shutil
import smtplib
from collections.abc import Iterator

import pytest

from tests.servers.ports import is_open
from tests.servers.processes import processes_of
from tests.servers.smtp_process import SmtpProcess
from tests.servers.test_smtp_sink import MAIL


@pytest.fixture
def server() -> Iterator[SmtpProcess]:
    server = SmtpProcess()
    yield server
    server.close()


def send(server: SmtpProcess, to: str = "ann@example.test") -> None:
    with smtplib.SMTP(server.host, server.port, timeout=5) as client:
        client.sendmail("desk@example.test", [to], MAIL)


def test_what_it_accepted_outlives_its_death_and_it_comes_back(server):
    send(server)
    first = server.pid
    client = smtplib.SMTP(server.host, server.port, timeout=5)
    server.kill()
    with pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
        client.docmd("NOOP")
    client.close()
    assert not is_open(server.port)
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    server.start()
    send(server, "bo@example.test")
    assert [m.recipients for m in server.messages] == [["ann@example.test"], ["bo@example.test"]]
    assert {m.raw for m in server.messages} == {MAIL}
    assert server.messages[0].sender == "desk@example.test"


def test_a_mail_that_cannot_be_kept_is_not_accepted(server):
    shutil.rmtree(server.folder / "spool")
    with pytest.raises(smtplib.SMTPDataError):
        send(server)
    assert server.messages == []


def test_nothing_is_left_of_it():
    server = SmtpProcess()
    server.close()
    assert not is_open(server.port)
    assert processes_of(server.folder) == []
    assert not server.folder.exists()
