"""the customer record: merges, stages, pools, notes, words

Every new column of an old table may be empty: SQLite cannot add another kind.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
WORD = sa.String(length=64)
BY_BYTES = WORD.with_variant(sa.String(length=64, collation="C"), "postgresql")


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _reference(table: str, column: str, to: str) -> None:
    key = sa.ForeignKey(f"{to}.id", name=op.f(f"fk_{table}_{column}_{to}"))
    inline = op.get_bind().dialect.name == "sqlite"
    op.add_column(
        table, sa.Column(column, sa.Integer(), key, nullable=True), inline_references=inline
    )


def _id() -> sa.Column:
    return sa.Column("id", sa.Integer(), nullable=False)


HOMES = ("contact_points", "tickets", "orders")
OF_CUSTOMERS = (
    ("own", JSON),
    ("tier", WORD),
    ("preferred_channel", WORD),
    ("preferred_hour", sa.Integer()),
    ("stage", WORD),
    ("stage_why", JSON),
    ("stage_since", TIME),
    ("stage_until", TIME),
    ("stage_due_at", TIME),
    ("held_at", TIME),
)
REFERENCES = (("stage_by_id", "agents"), ("pool_id", "pools"), ("holder_id", "agents"))
INDEXES = (
    ("ix_customers_stage", "customers", ["stage", "id"]),
    ("ix_customers_holder", "customers", ["holder_id", "id"]),
    ("ix_customers_pool", "customers", ["pool_id", "holder_id", "id"]),
    ("ix_customers_stage_due_at", "customers", ["stage_due_at"]),
    ("ix_merge_suggestions_merge_id", "merge_suggestions", ["merge_id"]),
    ("ix_contact_points_home_id", "contact_points", ["home_id"]),
    ("ix_tickets_home_id", "tickets", ["home_id"]),
    ("ix_orders_home_id", "orders", ["home_id"]),
)


def upgrade() -> None:
    _merges()
    _notes_and_stages()
    _pools_and_words()
    for table in HOMES:
        _reference(table, "home_id", "customers")
    for name, kind in OF_CUSTOMERS:
        op.add_column("customers", sa.Column(name, kind, nullable=True))
    for name, to in REFERENCES:
        _reference("customers", name, to)
    _reference("merge_suggestions", "merge_id", "customer_merges")
    op.add_column("contact_points", sa.Column("is_primary", sa.Boolean(), nullable=True))
    op.add_column("organizations", sa.Column("takes_by_domain", sa.Boolean(), nullable=True))
    op.add_column("orders", sa.Column("refunded_amount", sa.Numeric(14, 2), nullable=True))
    for name, table, columns in INDEXES:
        op.create_index(op.f(name), table, columns)


def _merges() -> None:
    op.create_table(
        "customer_merges",
        _id(),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("takes", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_kind", WORD, nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("undone_at", TIME, nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=False),
        _key("customer_merges", "kept_id", "customers"),
        _key("customer_merges", "other_id", "customers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_merges")),
    )
    op.create_index("ix_customer_merges_kept", "customer_merges", ["kept_id", "id"])
    op.create_index(
        "ix_customer_merges_other",
        "customer_merges",
        ["other_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "reindexings",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        _key("reindexings", "ticket_id", "tickets"),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_reindexings")),
    )


def _notes_and_stages() -> None:
    op.create_table(
        "customer_notes",
        _id(),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        _key("customer_notes", "customer_id", "customers"),
        _key("customer_notes", "home_id", "customers"),
        _key("customer_notes", "author_id", "agents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_notes")),
    )
    op.create_index("ix_customer_notes_customer", "customer_notes", ["customer_id", "id"])
    op.create_index(op.f("ix_customer_notes_home_id"), "customer_notes", ["home_id"])
    op.create_table(
        "stage_changes",
        _id(),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("stage", WORD, nullable=False),
        sa.Column("was", WORD, nullable=False),
        sa.Column("why", JSON, nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("agent_name", sa.Text(), nullable=False),
        sa.Column("until", TIME, nullable=True),
        sa.Column("at", TIME, nullable=False),
        _key("stage_changes", "customer_id", "customers"),
        _key("stage_changes", "agent_id", "agents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_changes")),
    )
    op.create_index("ix_stage_changes_customer", "stage_changes", ["customer_id", "id"])


def _pools_and_words() -> None:
    op.create_table(
        "pools",
        _id(),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.Column("idle_days", sa.Integer(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        _key("pools", "team_id", "teams"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pools")),
        sa.UniqueConstraint("team_id", name=op.f("uq_pools_team_id")),
    )
    op.create_table(
        "customer_words",
        sa.Column("word", BY_BYTES, nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        _key("customer_words", "customer_id", "customers"),
        sa.PrimaryKeyConstraint("word", "customer_id", name=op.f("pk_customer_words")),
    )
    op.create_index("ix_customer_words_customer", "customer_words", ["customer_id"])


def downgrade() -> None:
    for name, table, _columns in INDEXES:
        op.drop_index(op.f(name), table_name=table)
    op.drop_column("orders", "refunded_amount")
    op.drop_column("organizations", "takes_by_domain")
    op.drop_column("contact_points", "is_primary")
    op.drop_column("merge_suggestions", "merge_id")
    for name, _to in REFERENCES:
        op.drop_column("customers", name)
    for name, _kind in OF_CUSTOMERS:
        op.drop_column("customers", name)
    for table in HOMES:
        op.drop_column(table, "home_id")
    for table in (
        "customer_words", "pools", "stage_changes", "customer_notes", "reindexings",
        "customer_merges",
    ):  # fmt: skip
        op.drop_table(table)
