"""Exports: a list as a file. That it was made is kept, whoever made it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from helpdesk.actions import audit
from helpdesk.desk import Desk
from helpdesk.models import NotPossible
from helpdesk.queries.exports import Export
from helpdesk.rules.actor import Actor
from helpdesk.sheets.writing import FORMATS, written


def export(desk: Desk, actor: Actor, wanted: Export, kind: str) -> Iterator[bytes]:
    """The bytes of a file of ``kind`` ("csv" or "xlsx"), a part at a time.

    Supervisors and admins; each gets what they see. Raises ``NotAllowed`` and ``NotPossible``
    before the first byte.
    """
    actor.must_be(*wanted.readers)
    if kind not in FORMATS:
        raise NotPossible("There is no such export.")
    asked: dict[str, Any] = dict(wanted.asked)
    with desk.write() as session:
        audit.record(session, actor, "export.made", noun=wanted.noun, kind=kind, **asked)
    return _streamed(desk, actor, wanted, kind)


def _streamed(desk: Desk, actor: Actor, wanted: Export, kind: str) -> Iterator[bytes]:
    with desk.read() as session:
        yield from written(kind, wanted.rows(session, actor))
