"""Ten thousand mails out of a real mailbox: what each costs, and whether every one is there once.

    python -m benchmarks.mailbox
    python -m benchmarks.mailbox --mails 2000

A Dovecot of its own holds the mails; a process of its own follows the mailbox as the desk does:
fetched over IMAP, kept, remembered, parsed, attached, indexed. Afterwards `helpdesk reconcile`
compares the mailbox with the journal.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from random import Random

from sqlalchemy import select

from benchmarks.figures import Figure, faults, table
from benchmarks.mail import LIMIT, MAILS, make_mail
from benchmarks.seeded import settings
from tests.servers.dovecot import DovecotServer, Mailbox

PATIENCE = 3600.0  # seconds


def run(mails: int = MAILS) -> list[Figure]:
    server = DovecotServer()
    try:
        account = Mailbox(server, "support@tarnfold.example")  # whom the mails are addressed to
        fill(account, mails)
        found = taken_in(account, mails)
    finally:
        server.close()
    return [
        Figure("mailbox", f"each of {mails:,} over IMAP", found["cpu_ms"], "ms CPU", LIMIT),
        Figure("mailbox", "each, by the clock", found["wall_ms"], "ms"),
        Figure("mailbox", "lost", found["lost"], "mails", 0),
        Figure("mailbox", "doubled", found["doubled"], "mails", 0),
        Figure("mailbox", "found by reconcile", found["differences"], "differences", 0),
    ]


def fill(account: Mailbox, mails: int) -> None:
    """Put the mails where Dovecot finds them: delivering each would be the longer half."""
    draw = Random(7)
    account.deliver(make_mail(draw, 0))
    new = account.folder / "new"
    owner = new.stat()
    for number in range(1, mails):
        path = new / f"{1_700_000_000 + number}.{number}.post"
        path.write_bytes(make_mail(draw, number))
        os.chown(path, owner.st_uid, owner.st_gid)


def taken_in(account: Mailbox, mails: int) -> dict[str, float]:
    """What the process that follows the mailbox says."""
    given = {
        "imap_host": account.host,
        "imap_port": account.imap_port,
        "imap_user": account.user,
        "imap_password": account.password,
        "imap_security": "none",
    }
    with tempfile.TemporaryDirectory(prefix="helpdesk-mailbox-") as folder:
        command = [sys.executable, "-m", "benchmarks.mailbox", "--follow", folder]
        done = subprocess.run(
            [*command, "--mails", str(mails), "--account", json.dumps(given)],
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def follow_it(folder: Path, mails: int, account: dict[str, str]) -> dict[str, float]:
    """In the child: follow the mailbox until so many mails were taken, then count them."""
    from channels.email.follow import follow
    from helpdesk import memory, schema
    from helpdesk.actions.inboxes import add_inbox
    from helpdesk.desk import opened
    from helpdesk.jobs.mailboxes import take
    from helpdesk.jobs.reconcile import differences
    from helpdesk.models import Inbox, Message
    from helpdesk.rules.actor import SYSTEM

    with opened(settings(folder)) as desk:
        schema.upgrade(desk.database)
        inbox = add_inbox(
            desk, SYSTEM, channel="email", address=account["imap_user"], name="Support",
            settings=account,
        )  # fmt: skip
        with desk.read() as session:
            own = desk.settings_of(session.get_one(Inbox, inbox))
        memory.settle()  # as every command does
        stop, taken, began = threading.Event(), 0, time.monotonic()

        def take_one(mail: object) -> None:
            nonlocal taken
            take(desk, inbox, mail)  # type: ignore[arg-type]
            taken += 1
            if taken >= mails or time.monotonic() - began > PATIENCE:
                stop.set()

        cpu, wall = time.process_time(), time.perf_counter()
        follow(own, None, take_one, stop)  # type: ignore[arg-type]
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        with desk.read() as session:
            ids = Counter(session.scalars(select(Message.message_id)))
        wanted = {f"<{number}@post.example>" for number in range(mails)}
        return {
            "cpu_ms": cpu / mails * 1000,
            "wall_ms": wall / mails * 1000,
            "lost": len(wanted - set(ids)),
            "doubled": sum(ids.values()) - len(ids),
            "differences": sum(1 for _ in differences(desk)),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--mails", type=int, default=MAILS)
    parser.add_argument("--follow", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--account", type=json.loads, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.follow:
        print(json.dumps(follow_it(asked.follow, asked.mails, asked.account)))
        return
    figures = run(asked.mails)
    print(table(figures))
    sys.exit(1 if faults(figures) else 0)


if __name__ == "__main__":
    main()
