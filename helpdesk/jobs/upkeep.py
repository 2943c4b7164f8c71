"""Files that nothing refers to are collected."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.desk import Desk
from helpdesk.models import Attachment, Envelope, ImportRun


def collect_files(desk: Desk) -> int:
    """Delete stored files older than a day that no row refers to; how many went."""
    with desk.read() as session:
        referenced = set(session.scalars(select(Attachment.sha256).where(Attachment.sha256 != "")))
        referenced |= set(session.scalars(select(Envelope.raw_file).where(Envelope.raw_file != "")))
        referenced |= set(session.scalars(select(ImportRun.sha256)))
    return desk.files.collect(referenced)
