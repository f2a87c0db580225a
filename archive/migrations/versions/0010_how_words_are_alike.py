"""The stems and the key of each word that is counted, to find words like it.

Empty at first: the index step fills it, and a new schema of the index has every page
indexed anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # sorted by code points like all text, or no beginning could be sought as a range
    text = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "word_keys",
        sa.Column("word", text, nullable=False),
        sa.Column("kk", text, nullable=False),
        sa.Column("ru", text, nullable=False),
        sa.Column("skeleton", text, nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_word_keys")),
    )
    for column in ("kk", "ru", "skeleton"):
        op.create_index(op.f(f"ix_word_keys_{column}"), "word_keys", [column])


def downgrade() -> None:
    for column in ("kk", "ru", "skeleton"):
        op.drop_index(op.f(f"ix_word_keys_{column}"), table_name="word_keys")
    op.drop_table("word_keys")
