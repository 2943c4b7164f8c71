"""One company's customers twice: in one world records are merged and taken apart, in the other
never. The same people write in both."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from helpdesk.actions import (
    contact_points,
    customer_record,
    customers,
    merging,
    replies,
    visitors,
)
from helpdesk.actions.custom_fields import Definition, add_field, set_customer_fields
from helpdesk.actions.customer_record import Fields
from helpdesk.desk import Desk
from helpdesk.models import (
    ContactPoint,
    Customer,
    CustomerMerge,
    CustomerNote,
    FieldValue,
    MergeSuggestion,
    Message,
    Money,
    Order,
    Participant,
    Ticket,
)
from helpdesk.queries.custom_fields import customer_fields
from helpdesk.rules.actor import SYSTEM, Actor
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from helpdesk.rules.merge_fields import COLUMNS
from tests.factories import Mail, receive

PEOPLE = 4
FIELD = "size"


def add_the_field(desk: Desk) -> None:
    """The one custom field of both worlds."""
    add_field(desk, SYSTEM, FieldNoun.CUSTOMER, FIELD, FieldKind.TEXT, Definition("Size"))


class World:
    """People 0 to 3, each with a record and an address; ``name`` keeps the two worlds apart."""

    def __init__(self, desk: Desk, name: str, agent: Actor) -> None:
        self.desk, self.name, self.agent = desk, name, agent
        self.orders = self.others = 0
        self.records = [self.mail(person) for person in range(PEOPLE)]

    def address(self, person: int, other: int = 0) -> str:
        return f"{self.name}{person}{other or ''}@fjell.example"

    def mail(self, person: int, name: str = "", other: int = 0) -> int:
        address = self.address(person, other)
        mail = Mail(sender=f"{name} <{address}>" if name else address)
        return receive(self.desk, mail).customer or 0

    def answer_and_reply(self, person: int) -> None:
        """We answer their last ticket, and they write back into it."""
        with self.desk.read() as session:
            point = select(ContactPoint.id).where(ContactPoint.value == self.address(person))
            ticket = session.scalar(
                select(Message.ticket_id)
                .where(Message.contact_point_id == point.scalar_subquery())
                .order_by(Message.id.desc())
            )
        assert ticket is not None
        sent = replies.send(self.desk, SYSTEM, ticket, "Thank you", channel="email")
        with self.desk.read() as session:
            number = session.scalar(
                select(Message.message_id).where(
                    Message.ticket_id == ticket, Message.direction == "outbound"
                ).order_by(Message.id.desc())
            )  # fmt: skip
        assert sent
        headers = {"In-Reply-To": str(number)}
        receive(self.desk, Mail(sender=self.address(person), headers=headers))

    def order(self, person: int) -> None:
        self.orders += 1
        with self.desk.write() as session:
            point = session.scalars(
                select(ContactPoint).where(ContactPoint.value == self.address(person))
            ).one()
            session.add(
                Order(
                    external_id=f"{self.name}-{self.orders}", customer_id=point.customer_id,
                    home_id=point.home_id, placed_at=datetime(2026, 11, 1, tzinfo=UTC),
                    total=Money(Decimal(5), "GBP"), state="placed",
                )
            )  # fmt: skip

    def chat_names(self, person: int, named: int, name: str) -> None:
        """A visitor, known by this person's record or new, gives the address of another."""
        visitors.leave_address(
            self.desk, f"v_{self.name}{person}", name=name, email=self.address(named)
        )

    def add_address(self, person: int) -> None:
        self.others += 1
        contact_points.add(
            self.desk, self.agent, self.records[person], "email",
            self.address(person, self.others + 10),
        )  # fmt: skip

    def note(self, person: int) -> None:
        customer_record.note(self.desk, self.agent, self.records[person], f"About {person}")

    def rename(self, person: int, name: str) -> None:
        with self.desk.read() as session:
            known = session.get_one(Customer, self.records[person])
            organization = known.organization.name if known.organization else ""
            locale = known.locale
        customer_record.edit(
            self.desk, self.agent, self.records[person], Fields(name, locale, organization)
        )

    def set_field(self, person: int, value: str) -> None:
        set_customer_fields(self.desk, self.agent, self.records[person], {FIELD: value})

    def set_tier(self, person: int, tier: str) -> None:
        customer_record.set_tier(self.desk, SYSTEM, self.records[person], tier)

    # Only in one of the worlds

    def merge(self, kept: int, other: int, takes: frozenset[str]) -> None:
        one, two = self.records[kept], self.records[other]
        customers.merge(self.desk, self.agent, one, two, "One person", takes)

    def ties(self) -> list[int]:
        with self.desk.read() as session:
            ties = select(CustomerMerge.id).where(CustomerMerge.undone_at.is_(None))
            return list(session.scalars(ties.order_by(CustomerMerge.id)))

    def take_apart(self, tie: int) -> None:
        merging.unmerge(self.desk, self.agent, tie)

    def is_called(self, person: int) -> str:
        with self.desk.read() as session:
            return session.get_one(Customer, self.records[person]).name

    def shows(self, person: int) -> str:
        """What stands in their field."""
        with self.desk.read() as session:
            (shown,) = customer_fields(session, self.records[person])
        return shown.value

    def stands(self, person: int) -> bool:
        with self.desk.read() as session:
            return session.get_one(Customer, self.records[person]).merged_into_id is None

    # What there is, without the numbers that differ between the worlds

    def all_there_is(self) -> list[dict[str, Any]]:
        with self.desk.read() as session:
            points = session.scalars(
                select(ContactPoint).where(
                    ContactPoint.value.contains(f"{self.name}", autoescape=True)
                )
            ).all()
            records = {point.customer_id for point in points} | set(self.records)
            names = {number: f"record {i}" for i, number in enumerate(sorted(records))}
            return [self._record(session, number, names) for number in sorted(records)]

    def _record(self, session: Any, number: int, names: dict[int, str]) -> dict[str, Any]:
        customer = session.get_one(Customer, number)
        plain = lambda words: str(words).replace(self.name, "*")  # noqa: E731
        of = {
            noun: noun.customer_id == number for noun in (ContactPoint, Ticket, Order, FieldValue)
        }
        points = session.scalars(select(ContactPoint).where(of[ContactPoint]))
        tickets = session.scalars(select(Ticket).where(of[Ticket]).order_by(Ticket.id))
        pairs = session.scalars(
            select(MergeSuggestion).where(MergeSuggestion.customer_id == number)
        )
        return {
            "fields": {c: getattr(customer, c) for c in COLUMNS} | {"own": customer.own,
                       "is part of": customer.merged_into_id},
            "custom": sorted(
                (v.field.key, v.value, v.home_id)
                for v in session.scalars(select(FieldValue).where(of[FieldValue]))
            ),
            "points": sorted((plain(p.value), p.is_verified, p.home_id) for p in points),
            "tickets": [self._ticket(session, ticket, names, plain) for ticket in tickets],
            "orders": sorted(
                (plain(o.external_id), o.home_id)
                for o in session.scalars(select(Order).where(of[Order]))
            ),
            "notes": sorted(
                (n.text, n.home_id)
                for n in session.scalars(
                    select(CustomerNote).where(CustomerNote.customer_id == number)
                )
            ),
            "suggestions": sorted(
                (names.get(p.other_id, "?"), plain(p.evidence), p.state, p.merge_id) for p in pairs
            ),
        }  # fmt: skip

    def _ticket(self, session: Any, ticket: Ticket, names: dict[int, str], plain: Any) -> Any:
        messages = session.scalars(
            select(Message).where(Message.ticket_id == ticket.id).order_by(Message.seq)
        )
        people = session.execute(
            select(ContactPoint.value, Participant.role, Participant.confirmed_at.is_not(None))
            .join(Participant, Participant.contact_point_id == ContactPoint.id)
            .where(Participant.ticket_id == ticket.id)
            .order_by(ContactPoint.value)
        )
        return {
            "status": ticket.status,
            "home": ticket.home_id,
            "people": [(plain(value), role, sure) for value, role, sure in people],
            "messages": [
                (m.direction, plain(m.author_address), names.get(m.author_id or 0, "-"))
                for m in messages
            ],
        }  # fmt: skip
