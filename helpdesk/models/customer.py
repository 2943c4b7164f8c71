"""Customers, their contact points and their organizations."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from channels.message import Address, Proof
from helpdesk.models.base import Base, CreatedAt, Id, Word, now

if TYPE_CHECKING:
    from helpdesk.models.order import Order


class Organization(Base):
    """The company that customers belong to."""

    __tablename__ = "organizations"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    domain: Mapped[str] = mapped_column(default="", index=True)
    created_at: Mapped[CreatedAt]

    customers: Mapped[list[Customer]] = relationship(back_populates="organization")


class Customer(Base):
    """A person who asks. On a ticket: the requester."""

    __tablename__ = "customers"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(default="")
    locale: Mapped[Word] = mapped_column(default="")  # BCP 47; "" until they have shown one
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    created_at: Mapped[CreatedAt]

    organization: Mapped[Organization | None] = relationship(back_populates="customers")
    contact_points: Mapped[list[ContactPoint]] = relationship(
        back_populates="customer", order_by="ContactPoint.id"
    )
    orders: Mapped[list[Order]] = relationship(
        back_populates="customer", order_by="Order.placed_at.desc()"
    )

    @property
    def display_name(self) -> str:
        """The name, else the first address that a person would recognise."""
        if self.name:
            return self.name
        known = [point.value for point in self.contact_points if point.kind != "visitor"]
        return known[0] if known else f"Visitor {self.id}"

    def learn_name(self, name: str) -> None:
        """Take a name that a channel gave, unless one is known already."""
        if name and not self.name:
            self.name = name[:200]


class ContactPoint(Base):
    """One address of a customer. ``normalized`` is unique among its kind."""

    __tablename__ = "contact_points"
    __table_args__ = (UniqueConstraint("kind", "normalized"),)

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[Word]  # channels.message.ContactKind
    value: Mapped[str]
    normalized: Mapped[str]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[Word] = mapped_column(default="")  # channels.message.Proof
    unreachable_at: Mapped[datetime | None]  # a permanent bounce; None: nothing speaks against it
    last_seen_at: Mapped[datetime | None]  # visitors: their page asked for news
    created_at: Mapped[CreatedAt]

    customer: Mapped[Customer] = relationship(back_populates="contact_points")

    @classmethod
    def of(cls, address: Address) -> ContactPoint:
        """A new contact point for ``address``, verified when the address came with a proof."""
        point = cls(
            kind=address.kind.value, value=address.value, normalized=normalize(address.value)
        )
        point.prove(address.proof)
        return point

    def prove(self, proof: Proof) -> None:
        """Remember that the customer showed they hold this address."""
        if proof is not Proof.NONE and self.verified_at is None:
            self.verified_at = now()
            self.verified_by = proof.value

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None


class MergeSuggestion(Base):
    """Two customers who may be one person: somebody claimed it, nobody proved it."""

    __tablename__ = "merge_suggestions"
    __table_args__ = (
        UniqueConstraint("customer_id", "other_id"),
        Index("ix_merge_suggestions_other", "other_id"),
    )

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    evidence: Mapped[str]
    state: Mapped[Word] = mapped_column(default="open")  # open, accepted, dismissed
    created_at: Mapped[CreatedAt]


def normalize(value: str) -> str:
    """The form under which an address is compared: trimmed and case-folded."""
    return value.strip().casefold()
