"""``helpdesk run``: one command brings up the whole desk, Ctrl-C ends all of it, and again."""

from __future__ import annotations

import json
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from helpdesk.seeds import DEMO_LOGINS, DEMO_PASSWORD
from tests.servers.child import Child
from tests.servers.desk_process import HELPDESK, DeskProcess
from tests.servers.processes import processes_of

PATIENCE = 180  # seconds, in which the demo company is planted
ELSEWHERE = {"HELPDESK_BOT_URL": "http://bot.elsewhere.example:5005"}
"""A bot on another machine: none is started here, which takes a minute of training."""


def begin(desk: DeskProcess) -> Child:
    child = Child(
        [str(HELPDESK), "run"], desk.data_dir, environment=desk.environment, drop_root=False
    )
    child.wait_until(lambda: is_ready(desk), timeout=PATIENCE)
    return child


def is_ready(desk: DeskProcess) -> bool:
    try:
        with urllib.request.urlopen(f"{desk.url}/readyz", timeout=10) as answer:
            return bool(json.load(answer)["database"])
    except (urllib.error.URLError, OSError):
        return False


BOT = """\
import sys
from pathlib import Path
from helpdesk.cli import bot_processes, running
from helpdesk.config import load_settings
folder = Path(sys.argv[1])
running.PROCFILE, bot_processes.PYTHON = folder / "Procfile", folder / "python"
sys.exit(running._supervise(load_settings()))
"""


@pytest.mark.parametrize("what", ["sleep 600", "exit 1"])
def test_ctrl_c_ends_the_bots_processes_and_the_shells_that_start_them_again(
    tmp_path: Path, what: str
) -> None:
    """While each runs, and in the rest after it ended."""
    folder = tmp_path / "desk"
    folder.mkdir()
    stub = folder / "python"
    stub.write_text(f"#!/bin/sh\ntouch {folder}/started-$1\n{what}\n")
    stub.chmod(0o755)
    (folder / "Procfile").write_text(
        f"helpdesk: sleep 600\nrasa: {stub} rasa\nactions: {stub} actions\n"
    )
    child = Child(
        [sys.executable, "-c", BOT, str(folder)], folder,
        environment=DeskProcess(folder).environment, drop_root=False,
    )  # fmt: skip
    try:
        child.wait_until(lambda: len(list(folder.glob("started-*"))) == 2)
        time.sleep(0.2)  # for the one that ended the rest has begun
        assert len(processes_of(folder)) > 2
        assert end(child) == 0, child.log
        assert processes_of(folder) == []
    finally:
        child.stop(signal.SIGINT)


def end(child: Child) -> int | None:
    """The exit code after a Ctrl-C."""
    child.process.send_signal(signal.SIGINT)
    return child.process.wait(60)


@pytest.mark.slow  # a demo company, and two starts of every process: half a minute
def test_the_whole_desk_starts_by_one_command_ends_by_ctrl_c_and_starts_again(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    desk = DeskProcess(folder, settings=ELSEWHERE)
    told = 0  # of the log, which goes on
    for planted in (True, False):
        child = begin(desk)
        try:
            said = child.log[told:]
            assert ("Demo company planted" in said) is planted
            for place in ("/login", "/demo", "/help"):
                assert f"{desk.url}{place}" in said
                with urllib.request.urlopen(f"{desk.url}{place}", timeout=30) as page:
                    assert page.status == 200, place
            for email, role in DEMO_LOGINS:
                assert f"{email}  {DEMO_PASSWORD}  ({role})" in said
            assert f"127.0.0.1:{desk.smtp_port}" in said
            assert end(child) == 0, child.log
            assert processes_of(folder) == []
            assert not is_ready(desk)
            told = len(child.log)
        finally:
            child.stop(signal.SIGINT, timeout=30)  # its processes are in groups of their own
