"""Organizations from a file: by external id, else by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table, or_, select

from helpdesk.actions.importing.base import (
    Decision,
    Importer,
    differences,
    insert_all,
    update_all,
)
from helpdesk.actions.importing.people import distinct
from helpdesk.database import WriteSession
from helpdesk.models import Organization, now
from helpdesk.models.import_run import Outcome
from helpdesk.rules.import_values import RefusedRow, Values

COLUMNS = ("external_id", "name", "domain")


class Organizations(Importer):
    table = cast(Table, Organization.__table__)

    def identities(self, values: Values) -> tuple[str, ...]:
        named = [f"{name}:{values[name]}" for name in ("external_id", "name") if name in values]
        if not named:
            raise RefusedRow("An organization needs an external id or a name.")
        return tuple(named)

    def load(self, session: WriteSession, rows: Sequence[Values]) -> None:
        at = self.table.c
        externals = distinct(row.get("external_id") for row in rows)
        names = distinct(row.get("name") for row in rows)
        known = select(self.table).where(or_(at.external_id.in_(externals), at.name.in_(names)))
        found: list[Any] = list(session.connection().execute(known))
        self._by_external = {row.external_id: row for row in found if row.external_id}
        self._by_name = {row.name: row for row in found}

    def decide(self, values: Values) -> Decision:
        known = self._find(values)
        if known is None and not values.get("name"):
            raise RefusedRow("A new organization needs a name.")
        wanted = {name: values.get(name) for name in COLUMNS}
        decision = Decision(values, changes=differences(known, wanted))
        if known is None:
            decision.outcome = Outcome.CREATED
        else:
            decision.record_id = known.id
            decision.outcome = Outcome.UPDATED if decision.changes else Outcome.UNCHANGED
        return decision

    def _find(self, values: Values) -> Any | None:
        external, name = values.get("external_id"), values.get("name")
        known = self._by_external.get(external) if external else None
        namesake = self._by_name.get(name) if name else None
        if known is None and namesake is not None and external:
            if namesake.external_id is not None:
                raise RefusedRow("There is an organization “%(name)s” already; its external id is "
                                 "%(other)s.", name=name, other=namesake.external_id)  # fmt: skip
            return namesake
        if known is not None and namesake is not None and namesake.id != known.id:
            raise RefusedRow("There is an organization “%(name)s” already; its external id is "
                             "%(other)s.", name=name,
                             other=namesake.external_id or "-")  # fmt: skip
        return known or namesake

    def write(self, session: WriteSession, decisions: Sequence[Decision]) -> None:
        created = [one for one in decisions if one.outcome is Outcome.CREATED]
        empty = {"external_id": None, "domain": "", "created_at": now()}
        rows = [{**empty, **one.after} for one in created]
        for one, number in zip(created, insert_all(session, self.table, rows), strict=True):
            one.record_id = number
        update_all(session, self.table, (o for o in decisions if o.outcome is Outcome.UPDATED))
