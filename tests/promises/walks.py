"""The walks as a victim walks them: whole, in one thread, from the first byte to the last."""

from __future__ import annotations

import threading
import time
from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from channels.email.follow import follow
from channels.email.mailbox import FetchedMail, Position
from helpdesk.actions import deliveries, ingest, intake, media, replies
from helpdesk.actions.inboxes import position_of
from helpdesk.actions.intake_at_once import take_in
from helpdesk.actions.uploads import Upload
from helpdesk.desk import Desk
from helpdesk.jobs.deliver import deliver
from helpdesk.jobs.mailboxes import take
from helpdesk.jobs.media import fetch
from helpdesk.jobs.reception import Reception
from helpdesk.jobs.worker import JOBS, Worker
from helpdesk.models import Attachment, Delivery, Envelope, Inbox
from helpdesk.rules.actor import SYSTEM
from tests.promises.steps import Steps

Task = dict[str, Any]
PATIENCE = 30.0  # seconds
AN_HOUR = timedelta(hours=1)


def mail_in(desk: Desk, task: Task, steps: Steps) -> None:
    """Mails as the listener and the command line hand them in."""
    with steps.armed():
        for mail in task["mails"]:
            kept = ingest.accept_mail(desk, task["inbox"], b64decode(mail), source="smtp")
            intake.attach(desk, kept.envelope_id)


def mailbox_in(desk: Desk, task: Task, steps: Steps) -> None:
    """A mailbox, followed until so many mails were taken, from where it was read up to."""
    with desk.read() as session:
        settings: Any = desk.settings_of(session.get_one(Inbox, task["inbox"]))
    known = position_of(desk, task["inbox"], settings.imap_folder)
    enough, troubles = threading.Event(), []

    def take_one(mail: FetchedMail) -> None:
        take(desk, task["inbox"], mail)
        if mail.uid >= task["last_uid"]:
            enough.set()

    def hear(trouble: str) -> None:
        if trouble:
            troubles.append(trouble)
            enough.set()

    if known is None or known[1] < task["last_uid"]:
        with steps.armed():
            follow(settings, Position(*known) if known else None, take_one, enough, hear)
    assert not troubles, troubles


def listener_in(desk: Desk, task: Task, steps: Steps) -> None:
    """The mail listener, until it is killed or told that no mail comes any more."""
    reception = Reception(desk)
    reception.start()
    with steps.armed():
        while not (desk.settings.data_dir / "no-more-mail").exists():
            time.sleep(0.005)
    reception.stop()


def webhooks_in(desk: Desk, task: Task, steps: Steps) -> None:
    """What providers and visitors post, each under its key; then the files that it names."""
    with steps.armed():
        for post in task["posts"]:
            kept = intake.accept(
                desk, task["inbox"], b64decode(post["raw"]), key=post["key"], meta=post["meta"]
            )
            intake.attach(desk, kept.envelope_id)
        for attachment in media.due(desk):
            fetch(desk, attachment)


def chat_in(desk: Desk, task: Task, steps: Steps) -> None:
    """What a visitor's page posts."""
    with desk.read() as session:
        inbox = session.get_one(Inbox, task["inbox"])
    with steps.armed():
        for post in task["posts"]:
            take_in(desk, inbox, b64decode(post["raw"]), key=post["key"])


def reply_out(desk: Desk, task: Task, steps: Steps) -> None:
    """A reply, from the agent's click until no delivery is due any more."""
    with steps.armed():
        say(desk, task)
    let_time_pass(desk)
    with steps.armed():
        while due := deliveries.due(desk):
            for delivery in due:
                deliver(desk, delivery)


def say(desk: Desk, task: Task) -> replies.Said:
    """The agent's click, and each further one when no answer came."""
    files = [Upload("label.pdf", "application/pdf", b64decode(f)) for f in task.get("files", [])]
    return replies.send(
        desk,
        SYSTEM,
        task["ticket"],
        task["text"],
        client_id=task["client_id"],
        files=files,
        channel=task.get("channel"),
    )


def recover(desk: Desk, task: Task, steps: Steps) -> None:
    """A fresh worker, after every lease has run out, until there is nothing left to do."""
    let_time_pass(desk)
    deadline = time.monotonic() + PATIENCE
    with steps.armed():
        while _is_anything_due(desk):
            worker = Worker(desk)
            worker.start()
            while _is_anything_due(desk):
                assert time.monotonic() < deadline, "the worker does not come to an end"
                time.sleep(0.005)
            worker.stop()


def _is_anything_due(desk: Desk) -> bool:
    return any(job.due(desk) for job in JOBS)


def let_time_pass(desk: Desk) -> None:
    """An hour goes by for all that waits: leases end, retries and follow-ups fall due."""
    with desk.write() as session:
        for envelope in session.scalars(select(Envelope).where(Envelope.state == "received")):
            envelope.received_at -= AN_HOUR
        for row in session.scalars(select(Delivery).where(Delivery.due_at.is_not(None))):
            row.due_at = row.due_at and row.due_at - AN_HOUR
            row.lease_until = row.lease_until and row.lease_until - AN_HOUR
        for file in session.scalars(select(Attachment).where(Attachment.due_at.is_not(None))):
            file.due_at = file.due_at and file.due_at - AN_HOUR


WALKS: dict[str, Callable[[Desk, Task, Steps], None]] = {
    "in": mail_in,
    "imap": mailbox_in,
    "listener": listener_in,
    "webhooks": webhooks_in,
    "chat": chat_in,
    "out": reply_out,
    "recover": recover,
}
