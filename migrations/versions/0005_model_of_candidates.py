"""the model that learnt a candidate"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("training_candidates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("model", sa.String(length=64), server_default="", nullable=False))
    with op.batch_alter_table("training_candidates", schema=None) as batch_op:
        batch_op.alter_column("model", server_default=None)  # it was for the rows already there


def downgrade() -> None:
    with op.batch_alter_table("training_candidates", schema=None) as batch_op:
        batch_op.drop_column("model")
