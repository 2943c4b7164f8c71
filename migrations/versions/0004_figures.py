"""figures"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_events_event")
        batch_op.create_index("ix_audit_events_event", ["event", "at"], unique=False)

    with op.batch_alter_table("training_candidates", schema=None) as batch_op:
        batch_op.create_index(
            "ix_training_candidates_source", ["source", "created_at"], unique=False
        )

    with op.batch_alter_table("understandings", schema=None) as batch_op:
        batch_op.create_index("ix_understandings_created_at", ["created_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("understandings", schema=None) as batch_op:
        batch_op.drop_index("ix_understandings_created_at")

    with op.batch_alter_table("training_candidates", schema=None) as batch_op:
        batch_op.drop_index("ix_training_candidates_source")

    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_events_event")
        batch_op.create_index("ix_audit_events_event", ["event"], unique=False)
