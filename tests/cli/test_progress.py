"""Long work shows on stderr how far it is, on a terminal; on stdout there is the answer alone."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from helpdesk.actions import inboxes, ingest
from helpdesk.desk import Desk
from tests.cli.conftest import Helpdesk
from tests.factories import Mail
from tests.servers.desk_process import HELPDESK

WHOLE = "100%"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Terminal:
    """A terminal that keeps what is shown on it."""

    def __init__(self) -> None:
        self._ours, self.file = pty.openpty()

    def shown(self) -> str:
        """All of it, once nobody writes any more."""
        os.close(self.file)
        told = b""
        with suppress(OSError):  # Linux ends a terminal without writers by an error
            while part := os.read(self._ours, 65_536):
                told += part
        os.close(self._ours)
        return told.decode(errors="replace")


@pytest.fixture
def two_mails(mails: Path) -> Path:
    for number in range(2):
        (mails / f"{number}.eml").write_bytes(bytes(Mail()))
    return mails


@pytest.fixture
def kept(desk: Desk) -> str:
    """An envelope that was kept and not attached yet."""
    accepted = ingest.accept_mail(desk, inboxes.email_inbox(desk), bytes(Mail()), source="smtp")
    return str(accepted.envelope_id)


def on_a_terminal(environment: dict[str, str], *words: str) -> tuple[str, str]:
    """What a command writes to stdout, which is no terminal, and shows on stderr, which is one."""
    terminal = Terminal()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("HELPDESK_")}
    done = subprocess.run(
        [str(HELPDESK), *words], env=inherited | environment, check=True, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=terminal.file,
    )  # fmt: skip
    return done.stdout, terminal.shown()


def test_ingest(environment: dict[str, str], two_mails: Path) -> None:
    told, shown = on_a_terminal(environment, "ingest", "email", str(two_mails), "--json")
    assert [json.loads(line)["outcome"] for line in told.splitlines()] == ["created"] * 2
    assert "Mails" in shown
    assert WHOLE in shown


def test_replay(environment: dict[str, str], kept: str) -> None:
    told, shown = on_a_terminal(environment, "replay", kept, "--json")
    assert [json.loads(line)["outcome"] for line in told.splitlines()] == ["created"]
    assert "Envelopes" in shown
    assert WHOLE in shown


@pytest.mark.usefixtures("desk")
def test_reconcile(environment: dict[str, str]) -> None:
    told, shown = on_a_terminal(environment, "reconcile", "--json")
    assert told == ""
    assert "Compared" in shown
    assert WHOLE in shown


@pytest.mark.usefixtures("desk")
def test_backup(environment: dict[str, str], tmp_path: Path) -> None:
    told, shown = on_a_terminal(environment, "backup", str(tmp_path / "desk.tar"))
    assert "#" not in told
    assert "Files" in shown


def test_without_a_terminal_there_is_none(
    helpdesk: Helpdesk, two_mails: Path, kept: str, tmp_path: Path
) -> None:
    for words in (
        ("ingest", "email", str(two_mails), "--json"), ("replay", kept, "--json"),
        ("reconcile", "--json"), ("backup", str(tmp_path / "desk.tar")), ("seed", "--tickets", "1"),
    ):  # fmt: skip
        said = helpdesk(*words)
        assert not [word for word in ("Mails", "Envelopes", "Compared", "Files ", "Tickets")
                    if word in said.stderr], words  # fmt: skip
        assert "[#" not in said.stdout + said.stderr
        if "--json" in words:
            assert said.rows is not None
