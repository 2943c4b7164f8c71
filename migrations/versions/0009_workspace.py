"""what agents have read, replies that wait, saved replies, macros, views"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NOW = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    # Added without copying the table: the search hangs off messages by triggers.
    op.add_column("messages", sa.Column("hold", sa.String(64), nullable=True))
    op.add_column("messages", sa.Column("held_until", NOW, nullable=True))
    op.create_index(
        "ix_messages_held", "messages", ["held_until", "id"],
        sqlite_where=sa.text("held_until IS NOT NULL"),
        postgresql_where=sa.text("held_until IS NOT NULL"),
    )
    op.add_column("agents", sa.Column("preferences", JSON, nullable=False, server_default="{}"))
    op.create_table(
        "read_marks",
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", NOW, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_read_marks_agent_id_agents")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_read_marks_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("agent_id", "ticket_id", name=op.f("pk_read_marks")),
    )
    op.create_index(op.f("ix_read_marks_ticket_id"), "read_marks", ["ticket_id"])
    op.create_table(
        "notifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", NOW, nullable=False),
        sa.Column("read_at", NOW, nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_notifications_agent_id_agents")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_notifications_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    op.create_index(op.f("ix_notifications_ticket_id"), "notifications", ["ticket_id"])
    op.create_index("ix_notifications_agent", "notifications", ["agent_id", "id"])
    op.create_index(
        "ix_notifications_unread", "notifications", ["agent_id", "id"],
        sqlite_where=sa.text("read_at IS NULL"), postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "saved_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(64), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("created_at", NOW, nullable=False),
        sa.Column("changed_at", NOW, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_saved_replies_agent_id_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_replies")),
    )
    op.create_index("ix_saved_replies_agent", "saved_replies", ["agent_id", "name"])
    op.create_table(
        "macros",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("steps", JSON, nullable=False),
        sa.Column("created_at", NOW, nullable=False),
        sa.Column("changed_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_macros")),
        sa.UniqueConstraint("name", name=op.f("uq_macros_name")),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("created_at", NOW, nullable=False),
        sa.Column("changed_at", NOW, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_saved_views_agent_id_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    op.create_index("ix_saved_views_agent", "saved_views", ["agent_id", "name"])


def downgrade() -> None:
    for table in ("saved_views", "macros", "saved_replies", "notifications", "read_marks"):
        op.drop_table(table)
    op.execute("ALTER TABLE agents DROP COLUMN preferences")
    op.drop_index("ix_messages_held", table_name="messages")
    op.execute("ALTER TABLE messages DROP COLUMN held_until")
    op.execute("ALTER TABLE messages DROP COLUMN hold")
