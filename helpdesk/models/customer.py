"""Customers, their contact points and their organizations."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from channels.message import Address, Proof
from helpdesk.models.base import Base, CreatedAt, Id, Word, now
from helpdesk.models.belonging import Belonging

if TYPE_CHECKING:
    from helpdesk.models.order import Order


class Organization(Base):
    """The company that customers belong to."""

    __tablename__ = "organizations"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    external_id: Mapped[str | None] = mapped_column(unique=True, index=True)  # in the shop, the CRM
    domain: Mapped[str] = mapped_column(default="", index=True)
    takes_by_domain: Mapped[bool | None]  # whoever proves an address of ``domain`` belongs to it
    created_at: Mapped[CreatedAt]

    customers: Mapped[list[Customer]] = relationship(back_populates="organization")


class Customer(Base):
    """A person who asks. On a ticket: the requester.

    ``own`` is what the record says by itself while others are merged into it, and its columns say
    what is shown (``actions.merging``). The stage is computed by ``rules.lifecycle`` when
    ``stage_due_at`` is reached (None: at once), unless an agent said otherwise (``stage_by_id``).
    Without a holder, a customer of a pool is free to be claimed.
    """

    __tablename__ = "customers"
    __table_args__ = (
        Index("ix_customers_stage", "stage", "id"),
        Index("ix_customers_holder", "holder_id", "id"),
        Index("ix_customers_pool", "pool_id", "holder_id", "id"),
        Index("ix_customers_stage_due_at", "stage_due_at"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(default="")
    external_id: Mapped[str | None] = mapped_column(unique=True, index=True)  # in the shop, the CRM
    locale: Mapped[Word] = mapped_column(default="")  # BCP 47; "" until they have shown one
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    own: Mapped[dict[str, Any] | None]
    tier: Mapped[Word | None]  # helpdesk.rules.tier.Tier
    preferred_channel: Mapped[Word | None]  # as they said; what is observed is computed
    preferred_hour: Mapped[int | None]  # 0 to 23, in the company's time zone
    stage: Mapped[Word | None]  # helpdesk.rules.lifecycle.Stage
    stage_why: Mapped[dict[str, Any] | None]  # the rule and its values, or the agent's reason
    stage_since: Mapped[datetime | None]
    stage_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    stage_until: Mapped[datetime | None]  # when the agent's word ends
    stage_due_at: Mapped[datetime | None]
    pool_id: Mapped[int | None] = mapped_column(ForeignKey("pools.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    held_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    organization: Mapped[Organization | None] = relationship(back_populates="customers")
    contact_points: Mapped[list[ContactPoint]] = relationship(
        back_populates="customer", order_by="ContactPoint.id",
        foreign_keys="ContactPoint.customer_id",
    )  # fmt: skip
    orders: Mapped[list[Order]] = relationship(
        back_populates="customer", order_by="Order.placed_at.desc()",
        foreign_keys="Order.customer_id",
    )  # fmt: skip

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

    def learn_locale(self, locale: str) -> None:
        """Take a language that a channel gave, unless one is known already."""
        if locale and not self.locale:
            self.locale = locale


class ContactPoint(Belonging, Base):
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
    is_primary: Mapped[bool | None]  # of its kind: the one to write to
    created_at: Mapped[CreatedAt]

    customer: Mapped[Customer] = relationship(
        back_populates="contact_points", foreign_keys="ContactPoint.customer_id"
    )

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

    def fail(self) -> None:
        """What was sent there came back for good."""
        self.unreachable_at = now()

    def answer(self) -> None:
        """Something went there or came from there, or an agent says that it will."""
        self.unreachable_at = None

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None


class MergeSuggestion(Base):
    """Two customers who may be one person: somebody claimed it or the records are alike, nobody
    proved it. It is of the records as they were before any merge."""

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
    merge_id: Mapped[int | None] = mapped_column(ForeignKey("customer_merges.id"), index=True)
    created_at: Mapped[CreatedAt]


def normalize(value: str) -> str:
    """The form under which an address is compared: trimmed and case-folded."""
    return value.strip().casefold()
