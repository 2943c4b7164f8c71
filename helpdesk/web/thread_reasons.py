"""Why a message is in its ticket, in a sentence."""

from __future__ import annotations

from helpdesk.queries.transcript import Said
from helpdesk.rules.thread_match import REASONS, Signal
from helpdesk.web.language import _


def reason(said: Said) -> str:
    """The stored evidence; what the rule says of itself in the reader's language."""
    stored = said.evidence or said.signal.replace("_", " ")
    usual = REASONS.get(Signal(said.signal)) if said.signal in set(Signal) else None
    if usual is None or not stored.startswith(usual):
        return stored
    return _words(Signal(said.signal)) + stored.removeprefix(usual)


def _words(signal: Signal) -> str:
    return {
        Signal.TOKEN: _("Joined by the reply address"),
        Signal.OUR_MESSAGE_ID: _("Joined by our Message-ID"),
        Signal.CUSTOMER_MESSAGE_ID: _("Joined by a Message-ID of a participant"),
        Signal.SUBJECT_TAG: _("Joined by the tag in the subject, from a proved participant"),
        Signal.CONVERSATION: _("Joined the conversation with this address"),
        Signal.NEW: _("Opened a new ticket"),
    }[signal]
