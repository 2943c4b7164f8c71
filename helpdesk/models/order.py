"""Orders: reference data imported from the shop, so that agents see what was bought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from helpdesk.models.base import Base, CreatedAt, Id, Word
from helpdesk.models.belonging import Belonging
from helpdesk.models.customer import Customer


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the major unit of ``currency`` (ISO 4217)."""

    amount: Decimal
    currency: str


class Order(Belonging, Base):
    """One order of a customer."""

    __tablename__ = "orders"

    id: Mapped[Id]
    external_id: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    summary: Mapped[str] = mapped_column(default="")
    placed_at: Mapped[datetime]
    total: Mapped[Money] = composite(
        mapped_column("amount", Numeric(14, 2)), mapped_column("currency", String(3))
    )
    refunded_amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    state: Mapped[Word]  # placed, packed, shipped, delivered, returned, cancelled
    created_at: Mapped[CreatedAt]

    customer: Mapped[Customer] = relationship(
        back_populates="orders", foreign_keys="Order.customer_id"
    )

    @property
    def refunded(self) -> Money:
        """What of the total was given back."""
        return Money(self.refunded_amount or Decimal(0), self.total.currency)
