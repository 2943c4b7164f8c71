"""What a list of tickets may be asked for: the words of the queue's own addresses.

What stands behind the ``?`` of the queue's page, once a filter is chosen, means the same here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from helpdesk.api.field_query import WithFieldsWanted, Word
from helpdesk.api.reading import Line
from helpdesk.queries.ticket_records import TicketsAsked
from helpdesk.rules.ticket_filter import (
    LANGUAGE,
    MOST_VALUES,
    NAMES,
    NUMBER,
    TicketFilter,
    parse,
)

StatusWord = Literal["open", "waiting", "snoozed", "resolved", "closed", "spam"]
PriorityWord = Literal["low", "normal", "high", "urgent"]

NumberWord = Annotated[str, StringConstraints(pattern=f"^{NUMBER}$")]
AgentWord = Annotated[str, StringConstraints(pattern=f"^(me|none|{NUMBER})$")]
TeamWord = Annotated[str, StringConstraints(pattern=f"^(none|{NUMBER})$")]
LanguageWord = Annotated[str, StringConstraints(pattern=f"^{LANGUAGE}$")]
AgeWord = Annotated[  # a year at most
    str,
    StringConstraints(pattern="^([0-9]{1,5}m|[1-7]?[0-9]{1,3}h|([12]?[0-9]{1,2}|3[0-5][0-9])d)?$"),
]


def _several(said: str | None = None) -> Any:
    return Field(default=[], max_length=MOST_VALUES, description=said)


def _former(name: str) -> Any:
    return Field(
        default=None,
        ge=1,
        le=10**9 - 1,
        description=f"The same as `{name}`.",
        json_schema_extra={"deprecated": True},
    )


class TicketsWanted(WithFieldsWanted):
    """A word that is repeated means any of its values; different words mean all of them."""

    status: list[StatusWord] = _several()
    priority: list[PriorityWord] = _several()
    assignee: list[AgentWord] = _several("The number of an agent, `me` or `none`.")
    team: list[TeamWord] = _several("The number of a team, or `none`.")
    tag: list[Word] = _several()
    channel: list[Word] = _several("Of the last message: `email`, `chat`, `sms`, `phone`, ...")
    inbox: list[NumberWord] = _several()
    customer: list[NumberWord] = _several()
    language: list[LanguageWord] = _several("Of the requester; `zh` finds `zh-Hans`, too.")
    owner: list[Literal["bot", "people"]] = _several("Who speaks for us.")
    waiting: AgeWord = Field("", description="At least so long: `30m`, `4h`, `2d`.")
    unread: Literal["0", "1"] = Field("0", description="`1`: with messages not yet read by you.")

    external_id: Line = ""
    changed_since: AwareDatetime | None = Field(None, description="ISO 8601, with a zone.")
    q: Line = Field("", description="Words, as in the search of the pages.")

    assignee_id: int | None = _former("assignee")
    team_id: int | None = _former("team")
    customer_id: int | None = _former("customer")
    inbox_id: int | None = _former("inbox")

    def asked(self, numbers: list[int]) -> TicketsAsked:
        """What the query takes; ``numbers`` are those that ``q`` found. Raises ``BadFilter``."""
        return TicketsAsked(self._filter(), self.external_id, self.changed_since, numbers)

    def _filter(self) -> TicketFilter:
        given = self.field_arguments
        for name in NAMES:
            value = getattr(self, name, "")
            given[name] = value if isinstance(value, list) else [value]
        for name in ("assignee", "team", "customer", "inbox"):
            former = getattr(self, f"{name}_id")
            given[name] = given[name] + ([str(former)] if former is not None else [])
        return parse(given)
