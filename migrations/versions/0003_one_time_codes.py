"""one-time codes"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("asker_point_id", sa.Integer(), nullable=False),
        sa.Column("contact_point_id", sa.Integer(), nullable=True),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_one_time_codes_ticket_id")
        ),
        sa.ForeignKeyConstraint(
            ["asker_point_id"],
            ["contact_points.id"],
            name=op.f("fk_one_time_codes_asker_point_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_point_id"],
            ["contact_points.id"],
            name=op.f("fk_one_time_codes_contact_point_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_codes")),
    )
    with op.batch_alter_table("one_time_codes", schema=None) as batch_op:
        batch_op.create_index("ix_one_time_codes_ticket", ["ticket_id", "id"], unique=False)
        batch_op.create_index(
            "ix_one_time_codes_asker", ["asker_point_id", "created_at"], unique=False
        )
        batch_op.create_index(
            "ix_one_time_codes_address", ["contact_point_id", "created_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("one_time_codes", schema=None) as batch_op:
        batch_op.drop_index("ix_one_time_codes_address")
        batch_op.drop_index("ix_one_time_codes_asker")
        batch_op.drop_index("ix_one_time_codes_ticket")

    op.drop_table("one_time_codes")
