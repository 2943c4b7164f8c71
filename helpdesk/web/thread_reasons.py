"""Why a message is in its ticket, in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable

from helpdesk.queries.turns import Said
from helpdesk.rules.move_reason import Move, moves_of
from helpdesk.rules.thread_match import REASONS, Signal
from helpdesk.web import stored_sentences, words
from helpdesk.web.language import _


def reason(said: Said) -> str:
    """Why it joined, and every move since, in the reader's language."""
    moves = [_moved(move) for move in moves_of(said.facts)]
    return " · ".join(part for part in (_joined(said), *moves) if part)


def _moved(move: Move) -> str:
    why = words.move_reasons().get(move.why, move.why)
    said = _("Moved from ticket %(was)s by %(who)s: %(why)s", was=move.was, who=move.by, why=why)
    return f"{said} – {move.words}" if move.words else said


def _joined(said: Said) -> str:
    """The stored evidence; what the rule says of itself in the reader's language."""
    return of_evidence(said.evidence or said.signal.replace("_", " "))


def of_evidence(stored: str) -> str:
    """The same for the evidence alone; as it is where no rule speaks like that."""
    for signal, usual in REASONS.items():
        if stored.startswith(usual):
            return _words(signal) + _details(stored.removeprefix(usual))
    return stored_sentences.said(stored)


def _words(signal: Signal) -> str:
    return {
        Signal.OWN_CLIENT: _("An agent answered from their own mail program"),
        Signal.TOKEN: _("Joined by the reply address"),
        Signal.OUR_MESSAGE_ID: _("Joined by our Message-ID"),
        Signal.CUSTOMER_MESSAGE_ID: _("Joined by a Message-ID of a participant"),
        Signal.SUBJECT_TAG: _("Joined by the tag in the subject, from a proved participant"),
        Signal.CONVERSATION: _("Joined the conversation with this address"),
        Signal.NEW: _("Opened a new ticket"),
    }[signal]


def _details(rest: str) -> str:
    """What the rule adds, part by part; a Message-ID or a header stays as it is."""
    for pattern, say in _PARTS:
        rest = pattern.sub(say, rest)
    return rest


_Say = Callable[[re.Match[str]], str]
_PARTS: tuple[tuple[re.Pattern[str], _Say], ...] = (
    (re.compile(r" linked to ticket (\d+): "), lambda m: _(" linked to ticket %(n)s: ", n=m[1])),
    (re.compile(r"it was forwarded$"), lambda _m: _("it was forwarded")),
    (re.compile(r"it is closed$"), lambda _m: _("it is closed")),
    (
        re.compile(r"it ended more than ([\d.]+) days ago$"),
        lambda m: _("it ended more than %(n)s days ago", n=m[1]),
    ),
    (
        re.compile(r"it answers a mail in ticket (\d+)"),
        lambda m: _("it answers a mail in ticket %(n)s", n=m[1]),
    ),
    (
        re.compile(r"the subject names ticket (\d+)"),
        lambda m: _("the subject names ticket %(n)s", n=m[1]),
    ),
    (
        re.compile(r", but nothing proves that the sender takes part in it"),
        lambda _m: _(", but nothing proves that the sender takes part in it"),
    ),
    (re.compile(r"\. Kept as a note: "), lambda _m: _(". Kept as a note: ")),
    (re.compile(r"\. Filed as spam: "), lambda _m: _(". Filed as spam: ")),
)
