"""Fetching the files that a message named by URL."""

from __future__ import annotations

from channels.message import PermanentFailure, TemporaryFailure
from helpdesk.actions import media
from helpdesk.desk import Desk


def fetch(desk: Desk, attachment_id: int) -> None:
    """Try to fetch one file. Safe to repeat: files are kept by the hash of their content."""
    pending = media.claim(desk, attachment_id)
    if pending is None:
        return
    channel = desk.channels[pending.inbox.channel]
    try:
        file = channel.fetch(pending.url, desk.settings_of(pending.inbox))
    except TemporaryFailure as failure:
        media.put_off(desk, attachment_id, str(failure))
    except PermanentFailure as failure:
        media.failed(desk, attachment_id, str(failure))
    else:
        media.fetched(desk, attachment_id, file)
