"""custom fields: what stands in them is found, and customers are asked for some"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SEARCHED = """
    FROM field_values JOIN custom_fields ON custom_fields.id = field_values.field_id
    WHERE custom_fields.kind IN ('text', 'choice') AND custom_fields.active
"""


def upgrade() -> None:
    for name in ("public", "public_required"):
        op.add_column(
            "custom_fields", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.create_table(
        "rewordings",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_rewordings_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_rewordings")),
    )
    _find_what_stands_there()


def _find_what_stands_there() -> None:
    """What was written before is found, too, once the rounds have been there."""
    op.execute(
        "INSERT INTO reindexings (ticket_id) SELECT DISTINCT ticket_id " + SEARCHED
        + " AND ticket_id IS NOT NULL AND ticket_id NOT IN (SELECT ticket_id FROM reindexings)"
    )
    op.execute(
        "INSERT INTO rewordings (customer_id) SELECT DISTINCT customer_id " + SEARCHED
        + " AND customer_id IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("rewordings")
    for name in ("public_required", "public"):
        op.drop_column("custom_fields", name)
