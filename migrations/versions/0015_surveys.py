"""surveys, their invitations and answers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "surveys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("active_since", _TIME, nullable=True),
        sa.Column("fatigue_days", sa.Integer(), nullable=False),
        sa.Column("texts", _JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("kind", name=op.f("uq_surveys_kind")),
    )
    op.create_table(
        "survey_inboxes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("inbox_id", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("delay_minutes", sa.Integer(), nullable=False),
        _reference("survey_inboxes", "survey_id", "surveys"),
        _reference("survey_inboxes", "inbox_id", "inboxes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_inboxes")),
        sa.UniqueConstraint(
            "survey_id", "inbox_id", name=op.f("uq_survey_inboxes_survey_id_inbox_id")
        ),
    )
    op.create_table(
        "survey_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("contact_point_id", sa.Integer(), nullable=True),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("locale", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("considered_at", _TIME, nullable=False),
        sa.Column("sent_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        _reference("survey_invitations", "survey_id", "surveys"),
        _reference("survey_invitations", "ticket_id", "tickets"),
        _reference("survey_invitations", "customer_id", "customers"),
        _reference("survey_invitations", "contact_point_id", "contact_points"),
        _reference("survey_invitations", "agent_id", "agents"),
        _reference("survey_invitations", "team_id", "teams"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitations")),
        sa.UniqueConstraint(
            "ticket_id", "kind", name=op.f("uq_survey_invitations_ticket_id_kind")
        ),
    )
    op.create_index("ix_survey_invitations_sent", "survey_invitations", ["sent_at", "id"])
    op.create_index("ix_survey_invitations_customer", "survey_invitations", ["customer_id"])
    op.create_index(
        "ix_survey_invitations_point", "survey_invitations", ["contact_point_id", "id"]
    )
    op.create_table(
        "survey_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(64), nullable=False),
        sa.Column("answered_at", _TIME, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        _reference("survey_answers", "invitation_id", "survey_invitations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_survey_answers_invitation_id")),
    )


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}")
    )


def downgrade() -> None:
    op.drop_table("survey_answers")
    op.drop_index("ix_survey_invitations_point", table_name="survey_invitations")
    op.drop_index("ix_survey_invitations_customer", table_name="survey_invitations")
    op.drop_index("ix_survey_invitations_sent", table_name="survey_invitations")
    op.drop_table("survey_invitations")
    op.drop_table("survey_inboxes")
    op.drop_table("surveys")
