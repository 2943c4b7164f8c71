"""Alembic's environment. ``helpdesk db upgrade`` hands the connection over."""

from __future__ import annotations

from alembic import context
from sqlalchemy.dialects.postgresql import JSONB

from helpdesk.models import Base
from helpdesk.models.base import UtcDateTime

connection = context.config.attributes["connection"]


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The full-text tables and the token index are made by hand in the migrations."""
    return not (
        (kind == "table" and str(name).startswith("message_search"))
        or (kind == "index" and name == "ix_messages_tokens")
    )


def as_plain_type(kind: str, item: object, _context: object) -> str | bool:
    """Migrations outlive the models: they name SQLAlchemy's own types only."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return "postgresql.JSONB()" if isinstance(item, JSONB) else False


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    include_name=is_ours,
    render_item=as_plain_type,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transaction_per_migration=True,
)
context.run_migrations()
