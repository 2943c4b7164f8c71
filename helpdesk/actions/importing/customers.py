"""Customers from a file: by external id, else by an address; what is empty changes nothing.

Their addresses stay claims: a file proves nothing of who holds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table, select

from helpdesk.actions import customer_words
from helpdesk.actions.importing.base import (
    Decision,
    Importer,
    differences,
    insert_all,
    update_all,
)
from helpdesk.actions.importing.field_columns import FieldColumns
from helpdesk.actions.importing.people import People, distinct, identities_of, points_of
from helpdesk.actions.search_index import reindex_ticket
from helpdesk.database import WriteSession
from helpdesk.models import ContactPoint, Customer, ImportOutcome, Organization, Ticket, now
from helpdesk.models.import_run import Outcome
from helpdesk.rules.actor import Actor
from helpdesk.rules.custom_field import FieldNoun
from helpdesk.rules.import_values import RefusedRow, Values

COLUMNS = ("external_id", "name", "locale")
POINTS = cast(Table, ContactPoint.__table__)
ORGANIZATIONS = cast(Table, Organization.__table__)


class Customers(Importer):
    table = cast(Table, Customer.__table__)

    def __init__(self, actor: Actor) -> None:
        super().__init__(actor)
        self._organizations: dict[str, int] = {}
        self._fields = FieldColumns(FieldNoun.CUSTOMER)

    def identities(self, values: Values) -> tuple[str, ...]:
        found = identities_of(values, "external_id")
        if not found:
            raise RefusedRow("A customer needs an external id, an email or a phone number.")
        return found

    def load(self, session: WriteSession, rows: Sequence[Values]) -> None:
        self._people = People(session, self._actor, rows, "external_id")
        self._fields.load(session, rows, self._people.numbers)
        names = distinct(row.get("organization") for row in rows)
        if names:
            found = session.execute(
                select(Organization.name, Organization.id).where(Organization.name.in_(names))
            )
            self._organizations = dict(found.all())

    def decide(self, values: Values) -> Decision:
        customer = self._people.find(values)
        wanted = {name: values.get(name) for name in COLUMNS}
        if organization := values.get("organization"):
            wanted["organization_id"] = self._organizations.get(organization, 0)  # 0: made below
        decision = Decision(values, changes=differences(customer, wanted))
        decision.fields = self._fields.differences(values, customer.id if customer else None)
        if customer is None:
            decision.outcome = Outcome.CREATED
            return decision
        decision.record_id = customer.id
        if decision.changes or decision.fields or self._new_points(values):
            decision.outcome = Outcome.UPDATED
        return decision

    def _new_points(self, values: Values) -> list[tuple[str, str]]:
        return [point for point in points_of(values) if point not in self._people.owners]

    def write(self, session: WriteSession, decisions: Sequence[Decision]) -> None:
        self._make_organizations(session, decisions)
        created = [one for one in decisions if one.outcome is Outcome.CREATED]
        rows = [_row(one.after) for one in created]
        for one, number in zip(created, insert_all(session, self.table, rows), strict=True):
            one.record_id = number
        updated = [one for one in decisions if one.outcome is Outcome.UPDATED]
        update_all(session, self.table, updated)
        self._add_points(session, [*created, *updated])
        self._fields.write(session, [*created, *updated])
        self._show(session, updated)

    def _make_organizations(self, session: WriteSession, decisions: Sequence[Decision]) -> None:
        for one in decisions:
            if one.changes.get("organization_id", (0, 1))[1] != 0:
                continue
            name = one.values["organization"]
            if name not in self._organizations:
                row = {"name": name, "domain": "", "created_at": now()}
                (self._organizations[name],) = insert_all(session, ORGANIZATIONS, [row])
                one.added.append(("organizations", self._organizations[name]))
            before = one.changes["organization_id"][0]
            one.changes["organization_id"] = (before, self._organizations[name])

    def _add_points(self, session: WriteSession, decisions: Sequence[Decision]) -> None:
        new = [(one, point) for one in decisions for point in self._new_points(one.values)]
        rows = [
            {"customer_id": one.record_id, "kind": kind, "value": value, "normalized": value,
             "verified_by": "", "created_at": now()}
            for one, (kind, value) in new
        ]  # fmt: skip
        for (one, _), number in zip(new, insert_all(session, POINTS, rows), strict=True):
            one.added.append(("contact_points", number))

    def _show(self, session: WriteSession, updated: Sequence[Decision]) -> None:
        """They are found by what is new, and by names and addresses their tickets, too."""
        _find_anew(session, [one.record_id for one in updated])
        renamed = [one.record_id for one in updated if one.changes or one.added]
        if renamed:
            session.expire_all()
            theirs = select(Ticket).where(Ticket.customer_id.in_(renamed))
            for ticket in session.scalars(theirs):
                reindex_ticket(session, ticket)

    def _must_be_as_left(
        self, session: WriteSession, row: ImportOutcome, changes: dict[str, list[Any]]
    ) -> None:
        joined = select(Customer.merged_into_id).where(Customer.id == row.record_id)
        if session.scalar(joined) is not None:
            raise RefusedRow("It was joined to another customer since.")
        super()._must_be_as_left(session, row, changes)

    def _put_fields_back(self, session: WriteSession, row: ImportOutcome) -> None:
        self._fields.put_back(session, row)
        if row.outcome == Outcome.CREATED.value:
            customer_words.forget(session, row.record_id or 0)
        else:
            _find_anew(session, [row.record_id])

    def _put_back(self, session: WriteSession, row: ImportOutcome) -> None:
        """An organization that came with the customer goes after them, unless others are in it."""
        made = [one for one in row.data.get("added", []) if one[0] == "organizations"]
        row.data = {**row.data, "added": [o for o in row.data.get("added", []) if o not in made]}
        super()._put_back(session, row)
        for _table, number in made:
            held = select(Customer.id).where(Customer.organization_id == number).limit(1)
            if session.scalar(held) is None:
                self._remove(session, "organizations", number)


def _row(after: dict[str, Any]) -> dict[str, Any]:
    empty = {"external_id": None, "name": "", "locale": "", "organization_id": None}
    return {**empty, "created_at": now(), **after}


def _find_anew(session: WriteSession, customers: Sequence[int | None]) -> None:
    """Those who are new have no words yet, which is enough."""
    if customers:
        customer_words.index_later(session, select(Customer.id).where(Customer.id.in_(customers)))
