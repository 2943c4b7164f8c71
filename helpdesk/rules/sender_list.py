"""Whom the desk hears: allow and deny lists of addresses and domains. The most specific wins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from helpdesk.rules.refusal import Refusal

_DOMAIN = re.compile(r"[^\s@<>,;:\"()\[\]\\/]{1,250}\.[^\s@<>,;:\"()\[\]\\/.]{2,63}")
_LOCAL = re.compile(r"""[^\s<>()\[\]",;:@\\]{1,64}""")


class Verdict(StrEnum):
    ALLOW = "allow"  # never filed as spam
    DENY = "deny"  # never becomes a message; its envelope is kept


class BadPattern(Refusal):
    """What was typed is neither an address nor a domain."""


def pattern(typed: str) -> str:
    """``ann@x.example`` or ``@x.example``, as it is stored and looked up. Raises ``BadPattern``."""
    bare = typed.strip().casefold().removeprefix("*")
    local, at, domain = bare.rpartition("@")
    if not _DOMAIN.fullmatch(domain) or (at and local and not _LOCAL.fullmatch(local)):
        raise BadPattern("%(typed)s is neither an address nor a domain.", typed=typed.strip()[:100])
    return f"{local}@{domain}"


def patterns_of(address: str) -> tuple[str, ...]:
    """What may stand in the lists for this address: itself, its domain, the domains above it."""
    bare = address.strip().casefold()
    labels = bare.rpartition("@")[2].split(".")
    domains = (".".join(labels[start:]) for start in range(min(len(labels) - 1, 20)))
    return (bare, *(f"@{domain}" for domain in domains))


def verdict(address: str, known: Mapping[str, str]) -> tuple[Verdict, str] | None:
    """What the lists say of this address, and by which line; None when they do not name it."""
    for each in patterns_of(address):
        if each in known:
            return Verdict(known[each]), each
    return None
