"""Words broken between two pages, as the index was told of them.

Empty at first: the index step fills it, and a new schema of the index has every page
indexed anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # sorted by code points, as all text is since 0008
    text = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "broken_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("rest_page_id", sa.Integer(), nullable=True),
        sa.Column("rest_text_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("exact", text, nullable=True),
        sa.Column("kk", text, nullable=True),
        sa.Column("ru", text, nullable=True),
        sa.Column("skeleton", text, nullable=True),
        sa.Column("rest_first", sa.Integer(), nullable=True),
        sa.Column("rest_last", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name=op.f("fk_broken_words_page_id_pages")
        ),
        sa.ForeignKeyConstraint(
            ["rest_page_id"], ["pages.id"], name=op.f("fk_broken_words_rest_page_id_pages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broken_words")),
        sa.UniqueConstraint("page_id", "revision", name=op.f("uq_broken_words_page_id_revision")),
    )
    op.create_index(op.f("ix_broken_words_rest_page_id"), "broken_words", ["rest_page_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_broken_words_rest_page_id"), table_name="broken_words")
    op.drop_table("broken_words")
