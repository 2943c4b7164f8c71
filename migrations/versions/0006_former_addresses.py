"""former addresses of articles"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_former_addresses_article_id_articles")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_addresses")),
        sa.UniqueConstraint("slug", name=op.f("uq_former_addresses_slug")),
    )
    op.create_index(op.f("ix_former_addresses_article_id"), "former_addresses", ["article_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_former_addresses_article_id"), table_name="former_addresses")
    op.drop_table("former_addresses")
