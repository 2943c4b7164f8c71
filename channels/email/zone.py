"""DNS for the checks of one mail: injectable, remembered, and over by a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

# (name, kind, seconds) -> the records; kind is TXT, A, AAAA or MX (host names). An empty answer
# says that there are none; whatever it raises says that nobody knows.
Lookup = Callable[[str, str, float], Sequence[str]]

MAX_QUESTIONS = 60  # of one mail


class NoAnswer(Exception):
    """The records could not be looked up, or not in time."""


class Zone:
    """Answers questions until ``seconds`` from now, each once."""

    def __init__(self, lookup: Lookup | None, seconds: float) -> None:
        self._lookup = lookup or system_lookup
        self._deadline = time.monotonic() + seconds
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    def ask(self, name: str, kind: str) -> tuple[str, ...]:
        """The records of that kind. Raises ``NoAnswer``."""
        question = (name.rstrip(".").lower(), kind)
        if question not in self._known:
            self._known[question] = self._asked(*question)
        return self._known[question]

    def _asked(self, name: str, kind: str) -> tuple[str, ...]:
        left = self._deadline - time.monotonic()
        if left <= 0 or len(self._known) >= MAX_QUESTIONS:
            raise NoAnswer("there was no time left")
        try:
            return tuple(self._lookup(name, kind, left))
        except Exception as problem:
            raise NoAnswer(f"{name} cannot be looked up") from problem

    def key_record(self, name: bytes, timeout: float = 1.0) -> bytes | None:
        """A TXT record as dkimpy asks for it."""
        import dkim

        try:
            found = self.ask(name.decode("ascii", "replace"), "TXT")
        except NoAnswer as problem:
            raise dkim.DnsTimeoutError(str(problem)) from problem
        return found[0].encode("utf-8", "replace") if found else None


def system_lookup(name: str, kind: str, seconds: float) -> Sequence[str]:
    """By the resolver of this machine."""
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, kind, lifetime=seconds, raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN:
        return ()
    rows = answer.rrset or ()
    if kind == "TXT":
        return [b"".join(row.strings).decode("utf-8", "replace") for row in rows]
    if kind == "MX":
        ranked = sorted((row.preference, row.exchange.to_text(True)) for row in rows)
        return [host for _, host in ranked]
    return [row.address for row in rows]
