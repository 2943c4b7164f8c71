"""What part of the queue an address asks for: a view, words to search, a filter."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from helpdesk.models.visibility import NotFound
from helpdesk.queries.saved_views import Saved, saved_view
from helpdesk.queries.ticket_list import View, view_named
from helpdesk.rules import queue_columns
from helpdesk.rules.ticket_filter import NAMES, BadFilter, TicketFilter, parse, written
from helpdesk.web.current import actor

USUAL = "open"


@dataclass(frozen=True, slots=True)
class Asked:
    """``wanted`` None: nothing but the view itself is asked for."""

    name: str
    q: str
    wanted: TicketFilter | None
    columns: tuple[str, ...] | None = None  # of a table; None: as the view has it

    @property
    def query(self) -> str:
        """The same again, as a query string."""
        return address(self.name, self.q, self.wanted) + self._table

    @property
    def _table(self) -> str:
        """Said also where it means "no table", if the saved view itself may be one."""
        if not self.columns and (self.columns is None or not self.name.startswith("saved/")):
            return ""
        return f"&columns={queue_columns.written(self.columns)}"

    def table(self, saved: list[Saved]) -> tuple[str, ...]:
        """The columns to be shown; none: the list of three lines."""
        if self.columns is not None:
            return self.columns
        kept = next((each.columns for each in saved if each.name == self.name), "")
        return tuple(word for word in kept.split(",") if word in queue_columns.NAMES)

    def view(self, saved: list[Saved]) -> View:
        """The view with its filter. Raises ``NotFound``."""
        if self.name.startswith("saved/"):
            kept = saved_view(saved, self.name)
            base = View(kept.name, "")
            return base.narrowed(kept.filter if self.wanted is None else self.wanted)
        base = view_named(self.name, actor())
        return base if self.wanted is None else base.narrowed(self.wanted)


def address(name: str, q: str = "", wanted: TicketFilter | None = None) -> str:
    """The query string of a part of the queue."""
    words = urlencode({"view": name, **({"q": q} if q else {})}, safe="/")
    filtered = written(wanted) if wanted is not None else ""
    if wanted is not None and not filtered:
        filtered = "sort=waiting"  # everything, and not what the saved view says
    return f"?{words}&{filtered}" if filtered else f"?{words}"


def asked(*, strictly: bool = False) -> Asked:
    """What this request asks for. A ticket opens whatever its address says of the queue;
    ``strictly`` raises ``NotFound`` or ``BadFilter`` instead."""
    name = request.args.get("view", "")
    if not _may_be_view(name):
        if strictly and name:
            raise NotFound("There is no such view.")
        name = USUAL
    return Asked(name, request.args.get("q", "").strip(), *_chosen(strictly=strictly))


def _may_be_view(name: str) -> bool:
    if name.startswith("saved/"):
        return name[6:].isdecimal() and len(name) < 16
    try:
        view_named(name, actor())
    except NotFound:
        return False
    return True


def _chosen(*, strictly: bool) -> tuple[TicketFilter | None, tuple[str, ...] | None]:
    """The filter and the columns. Raises ``BadFilter`` if ``strictly``."""
    given = request.args.to_dict(flat=False)
    filters = any(name in NAMES or name.startswith("field.") for name in given)
    try:
        wanted = parse(given) if filters else None
        return wanted, queue_columns.read(given["columns"]) if "columns" in given else None
    except BadFilter:
        if strictly:
            raise
        return None, None
