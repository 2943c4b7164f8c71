"""The columns of the queue's table: ``columns=subject,customer,due`` in an address."""

from __future__ import annotations

from collections.abc import Iterable

from helpdesk.rules.ticket_filter import BadFilter

NAMES = ("subject", "customer", "status", "priority", "assignee", "channel", "due", "waiting")


def read(given: Iterable[str]) -> tuple[str, ...]:
    """The columns, each once, in the order given. Raises ``BadFilter`` for an unknown one."""
    words = [word.strip() for part in given for word in part.split(",")]
    for word in words:
        if word and word not in NAMES:
            raise BadFilter(
                "“%(word)s” is no column. Possible are: %(known)s.",
                word=word[:100], known=", ".join(NAMES),
            )  # fmt: skip
    return tuple(dict.fromkeys(word for word in words if word))


def written(columns: Iterable[str]) -> str:
    """As an address and a saved view keep them."""
    return ",".join(columns)
