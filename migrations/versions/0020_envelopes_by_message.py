"""an envelope is found by its message: deleting one (undo of an import, undo send) looks there"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NAME = "ix_envelopes_message"
THERE = sa.text("message_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        NAME, "envelopes", ["message_id"], sqlite_where=THERE, postgresql_where=THERE
    )


def downgrade() -> None:
    op.drop_index(NAME, "envelopes")
