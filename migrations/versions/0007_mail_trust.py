"""allow and deny lists, the file policy, the spam folder"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SPAM = sa.text("status = 'spam'")


def upgrade() -> None:
    op.create_table(
        "sender_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender_rules")),
        sa.UniqueConstraint("pattern", name=op.f("uq_sender_rules_pattern")),
    )
    op.create_table(
        "file_policies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "refused",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("strips", sa.Boolean(), nullable=False),
        sa.Column("max_bytes", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_policies")),
    )
    op.create_index(
        "ix_tickets_spam", "tickets", ["queue_at", "id"], sqlite_where=SPAM, postgresql_where=SPAM
    )


def downgrade() -> None:
    op.execute("UPDATE tickets SET status = 'closed' WHERE status = 'spam'")
    op.drop_index("ix_tickets_spam", table_name="tickets")
    op.drop_table("file_policies")
    op.drop_table("sender_rules")
