"""replies under idempotency keys, external ids, imports"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NAMED = ("customers", "organizations", "tickets")


def json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    for table in NAMED:
        op.add_column(table, sa.Column("external_id", sa.Text(), nullable=True))
        op.create_index(f"ix_{table}_external_id", table, ["external_id"], unique=True)
    op.create_table(
        "idempotent_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_id"], ["api_tokens.id"], name=op.f("fk_idempotent_replies_token_id_api_tokens")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotent_replies")),
        sa.UniqueConstraint("token_id", "key", name=op.f("uq_idempotent_replies_token_id_key")),
    )
    op.create_index(op.f("ix_idempotent_replies_created_at"), "idempotent_replies", ["created_at"])
    op.create_table(
        "import_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("noun", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("agent_name", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("encoding", sa.String(length=64), nullable=False),
        sa.Column("headers", json(), nullable=False),
        sa.Column("mapping", json(), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in (
                "position", "created", "updated", "unchanged", "refused", "put_back", "kept"
            )
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_import_runs_agent_id_agents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_runs")),
    )
    op.create_index("ix_import_runs_state", "import_runs", ["state", "id"])
    op.create_table(
        "import_outcomes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("data", json(), nullable=False),
        sa.Column("undone", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_runs.id"], name=op.f("fk_import_outcomes_run_id_import_runs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_outcomes")),
        sa.UniqueConstraint("run_id", "row", name=op.f("uq_import_outcomes_run_id_row")),
    )
    op.create_index("ix_import_outcomes_key", "import_outcomes", ["run_id", "key"])
    op.create_index(
        "ix_import_outcomes_outcome", "import_outcomes", ["run_id", "outcome", "row"]
    )


def downgrade() -> None:
    op.drop_table("import_outcomes")
    op.drop_table("import_runs")
    op.drop_table("idempotent_replies")
    for table in NAMED:
        op.drop_index(f"ix_{table}_external_id", table_name=table)
        op.drop_column(table, "external_id")
