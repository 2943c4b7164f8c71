"""knowledge and bot"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "categories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "names", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("slug", name=op.f("uq_categories_slug")),
    )
    op.create_table(
        "index_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_changes")),
    )
    op.create_table(
        "synonyms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=64), nullable=False),
        sa.Column(
            "words", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonyms")),
    )
    with op.batch_alter_table("synonyms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_synonyms_lang"), ["lang"], unique=False)

    op.create_table(
        "articles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_articles_category_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint("slug", name=op.f("uq_articles_slug")),
    )
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_articles_category_id"), ["category_id"], unique=False)

    op.create_table(
        "article_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "phrasings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("helpful", sa.Integer(), nullable=False),
        sa.Column("unhelpful", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_texts_article_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_texts")),
        sa.UniqueConstraint("article_id", "lang", name=op.f("uq_article_texts_article_id_lang")),
    )
    with op.batch_alter_table("article_texts", schema=None) as batch_op:
        batch_op.create_index("ix_article_texts_status", ["status", "lang"], unique=False)

    op.create_table(
        "article_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "phrasings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_article_revisions_agent_id")
        ),
        sa.ForeignKeyConstraint(
            ["text_id"], ["article_texts.id"], name=op.f("fk_article_revisions_text_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_revisions")),
        sa.UniqueConstraint("text_id", "number", name=op.f("uq_article_revisions_text_id_number")),
    )
    op.create_table(
        "bot_turns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("through_seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_bot_turns_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_turns")),
    )
    with op.batch_alter_table("bot_turns", schema=None) as batch_op:
        batch_op.create_index(
            "ix_bot_turns_due_at",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )
        batch_op.create_index("ix_bot_turns_ticket", ["ticket_id", "id"], unique=False)
        batch_op.create_index(
            "uq_bot_turns_due",
            ["ticket_id"],
            unique=True,
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )

    op.create_table(
        "help_visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=64), nullable=False),
        sa.Column("articles_opened", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_help_visits_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_visits")),
        sa.UniqueConstraint("key", name=op.f("uq_help_visits_key")),
    )
    with op.batch_alter_table("help_visits", schema=None) as batch_op:
        batch_op.create_index("ix_help_visits_began_at", ["began_at"], unique=False)

    op.create_table(
        "article_votes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["text_id"], ["article_texts.id"], name=op.f("fk_article_votes_text_id")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["help_visits.id"], name=op.f("fk_article_votes_visit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_votes")),
        sa.UniqueConstraint("text_id", "visit_id", name=op.f("uq_article_votes_text_id_visit_id")),
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column(
            "shown", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("clicked", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("settled_as", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_questions_ticket_id")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["help_visits.id"], name=op.f("fk_questions_visit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.create_index("ix_questions_outcome", ["outcome", "asked_at"], unique=False)
        batch_op.create_index(
            "ix_questions_ticket",
            ["ticket_id"],
            unique=False,
            sqlite_where=sa.text("ticket_id IS NOT NULL"),
            postgresql_where=sa.text("ticket_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_questions_visit",
            ["visit_id"],
            unique=False,
            sqlite_where=sa.text("visit_id IS NOT NULL"),
            postgresql_where=sa.text("visit_id IS NOT NULL"),
        )

    op.create_table(
        "training_candidates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("understood_as", sa.String(length=64), nullable=False),
        sa.Column("intent", sa.String(length=64), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_training_candidates_agent_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["agents.id"], name=op.f("fk_training_candidates_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_training_candidates_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_candidates")),
    )
    with op.batch_alter_table("training_candidates", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_candidates_message_id"), ["message_id"], unique=False
        )
        batch_op.create_index("ix_training_candidates_state", ["state", "id"], unique=False)

    op.create_table(
        "understandings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=64), nullable=False),
        sa.Column("intent", sa.String(length=64), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("cosine", sa.Double(), nullable=False),
        sa.Column(
            "ranking", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "articles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_understandings_message_id")
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["bot_turns.id"], name=op.f("fk_understandings_turn_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_understandings")),
        sa.UniqueConstraint("message_id", name=op.f("uq_understandings_message_id")),
        sa.UniqueConstraint("turn_id", name=op.f("uq_understandings_turn_id")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("bot_epoch", sa.Integer(), nullable=True))



def downgrade() -> None:

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_column("bot_epoch")

    op.drop_table("understandings")
    with op.batch_alter_table("training_candidates", schema=None) as batch_op:
        batch_op.drop_index("ix_training_candidates_state")
        batch_op.drop_index(batch_op.f("ix_training_candidates_message_id"))

    op.drop_table("training_candidates")
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_questions_visit",
            sqlite_where=sa.text("visit_id IS NOT NULL"),
            postgresql_where=sa.text("visit_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_questions_ticket",
            sqlite_where=sa.text("ticket_id IS NOT NULL"),
            postgresql_where=sa.text("ticket_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_questions_outcome")

    op.drop_table("questions")
    op.drop_table("article_votes")
    with op.batch_alter_table("help_visits", schema=None) as batch_op:
        batch_op.drop_index("ix_help_visits_began_at")

    op.drop_table("help_visits")
    with op.batch_alter_table("bot_turns", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_bot_turns_due",
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )
        batch_op.drop_index("ix_bot_turns_ticket")
        batch_op.drop_index(
            "ix_bot_turns_due_at",
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )

    op.drop_table("bot_turns")
    op.drop_table("article_revisions")
    with op.batch_alter_table("article_texts", schema=None) as batch_op:
        batch_op.drop_index("ix_article_texts_status")

    op.drop_table("article_texts")
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_articles_category_id"))

    op.drop_table("articles")
    with op.batch_alter_table("synonyms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_synonyms_lang"))

    op.drop_table("synonyms")
    op.drop_table("index_changes")
    op.drop_table("categories")

