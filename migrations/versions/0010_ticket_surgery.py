"""ticket surgery: merges, links, custom fields, complaints, tasks, reminders"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CAUSES = (
    ("Late or lost", "迟到或丢失"),
    ("Damaged", "损坏"),
    ("Wrong item", "发错货"),
    ("Quality", "质量问题"),
    ("Billing", "账单问题"),
    ("Service", "服务问题"),
)
REMEDIES = (
    ("Replacement", "换货"),
    ("Refund", "退款"),
    ("Partial refund", "部分退款"),
    ("Voucher", "代金券"),
    ("Apology", "道歉"),
    ("None due", "无须补偿"),
)


def upgrade() -> None:
    _merges()
    _links()
    _fields()
    _complaints()
    _tasks()


def _table(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    keys = [sa.Column("id", sa.Integer(), nullable=False)]
    return op.create_table(
        name, *keys, *columns, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))
    )


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(
        name, table, columns, unique=unique,
        sqlite_where=sa.text(where), postgresql_where=sa.text(where),
    )  # fmt: skip


def _reference(column: str, to: str) -> None:
    """One more reference in ``tickets``. SQLite would copy the table for a constraint of its own,
    but takes one that comes with its column."""
    op.execute(
        f"ALTER TABLE tickets ADD COLUMN {column} INTEGER "
        f"CONSTRAINT fk_tickets_{column}_{to} REFERENCES {to} (id)"
    )


def _merges() -> None:
    op.add_column(
        "messages", sa.Column("place", sa.Double(), server_default=sa.text("0"), nullable=False)
    )
    op.execute("UPDATE messages SET place = seq")
    op.create_index("ix_messages_place", "messages", ["ticket_id", "place"])
    op.add_column(
        "tickets", sa.Column("gone", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.execute(
        "UPDATE tickets SET gone = last_seq - (SELECT count(*) FROM messages "
        "WHERE messages.ticket_id = tickets.id)"
    )
    _reference("merged_into_id", "tickets")
    op.create_index(op.f("ix_tickets_merged_into_id"), "tickets", ["merged_into_id"])
    _table(
        "ticket_merges",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        _key("ticket_merges", "ticket_id", "tickets"),
        _key("ticket_merges", "into_id", "tickets"),
        _key("ticket_merges", "agent_id", "agents"),
    )
    _partial(
        "uq_ticket_merges_standing", "ticket_merges", ["ticket_id"], "undone_at IS NULL", unique=True
    )
    op.create_index("ix_ticket_merges_into", "ticket_merges", ["into_id"])
    op.create_table(
        "merged_messages",
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("place", sa.Double(), nullable=False),
        sa.Column("new_seq", sa.Integer(), nullable=False),
        sa.Column("new_place", sa.Double(), nullable=False),
        _key("merged_messages", "merge_id", "ticket_merges"),
        _key("merged_messages", "message_id", "messages"),
        sa.PrimaryKeyConstraint("merge_id", "message_id", name=op.f("pk_merged_messages")),
    )
    op.create_index("ix_merged_messages_message", "merged_messages", ["message_id"])


def _links() -> None:
    _table(
        "ticket_links",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _key("ticket_links", "ticket_id", "tickets"),
        _key("ticket_links", "other_id", "tickets"),
        sa.UniqueConstraint("ticket_id", "other_id", name=op.f("uq_ticket_links_ticket_id_other_id")),
    )
    op.create_index(op.f("ix_ticket_links_other_id"), "ticket_links", ["other_id"])


def _fields() -> None:
    _table(
        "custom_fields",
        sa.Column("noun", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("choices", JSON, nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("noun", "key", name=op.f("uq_custom_fields_noun_key")),
    )
    _table(
        "field_values",
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        _key("field_values", "field_id", "custom_fields"),
        _key("field_values", "ticket_id", "tickets"),
        _key("field_values", "customer_id", "customers"),
        sa.UniqueConstraint("field_id", "ticket_id", name=op.f("uq_field_values_field_id_ticket_id")),
        sa.UniqueConstraint("field_id", "customer_id", name=op.f("uq_field_values_field_id_customer_id")),
    )
    op.create_index("ix_field_values_value", "field_values", ["field_id", "value"])
    op.create_index("ix_field_values_number", "field_values", ["field_id", "number"])
    op.create_index(op.f("ix_field_values_ticket_id"), "field_values", ["ticket_id"])
    op.create_index(op.f("ix_field_values_customer_id"), "field_values", ["customer_id"])


def _complaints() -> None:
    reasons = _table(
        "complaint_reasons",
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_complaint_reasons_part", "complaint_reasons", ["part", "position"])
    rows = [
        {"part": part, "name_en": english, "name_zh": chinese, "position": position}
        for part, names in (("cause", CAUSES), ("remedy", REMEDIES))
        for position, (english, chinese) in enumerate(names)
    ]
    ready = sa.func.now()
    op.execute(sa.insert(reasons).values([{**row, "active": True, "created_at": ready} for row in rows]))
    op.add_column(
        "tickets",
        sa.Column("kind", sa.String(length=64), server_default="question", nullable=False),
    )
    _reference("cause_id", "complaint_reasons")
    _reference("remedy_id", "complaint_reasons")


def _tasks() -> None:
    _table(
        "tasks",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _key("tasks", "ticket_id", "tickets"),
        _key("tasks", "owner_id", "agents"),
    )
    op.create_index("ix_tasks_ticket", "tasks", ["ticket_id", "id"])
    _partial("ix_tasks_owner", "tasks", ["owner_id", "due_at"], "done_at IS NULL")
    _partial("ix_tasks_due", "tasks", ["due_at"], "done_at IS NULL AND told_at IS NULL")
    _table(
        "reminders",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _key("reminders", "ticket_id", "tickets"),
        _key("reminders", "agent_id", "agents"),
    )
    _partial("ix_reminders_due", "reminders", ["due_at"], "told_at IS NULL")
    op.create_index("ix_reminders_agent", "reminders", ["agent_id", "due_at"])
    op.create_index("ix_reminders_ticket", "reminders", ["ticket_id"])


def downgrade() -> None:
    for name in ("reminders", "tasks"):
        op.drop_table(name)
    for column in ("remedy_id", "cause_id", "kind"):
        op.drop_column("tickets", column)
    for name in ("complaint_reasons", "field_values", "custom_fields", "ticket_links"):
        op.drop_table(name)
    for name in ("merged_messages", "ticket_merges"):
        op.drop_table(name)
    op.drop_index(op.f("ix_tickets_merged_into_id"), table_name="tickets")
    op.drop_column("tickets", "merged_into_id")
    op.drop_column("tickets", "gone")
    op.drop_index("ix_messages_place", table_name="messages")
    op.drop_column("messages", "place")
