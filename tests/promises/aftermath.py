"""What must hold after any death, whatever died and wherever."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import undefer

from helpdesk.actions.intake import raw_of
from helpdesk.desk import Desk
from helpdesk.jobs.reconcile import differences
from helpdesk.jobs.worker import JOBS
from helpdesk.models import Attachment, Delivery, Envelope, Message, Ticket


def nothing_is_wrong(desk: Desk) -> None:
    """No envelope is without an end, no transcript has a hole, no file is missing."""
    envelopes_have_ended(desk)
    transcripts_are_gapless(desk)
    files_are_whole(desk)
    assert [d.sentence for d in differences(desk)] == []
    assert {job.name: list(job.due(desk)) for job in JOBS if job.due(desk)} == {}


def nothing_waits(desk: Desk) -> None:
    """What was kept is attached, what was said has left, what was named is fetched: without any
    help from outside, and without asking the jobs themselves what is due."""
    with desk.read() as session:
        assert session.scalars(select(Envelope.id).where(Envelope.settled_at.is_(None))).all() == []
        for noun in (Delivery, Attachment):
            waiting = select(noun.id).where(noun.due_at.is_not(None))
            assert session.scalars(waiting).all() == [], noun.__name__


def envelopes_have_ended(desk: Desk) -> None:
    with desk.read() as session:
        envelopes = session.scalars(select(Envelope).options(undefer(Envelope.raw))).all()
    for envelope in envelopes:
        assert envelope.settled_at is not None, f"envelope {envelope.id} is {envelope.state}"
        assert envelope.state not in ("received", "quarantined"), envelope.reason
        assert envelope.reason, f"envelope {envelope.id} is {envelope.state} for no reason"
        assert len(raw_of(desk, envelope)) == envelope.size


def transcripts_are_gapless(desk: Desk) -> None:
    with desk.read() as session:
        for ticket in session.scalars(select(Ticket)):
            seqs = seqs_of(desk, ticket.id)
            assert seqs == list(range(1, ticket.last_seq + 1)), f"ticket {ticket.id}: {seqs}"


def seqs_of(desk: Desk, ticket_id: int) -> Sequence[int]:
    with desk.read() as session:
        return session.scalars(
            select(Message.seq).where(Message.ticket_id == ticket_id).order_by(Message.seq)
        ).all()


def files_are_whole(desk: Desk) -> None:
    with desk.read() as session:
        files = session.scalars(select(Attachment)).all()
    for file in files:
        assert file.state == "stored", f"{file.name} is {file.state}: {file.reason}"
        data = desk.files.read(file.sha256)
        assert (sha256(data).hexdigest(), len(data)) == (file.sha256, file.size)
