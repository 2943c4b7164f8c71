"""Looking for records that are one person, so that somebody can say so."""

from __future__ import annotations

from itertools import combinations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from helpdesk.actions import customers
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Customer, MergeSuggestion
from helpdesk.rules.likeness import Likeness, traits

MOST_ALIKE = 5  # records that share a trait; more share something common, not a person
MOST_OPEN = 1000  # suggestions that wait for an answer
BATCH = 5000  # customers read at once


def find(desk: Desk) -> int:
    """Suggest the pairs that share a trait and were never asked about; how many are new."""
    with desk.read() as session:
        pairs = _pairs(_groups(session))
        asked = {frozenset(row) for row in session.execute(_ASKED)}
        room = MOST_OPEN - len(session.execute(_OPEN).all())
    new = [(pair, said) for pair, said in pairs.items() if pair not in asked][: max(room, 0)]
    found = 0
    for pair, evidence in new:
        with desk.write() as session:
            one, two = sorted(pair)
            found += customers.suggest(session, one, two, evidence)
    return found


_ASKED = select(MergeSuggestion.customer_id, MergeSuggestion.other_id)
_OPEN = select(MergeSuggestion.id).where(MergeSuggestion.state == "open")


def _groups(session: Session) -> dict[tuple[str, str], list[tuple[int, Likeness]]]:
    """Records by trait."""
    groups: dict[tuple[str, str], list[tuple[int, Likeness]]] = {}
    last = 0
    while rows := session.execute(_CUSTOMERS.where(Customer.id > last)).all():
        ids = [row.id for row in rows]
        emails: dict[int, list[str]] = {}
        phones: dict[int, list[str]] = {}
        for customer, kind, value in session.execute(_POINTS, {"low": ids[0], "high": ids[-1]}):
            (emails if kind == "email" else phones).setdefault(customer, []).append(value)
        for number, name, organization in rows:
            known = traits(name, organization, emails.get(number, ()), phones.get(number, ()))
            for trait in known:
                groups.setdefault((trait.kind, trait.key), []).append((number, trait))
        last = ids[-1]
    return groups


_CUSTOMERS = (
    select(Customer.id, Customer.name, Customer.organization_id)
    .where(Customer.merged_into_id.is_(None))
    .order_by(Customer.id)
    .limit(BATCH)
)
_POINTS = select(ContactPoint.customer_id, ContactPoint.kind, ContactPoint.value).where(
    ContactPoint.kind.in_(("email", "phone")),
    ContactPoint.customer_id.between(bindparam("low"), bindparam("high")),
)


def _pairs(
    groups: dict[tuple[str, str], list[tuple[int, Likeness]]],
) -> dict[frozenset[int], str]:
    """Each pair with all that speaks for it."""
    found: dict[frozenset[int], list[str]] = {}
    for group in groups.values():
        alike = dict(group)
        if 1 < len(alike) <= MOST_ALIKE:
            for one, two in combinations(sorted(alike), 2):
                said = found.setdefault(frozenset((one, two)), [])
                if alike[one].evidence not in said:
                    said.append(alike[one].evidence)
    return {pair: "; ".join(said) for pair, said in found.items()}
