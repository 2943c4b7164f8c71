"""A process that walks and is killed at one step of it.

One, by hand::

    python -m tests.promises.victim --kill-at 17 '{"walk": "in", "database_url": ..., ...}'

Many, quickly: with ``--serve URL ...`` it imports everything and compiles the usual statements
once, over an empty database of each kind; then it reads a task a line and forks a victim for each,
and answers ``{"steps": [...], "status": -9}``.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import pytest

from helpdesk.actions import inboxes, ingest, replies
from helpdesk.config import Settings
from helpdesk.desk import open_desk
from helpdesk.jobs.deliver import deliver
from helpdesk.rules.actor import SYSTEM
from tests.promises.steps import Steps, fill_the_disk, kill
from tests.promises.walks import WALKS
from tests.quick import share_statements

LONGEST = 60  # seconds that a victim may live
NOWHERE = "http://127.0.0.1:9"  # what a provider reports is lost, and handed in by the tests

MAIL = b"""\
From: Ann <ann@fjell.example>
To: support@tarnfold.example
Subject: Warm-up
Message-ID: <warm-up@fjell.example>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Hello <b>there</b></p>
--b
Content-Type: image/png; name=a.png
Content-Disposition: attachment; filename=a.png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--b--
"""


def walk(task: dict[str, Any], report: int) -> None:
    """Do the task; the names of the steps go to the file ``report``."""
    steps = Steps(report, task.get("kill_at"), fill_the_disk if task.get("fills") else kill)
    steps.watch()
    desk = open_desk(
        Settings(
            data_dir=Path(task["data_dir"]),
            database_url=task["database_url"],
            secret_key=task["secret"],
            smtp_listen=task.get("smtp_listen", ""),
            public_url=NOWHERE,
            chat_follow_up_seconds=1,
            job_threads=2,
        )
    )
    WALKS[task["walk"]](desk, task, steps)
    desk.database.close()


def serve(databases: list[str]) -> None:
    """Fork a victim for each task that is read, one after the other."""
    share_statements(pytest.MonkeyPatch())
    for url in databases:
        warm_up(url)
    gc.freeze()
    _say("ready")
    for line in sys.stdin:
        _say(json.dumps(_fork(json.loads(line))))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def warm_up(database_url: str) -> None:
    """Import, configure and compile all that a walk needs; leaves no connection and no thread."""
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(
            Settings(
                data_dir=Path(folder),
                database_url=database_url,
                secret_key="warm-up",
                smtp_listen="",
            )
        )
        opened = ingest.ingest_mail(desk, inboxes.email_inbox(desk), MAIL)
        assert opened.ticket
        for delivery in replies.send(desk, SYSTEM, opened.ticket, "Hello").deliveries:
            deliver(desk, delivery)
        WALKS["recover"](desk, {}, Steps(os.open(os.devnull, os.O_WRONLY), None, kill))
        desk.database.close()


def _fork(task: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    victim = os.fork()
    if not victim:
        os.close(reading)
        os._exit(_live(task, writing))
    os.close(writing)
    with os.fdopen(reading) as report:
        steps = report.read().splitlines()
    _, status = os.waitpid(victim, 0)
    return {"steps": steps, "status": os.waitstatus_to_exitcode(status)}


def _live(task: dict[str, Any], report: int) -> int:
    signal.alarm(LONGEST)
    try:
        walk(task, report)
    except BaseException:
        if task.get("fills") and task.get("kill_at"):
            kill()  # what it could not do any more, it leaves behind as it stands
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--serve", nargs="+", metavar="URL")
    arguments.add_argument("--walk", choices=sorted(WALKS))
    arguments.add_argument("--kill-at", type=int, metavar="N")
    arguments.add_argument("task", nargs="?", default="{}", help="JSON")
    given = arguments.parse_args()
    if given.serve:
        serve(given.serve)
        return
    task = json.loads(given.task)
    walk({"walk": given.walk, "kill_at": given.kill_at, **task}, sys.stdout.fileno())


if __name__ == "__main__":
    main()
