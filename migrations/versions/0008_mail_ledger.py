"""answers that did not get out, tokens of mail accounts, comparisons with mailboxes"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
WHEN = sa.DateTime(timezone=True)
UNDELIVERED = sa.text("undelivered_at IS NOT NULL")
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.add_column("tickets", sa.Column("undelivered_at", WHEN, nullable=True))
    op.create_index(
        "ix_tickets_undelivered",
        "tickets",
        ["queue_at", "id"],
        sqlite_where=UNDELIVERED,
        postgresql_where=UNDELIVERED,
    )
    op.add_column("deliveries", sa.Column("cared_at", WHEN, nullable=True))
    op.execute("UPDATE deliveries SET cared_at = changed_at WHERE state = 'failed'")
    with op.batch_alter_table("inboxes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("problem", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("problem_at", WHEN, nullable=True))
    with op.batch_alter_table("inboxes", schema=None) as batch_op:
        batch_op.alter_column("problem", server_default=None)  # it was for the rows already there
    op.create_table(
        "mail_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inbox_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("connected_by", sa.Text(), nullable=False),
        sa.Column("connected_at", WHEN, nullable=False),
        sa.Column("refreshed_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["inbox_id"], ["inboxes.id"], name=op.f("fk_mail_grants_inbox_id_inboxes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_grants")),
        sa.UniqueConstraint("inbox_id", name=op.f("uq_mail_grants_inbox_id")),
    )
    op.create_table(
        "reconciliations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", WHEN, nullable=False),
        sa.Column("lease_until", WHEN, nullable=True),
        sa.Column("ended_at", WHEN, nullable=True),
        sa.Column("compared", JSON, nullable=False),
        sa.Column("differences", JSON, nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
    )
    op.create_index(
        "ix_reconciliations_open",
        "reconciliations",
        ["id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_index("ix_reconciliations_open", table_name="reconciliations")
    op.drop_table("reconciliations")
    op.drop_table("mail_grants")
    with op.batch_alter_table("inboxes", schema=None) as batch_op:
        batch_op.drop_column("problem_at")
        batch_op.drop_column("problem")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_column("cared_at")
    op.drop_index("ix_tickets_undelivered", table_name="tickets")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_column("undelivered_at")
