"""Records that another program keeps, too: made or brought up to date, one at a time, by the
rules of an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from helpdesk.actions import audit
from helpdesk.actions.import_work import customs_of
from helpdesk.actions.importing import importer
from helpdesk.actions.importing.base import plain
from helpdesk.actions.inboxes import email_inbox
from helpdesk.desk import Desk
from helpdesk.models import NotPossible, Ticket
from helpdesk.models.import_run import Outcome
from helpdesk.rules.actor import Actor
from helpdesk.rules.custom_field import PREFIX
from helpdesk.rules.import_values import RefusedRow, cleaned

ONE = {"customers": "customer", "organizations": "organization", "orders": "order",
       "tickets": "ticket"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upserted:
    id: int
    outcome: Outcome


def upsert(
    desk: Desk, actor: Actor, noun: str, cells: Mapping[str, list[str]], *, only_new: bool = False
) -> Upserted:
    """Make the record that ``cells`` tell of, or bring it up to date. A repeat changes nothing.

    ``cells`` are the fields of an import. Raises ``NotPossible`` where an import would refuse the
    row, and with ``only_new`` when the record exists.
    """
    actor.must_be_staff()
    for attempt in (1, 2):
        try:
            return _upsert(desk, actor, noun, cells, only_new=only_new)
        except IntegrityError:  # another one made it at the same time: now it is there
            if attempt == 2:
                raise
    raise AssertionError


def _upsert(
    desk: Desk, actor: Actor, noun: str, cells: Mapping[str, list[str]], *, only_new: bool
) -> Upserted:
    rows = importer(noun, actor, email_inbox(desk) if noun == "tickets" else 0)
    customs = customs_of(desk, noun)
    with desk.write() as session:
        try:
            values = cleaned(cells, customs)
            rows.identities(values)
            rows.load(session, [values])
            decision = rows.decide(values)
        except RefusedRow as refusal:
            raise NotPossible(refusal.words, **refusal.values) from None
        if only_new and decision.outcome is not Outcome.CREATED:
            raise NotPossible("There is this %(noun)s already, with the number %(number)s.",
                              noun=ONE[noun], number=decision.record_id)  # fmt: skip
        rows.write(session, [decision])
        assert decision.record_id is not None
        if decision.outcome is not Outcome.UNCHANGED:
            changes = {name: [plain(a), plain(b)] for name, (a, b) in decision.changes.items()}
            changes |= {PREFIX + key: list(change) for key, change in decision.fields.items()}
            event = "added" if decision.outcome is Outcome.CREATED else "changed"
            customer = decision.record_id if noun == "customers" else None
            ticket = session.get_one(Ticket, decision.record_id) if noun == "tickets" else None
            audit.record(session, actor, f"{ONE[noun]}.{event}", customer_id=customer,
                         ticket=ticket, record=decision.record_id, changes=changes)  # fmt: skip
            if ticket is not None:
                audit.changed(session, ticket)
        return Upserted(decision.record_id, decision.outcome)
