"""who may let a file through that the policy keeps from people"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("file_policies") as batch_op:
        batch_op.add_column(
            sa.Column("released_by", sa.String(length=64), server_default="admins", nullable=False)
        )
        batch_op.alter_column("released_by", server_default=None)  # it was for the row there


def downgrade() -> None:
    op.drop_column("file_policies", "released_by")
