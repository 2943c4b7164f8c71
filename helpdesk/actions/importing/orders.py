"""Orders from a file: by their external id, for customers whom the record knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table, select

from helpdesk.actions.importing.base import (
    Decision,
    Importer,
    differences,
    insert_all,
    update_all,
)
from helpdesk.actions.importing.people import People, distinct, identities_of, of_others
from helpdesk.database import WriteSession
from helpdesk.models import Order, now
from helpdesk.models.import_run import Outcome
from helpdesk.models.visibility import hidden_customers
from helpdesk.rules.import_values import RefusedRow, Values

COLUMNS = ("external_id", "summary", "placed_at", "amount", "currency", "state")
NEEDED = ("placed_at", "amount", "currency")


class Orders(Importer):
    table = cast(Table, Order.__table__)

    def identities(self, values: Values) -> tuple[str, ...]:
        if not values.get("external_id"):
            raise RefusedRow("An order needs its number as external id.")
        return (f"external_id:{values['external_id']}",)

    def load(self, session: WriteSession, rows: Sequence[Values]) -> None:
        self._people = People(session, self._actor, rows, "customer_external_id")
        wanted = distinct(row.get("external_id") for row in rows)
        known = select(self.table).where(self.table.c.external_id.in_(wanted))
        found: list[Any] = list(session.connection().execute(known))
        self._known = {row.external_id: row for row in found}
        self._hidden = hidden_customers(session, self._actor, (row.customer_id for row in found))

    def decide(self, values: Values) -> Decision:
        known = self._known.get(values["external_id"])
        if known is not None and known.customer_id in self._hidden:
            raise of_others()
        wanted = {name: values.get(name) for name in COLUMNS}
        wanted["customer_id"] = self._customer(values, known)
        decision = Decision(values, changes=differences(known, wanted))
        if known is None:
            missing = next((name for name in NEEDED if name not in values), "")
            if missing:
                raise RefusedRow("A new order needs: %(field)s.", field=missing)
            decision.outcome = Outcome.CREATED
        else:
            decision.record_id = known.id
            decision.outcome = Outcome.UPDATED if decision.changes else Outcome.UNCHANGED
        return decision

    def _customer(self, values: Values, known: Any) -> int | None:
        customer = self._people.find(values)
        if customer is not None:
            return int(customer.id)
        named = identities_of(values, "customer_external_id")
        if known is not None and not named:
            return None  # stays whose it is
        who = named[0].partition(":")[2] if named else "-"
        raise RefusedRow("There is no customer %(who)s. Import the customers first.", who=who)

    def write(self, session: WriteSession, decisions: Sequence[Decision]) -> None:
        created = [one for one in decisions if one.outcome is Outcome.CREATED]
        empty = {"summary": "", "state": "placed", "created_at": now()}
        rows = [{**empty, **one.after} for one in created]
        for one, number in zip(created, insert_all(session, self.table, rows), strict=True):
            one.record_id = number
        update_all(session, self.table, (o for o in decisions if o.outcome is Outcome.UPDATED))
