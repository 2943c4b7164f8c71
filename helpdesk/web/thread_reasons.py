"""Why a message is in its ticket, in a sentence."""

from __future__ import annotations

from helpdesk.queries.transcript import Said


def reason(said: Said) -> str:
    return said.evidence or said.signal.replace("_", " ")
