"""What a macro does to a ticket: tags, priority, team, assignee, note, reply, status, in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from helpdesk.rules.refusal import Refusal
from helpdesk.rules.status import Priority, Status

ME = "me"
MOST_TEXT = 20_000
STATUSES = (Status.OPEN, Status.WAITING, Status.RESOLVED, Status.CLOSED)


class BadSteps(Refusal):
    """The steps cannot be meant so."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps for one or many tickets. "" leaves a thing as it is; ``none`` takes it away."""

    status: str = ""
    priority: str = ""
    assignee: str = ""  # an agent's id, "me", "none"
    team: str = ""  # a team's id, "none"
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    reply: str = ""
    note: str = ""

    @property
    def is_nothing(self) -> bool:
        return self == Steps()

    def kept(self) -> dict[str, Any]:
        """To be stored."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}


def steps_of(given: Mapping[str, Any]) -> Steps:
    """The steps in a form or a stored macro. Raises ``BadSteps``."""
    status, priority = str(given.get("status", "")), str(given.get("priority", ""))
    if status and status not in [each.value for each in STATUSES]:
        raise BadSteps("There is no such status.")
    if priority and priority not in [each.value for each in Priority]:
        raise BadSteps("There is no such priority.")
    steps = Steps(
        status=status,
        priority=priority,
        assignee=_who(given.get("assignee", ""), (ME, "none")),
        team=_who(given.get("team", ""), ("none",)),
        add_tags=_tags(given.get("add_tags", "")),
        remove_tags=_tags(given.get("remove_tags", "")),
        reply=str(given.get("reply", ""))[:MOST_TEXT].strip(),
        note=str(given.get("note", ""))[:MOST_TEXT].strip(),
    )
    if steps.is_nothing:
        raise BadSteps("Choose at least one thing to do.")
    return steps


def _who(given: object, also: tuple[str, ...]) -> str:
    word = str(given or "")
    if word and word not in also and not (word.isdecimal() and len(word) < 10):
        raise BadSteps("There is nobody of this number.")
    return word


def _tags(given: object) -> tuple[str, ...]:
    if isinstance(given, str):
        for comma in "，、;；":
            given = given.replace(comma, ",")
        given = given.split(",")
    words = [" ".join(str(word).split()).lower()[:40] for word in given]  # type: ignore[attr-defined]
    return tuple(dict.fromkeys(word for word in words if word))[:30]
