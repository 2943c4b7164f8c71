"""Tickets from another help desk: each with its first message. What is there already stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, delete, select

from helpdesk.actions import customer_words
from helpdesk.actions.importing.base import Decision, Importer
from helpdesk.actions.importing.customers import Customers
from helpdesk.actions.importing.field_columns import FieldColumns
from helpdesk.actions.importing.people import distinct, identities_of, of_others
from helpdesk.actions.search_index import index_message
from helpdesk.database import WriteSession
from helpdesk.models import (
    Agent,
    Change,
    ContactPoint,
    Customer,
    ImportOutcome,
    Message,
    Participant,
    Reindexing,
    Tag,
    Team,
    Ticket,
    now,
    ticket_tags,
)
from helpdesk.models.import_run import Outcome
from helpdesk.models.visibility import visible_to
from helpdesk.rules.actor import Actor, ActorKind
from helpdesk.rules.custom_field import FieldNoun
from helpdesk.rules.import_values import RefusedRow, Values
from helpdesk.rules.status import ENDED, Priority, Status


class Tickets(Importer):
    table = cast(Table, Ticket.__table__)

    def __init__(self, actor: Actor, inbox_id: int) -> None:
        super().__init__(actor)
        self._inbox_id = inbox_id
        self._fields = FieldColumns(FieldNoun.TICKET)

    def identities(self, values: Values) -> tuple[str, ...]:
        if not values.get("external_id"):
            raise RefusedRow("A ticket needs an external id, so that the next import knows it.")
        return (f"external_id:{values['external_id']}",)

    def load(self, session: WriteSession, rows: Sequence[Values]) -> None:
        externals = distinct(row.get("external_id") for row in rows)
        known = select(Ticket.external_id, Ticket.id).where(Ticket.external_id.in_(externals))
        self._known = dict(session.execute(known).all())
        seen = known.where(visible_to(self._actor))
        self._seen = {number for _name, number in session.execute(seen)}
        teams = session.execute(select(Team.name, Team.id))
        self._teams = {n.casefold(): i for n, i in teams if i not in self._actor.hidden_teams}
        agents = session.execute(select(Agent.email, Agent.id).where(Agent.active))
        self._agents = dict(agents.all())
        self._fields.load(session, rows)

    def decide(self, values: Values) -> Decision:
        number = self._known.get(values["external_id"])
        if number is not None and number not in self._seen:
            raise of_others()
        if number is not None:
            return Decision(values, record_id=number)
        if not identities_of(values, "customer_external_id"):
            raise RefusedRow("A ticket needs its requester: an email, a phone number or the "
                             "customer's external id.")  # fmt: skip
        if not (values.get("subject") or values.get("text")):
            raise RefusedRow("A ticket needs a subject or a text.")
        for name, known in (("team", self._teams), ("assignee", self._agents)):
            if name in values and values[name].casefold() not in known:
                raise RefusedRow("There is no %(field)s “%(value)s”.", field=name,
                                 value=values[name])  # fmt: skip
        fields = self._fields.differences(values)
        return Decision(values, outcome=Outcome.CREATED, fields=fields)

    def write(self, session: WriteSession, decisions: Sequence[Decision]) -> None:
        for one in decisions:
            if one.outcome is Outcome.CREATED:
                self._open(session, one)

    def _open(self, session: WriteSession, decision: Decision) -> None:
        values = decision.values
        customer = self._requester(session, decision)
        at = values.get("created_at") or now()
        ticket = Ticket(
            subject=values.get("subject") or " ".join(values["text"].split())[:80],
            external_id=values["external_id"],
            priority=values.get("priority", Priority.NORMAL.value),
            customer=customer,
            inbox_id=self._inbox_id,
            team_id=self._teams.get(values.get("team", "").casefold()),
            assignee_id=self._agents.get(values.get("assignee", "")),
            created_at=at,
        )
        session.add(ticket)
        message = _first_message(ticket, customer, values)
        ticket.receive(message)
        _stand(ticket, Status(values.get("status", Status.OPEN.value)))
        ticket.tags = [_tag(session, name) for name in values.get("tags", ())]
        index_message(session, ticket, message)
        if (point := message.contact_point) is not None:
            ticket.participants.append(
                Participant(contact_point=point, role="requester", confirmed_at=at)
            )
        session.flush()
        decision.record_id = ticket.id
        decision.changes["version"] = (None, ticket.version)
        if decision.fields:
            self._fields.write(session, [decision])
            index_message(session, ticket, message)

    def _requester(self, session: WriteSession, decision: Decision) -> Customer:
        """The customer of a row, made when new, as the customers of a file are."""
        values, people = decision.values, Customers(self._actor)
        known: Values = {
            name: values[name] for name in ("email", "phone", "name") if name in values
        }
        if "customer_external_id" in values:
            known["external_id"] = values["customer_external_id"]
        people.load(session, [known])
        found = people.decide(known)
        if found.outcome is Outcome.CREATED:
            people.write(session, [found])
            decision.added += [("customers", found.record_id or 0), *found.added]
        return session.get_one(Customer, found.record_id)

    def _must_be_as_left(self, session, row, changes) -> None:  # type: ignore[no-untyped-def]
        ticket = session.get(Ticket, row.record_id, with_for_update=True)
        if ticket is None:
            raise RefusedRow("It is not there any more.")
        if ticket.version != changes["version"][1]:
            raise RefusedRow("Somebody worked on this ticket since.")

    def _put_back(self, session: WriteSession, row: ImportOutcome) -> None:
        added, number = row.data.get("added", []), row.record_id
        self._must_be_as_left(session, row, row.data["changes"])
        self._fields.put_back(session, row)
        session.execute(delete(ticket_tags).where(ticket_tags.c.ticket_id == number))
        for noun in (Participant, Message, Change, Reindexing):
            session.execute(delete(noun).where(noun.ticket_id == number))
        session.execute(delete(Ticket).where(Ticket.id == number))
        for table, beside in reversed(added):
            self._remove(session, table, beside)

    def _remove(self, session: WriteSession, table: str, number: int) -> None:
        if table == Customer.__tablename__:
            customer_words.forget(session, number)
        super()._remove(session, table, number)


def _first_message(ticket: Ticket, customer: Customer, values: Values) -> Message:
    points = [p for p in customer.contact_points if p.value in _addresses(values)]
    points = points or [p for p in customer.contact_points if p.kind != "visitor"]
    point: ContactPoint | None = points[0] if points else None
    words = values.get("text") or ticket.subject
    return Message(
        direction="inbound",
        channel="email" if point is None or point.kind == "email" else "sms",
        author_kind=ActorKind.CUSTOMER.value,
        author_id=customer.id,
        author_name=customer.name,
        author_address=point.value if point else "",
        contact_point=point,
        subject=ticket.subject,
        text=words,
        new_text=words,
        evidence="Imported",
        sent_at=ticket.created_at,
        created_at=ticket.created_at,
    )


def _addresses(values: Values) -> list[str]:
    return [*values.get("email", ()), *values.get("phone", ())]


def _stand(ticket: Ticket, status: Status) -> None:
    """As it stood in the other help desk, since when it came in."""
    ticket.status, ticket.queue_at = status.value, ticket.created_at
    ticket.ended_at = ticket.created_at if status in ENDED else None
    ticket.changed_at = ticket.created_at


def _tag(session: WriteSession, name: str) -> Tag:
    tag = session.scalar(select(Tag).where(Tag.name == name[:40]))
    if tag is None:
        tag = Tag(name=name[:40])
        session.add(tag)
        session.flush()
    return tag
