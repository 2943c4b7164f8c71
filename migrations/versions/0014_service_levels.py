"""clocks of the service level, their targets, and what became of them"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
NEVER = "9999-12-31 00:00:00.000000"

def columns() -> list[sa.Column]:
    return [
        sa.Column("awaited_since", TIME, nullable=True),
        sa.Column("first_answered_at", TIME, nullable=True),
        sa.Column("clock_kind", sa.String(length=64), nullable=True),
        sa.Column("clock_started_at", TIME, nullable=True),
        sa.Column("clock_target", sa.Integer(), nullable=True),
        sa.Column("clock_left", sa.Integer(), nullable=True),
        sa.Column("due_at", TIME, server_default=NEVER, nullable=False),
        sa.Column("late", sa.SmallInteger(), server_default="1", nullable=False),
    ]


# The groups of the queue in which the late ones come first
WORK = {
    "ix_tickets_open": ("status = 'open'", []),
    "ix_tickets_unassigned": ("status = 'open' AND assignee_id IS NULL", []),
    "ix_tickets_mine": ("status IN ('open', 'waiting')", ["assignee_id"]),
    "ix_tickets_team": ("status IN ('open', 'waiting')", ["team_id"]),
}


def upgrade() -> None:
    op.create_table(
        "sla_policies",
        sa.Column("priority", sa.String(length=64), nullable=False),
        sa.Column("first_response", sa.Integer(), nullable=True),
        sa.Column("next_response", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("priority", name=op.f("pk_sla_policies")),
    )
    op.create_table(
        "sla_clocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.String(length=64), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_sla_clocks_team_id_teams")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_sla_clocks_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_clocks")),
    )
    op.create_index("ix_sla_clocks_ended", "sla_clocks", ["ended_at", "id"])
    op.create_index("ix_sla_clocks_ticket", "sla_clocks", ["ticket_id", "id"])
    for column in columns():  # in place: a table that so much points to is not made anew
        op.add_column("tickets", column)
    _who_waits()
    _index(["late"])
    op.create_index("ix_tickets_due", "tickets", ["late", "due_at"])


def _who_waits() -> None:
    """Open tickets wait since they took their place in line; who was answered, was answered."""
    op.execute("UPDATE tickets SET awaited_since = queue_at WHERE status = 'open'")
    op.execute(
        "UPDATE tickets SET first_answered_at = (SELECT min(messages.sent_at) FROM messages "
        "WHERE messages.ticket_id = tickets.id AND messages.direction = 'outbound' "
        "AND messages.visibility = 'public' AND messages.author_kind <> 'bot')"
    )


def _index(between: list[str]) -> None:
    for name, (where, before) in WORK.items():
        op.drop_index(name, table_name="tickets")
        condition = sa.text(where)
        op.create_index(
            name, "tickets", [*before, *between, "queue_at", "id"],
            sqlite_where=condition, postgresql_where=condition,
        )


def downgrade() -> None:
    op.drop_index("ix_tickets_due", table_name="tickets")
    _index([])
    for column in reversed(columns()):
        op.execute(f"ALTER TABLE tickets DROP COLUMN {column.name}")
    op.drop_table("sla_clocks")
    op.drop_table("sla_policies")
