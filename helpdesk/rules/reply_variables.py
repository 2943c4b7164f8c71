"""The variables of saved replies: ``{{customer.name}}``."""

from __future__ import annotations

import re
from collections.abc import Mapping

NAMES = (
    "customer.name",
    "customer.first_name",
    "customer.email",
    "agent.name",
    "agent.first_name",
    "ticket.number",
    "ticket.subject",
    "company",
)
_VARIABLE = re.compile(r"\{\{\s*([a-z_.]{1,40})\s*\}\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its variables filled in; what is not known stays, marked as ``[name?]``."""
    return _VARIABLE.sub(lambda match: values.get(match[1]) or f"[{match[1]}?]", text)


def missing(text: str, values: Mapping[str, str]) -> list[str]:
    """The variables of ``text`` that have no value, in order."""
    return [name for name in dict.fromkeys(_VARIABLE.findall(text)) if not values.get(name)]


def unknown(text: str) -> list[str]:
    """Words in braces that are no variable: a slip of the pen, to be told when text is saved."""
    return [name for name in dict.fromkeys(_VARIABLE.findall(text)) if name not in NAMES]


def first_name(name: str) -> str:
    """How a person is addressed; a Chinese name is not taken apart."""
    words = name.split()
    return words[0] if len(words) > 1 and name.isascii() else name
