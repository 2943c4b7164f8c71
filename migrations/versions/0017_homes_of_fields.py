"""whose a custom field's value is without any merge"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.ForeignKey("customers.id", name=op.f("fk_field_values_home_id_customers"))
    op.add_column(
        "field_values", sa.Column("home_id", sa.Integer(), key, nullable=True),
        inline_references=op.get_bind().dialect.name == "sqlite",
    )  # fmt: skip
    op.create_index("ix_field_values_home_id", "field_values", ["home_id"])


def downgrade() -> None:
    op.drop_index("ix_field_values_home_id", "field_values")
    op.drop_column("field_values", "home_id")
