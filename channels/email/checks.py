"""One check of a mail's sender, and what all of them come to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """``method`` is spf, dkim, dmarc or arc, ``verdict`` one of RFC 8601, 2.7, ``domain`` whom it
    is about."""

    method: str
    verdict: str
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether the sender is proved, why, and the checks one by one."""

    passed: bool
    detail: str
    checks: tuple[Check, ...] = ()
