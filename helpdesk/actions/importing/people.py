"""Finding customers by what a file knows of them: their external id, their addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from channels.message import ContactKind
from helpdesk.database import WriteSession
from helpdesk.models import ContactPoint, Customer
from helpdesk.models.visibility import hidden_customers
from helpdesk.rules.actor import Actor
from helpdesk.rules.import_values import RefusedRow, Values

KINDS = (ContactKind.EMAIL.value, ContactKind.PHONE.value)
MOST_HOPS = 20  # customers that were joined one into the other

Point = tuple[str, str]
"""Kind and normalized value."""


class People:
    """The customers whom a batch of rows may be about. Of those whom ``actor`` must not see, a
    refusal says nothing but that."""

    def __init__(
        self, session: WriteSession, actor: Actor, rows: Sequence[Values], id_field: str
    ) -> None:
        self._id_field = id_field
        self._session = session
        self._by_id: dict[int, Any] = {}
        self._by_external: dict[str, Any] = {}
        self.owners: dict[Point, int] = {}
        self._load(rows)
        self._hidden = hidden_customers(session, actor, self._by_id)

    def _load(self, rows: Sequence[Values]) -> None:
        named = {row[self._id_field] for row in rows if self._id_field in row}
        if named:
            self._keep(Customer.external_id.in_(named))
        for kind in KINDS:
            wanted = {value for row in rows for value in row.get(kind, ())}
            if wanted:
                found = self._session.execute(
                    select(ContactPoint.kind, ContactPoint.normalized, ContactPoint.customer_id)
                    .where(ContactPoint.kind == kind, ContactPoint.normalized.in_(wanted))
                )  # fmt: skip
                self.owners |= {(kind, value): owner for kind, value, owner in found}
        for _ in range(MOST_HOPS):
            known = {row.merged_into_id for row in self._by_id.values()} | set(self.owners.values())
            missing = known - set(self._by_id) - {None}
            if not missing:
                break
            self._keep(Customer.id.in_(missing))

    def _keep(self, condition: Any) -> None:
        columns = Customer.__table__.c
        for row in self._session.connection().execute(select(*columns).where(condition)):
            self._by_id[row.id] = row
            if row.external_id is not None:
                self._by_external[row.external_id] = row

    @property
    def numbers(self) -> list[int]:
        return list(self._by_id)

    def find(self, values: Values) -> Any | None:
        """The customer of a row, or None. Raises ``RefusedRow`` where its parts disagree, or tell
        of somebody who is not to be seen."""
        external = values.get(self._id_field)
        named = self._by_external.get(external) if external else None
        owners = dict.fromkeys(
            owner for point in points_of(values) if (owner := self.owners.get(point))
        )
        if self._hidden.intersection([*owners, *([named.id] if named is not None else [])]):
            raise of_others()
        if named is not None:
            named = self.standing(named)
            others = [owner for owner in owners if owner != named.id]
            if others:
                raise RefusedRow("An address in this row belongs to customer %(other)s, and its "
                                 "external id to customer %(customer)s. Join the two records, or "
                                 "correct the row.", other=others[0],
                                 customer=named.id)  # fmt: skip
            return named
        if len(owners) > 1:
            raise RefusedRow("The addresses in this row belong to different customers: "
                             "%(customers)s.",
                             customers=", ".join(str(owner) for owner in owners))  # fmt: skip
        found = self._by_id[next(iter(owners))] if owners else None
        if found is not None and external and found.external_id not in (None, external):
            raise RefusedRow("The address in this row belongs to customer %(customer)s, whose "
                             "external id is %(other)s.",
                             customer=found.id, other=found.external_id)  # fmt: skip
        return found

    def standing(self, customer: Any) -> Any:
        """The record that a customer was joined into, if so."""
        for _ in range(MOST_HOPS):
            if customer.merged_into_id is None or customer.merged_into_id not in self._by_id:
                break
            customer = self._by_id[customer.merged_into_id]
        return customer


def of_others() -> RefusedRow:
    """What is said of a record that the importer must not see: no name, no number."""
    return RefusedRow("It belongs to somebody whose tickets you may not see.")


def points_of(values: Values) -> list[Point]:
    return [(kind, value) for kind in KINDS for value in values.get(kind, ())]


def identities_of(values: Values, id_field: str) -> tuple[str, ...]:
    """By what a row knows a person, the surest first."""
    external = values.get(id_field)
    first = [f"external_id:{external}"] if external else []
    return (*first, *(f"{kind}:{value}" for kind, value in points_of(values)))


def distinct(names: Iterable[str | None]) -> set[str]:
    return {name for name in names if name}
