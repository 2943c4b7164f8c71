"""Fields that admins define, and what tickets and customers have in them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, CreatedAt, Id, Word
from helpdesk.models.belonging import Belonging
from helpdesk.rules.custom_field import Field, FieldKind, FieldNoun


class CustomField(Base):
    """A field of tickets or of customers. Inactive ones keep their values and are not shown."""

    __tablename__ = "custom_fields"
    __table_args__ = (UniqueConstraint("noun", "key"),)

    id: Mapped[Id]
    noun: Mapped[Word]  # helpdesk.rules.custom_field.FieldNoun
    key: Mapped[Word]
    kind: Mapped[Word]  # helpdesk.rules.custom_field.FieldKind
    name_en: Mapped[str]
    name_zh: Mapped[str] = mapped_column(default="")
    choices: Mapped[list[Any]] = mapped_column(default=list)
    required: Mapped[bool] = mapped_column(default=False)  # to resolve a ticket
    public: Mapped[bool] = mapped_column(default=False, server_default=false())  # customers fill in
    public_required: Mapped[bool] = mapped_column(default=False, server_default=false())
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[CreatedAt]

    @property
    def rule(self) -> Field:
        """The field as the rules know it."""
        return Field(
            self.key, FieldKind(self.kind), FieldNoun(self.noun), self.name_en, self.name_zh,
            tuple(map(str, self.choices)), required=self.required,
            public=self.public, public_required=self.public_required,
        )  # fmt: skip


class FieldValue(Belonging, Base):
    """What one ticket or one customer has in a field: ``value`` for all kinds, in a form that
    sorts; ``number`` for numbers, which must be compared as such. Where two records are merged
    and both have a value, the other's stays with it, unseen (``actions.merged_fields``)."""

    __tablename__ = "field_values"
    __table_args__ = (
        UniqueConstraint("field_id", "ticket_id"),
        UniqueConstraint("field_id", "customer_id"),
        Index("ix_field_values_value", "field_id", "value"),
        Index("ix_field_values_number", "field_id", "number"),
    )

    id: Mapped[Id]
    field_id: Mapped[int] = mapped_column(ForeignKey("custom_fields.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    value: Mapped[str]
    number: Mapped[float | None]

    field: Mapped[CustomField] = relationship()
