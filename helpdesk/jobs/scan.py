"""Checking one file for viruses. Safe to repeat."""

from __future__ import annotations

from helpdesk.actions import scanning
from helpdesk.antivirus import Clamd, ScannerAway
from helpdesk.desk import Desk


def scan(desk: Desk, attachment_id: int) -> None:
    """Ask clamd about one file that is held, and let it through or not."""
    digest = scanning.claim(desk, attachment_id)
    if digest is None:
        return
    try:
        virus = Clamd(desk.settings.clamd).virus_in(desk.files.read(digest))
    except (ScannerAway, FileNotFoundError) as away:
        scanning.put_off(desk, attachment_id, str(away))
        return
    if virus:
        scanning.infected(desk, attachment_id, virus)
    else:
        scanning.clean(desk, attachment_id)
