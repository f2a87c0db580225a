"""In which language each page is written, word for word, and whether it was misread"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


# Sorted by code points, as all text is since 0008.
TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _columns() -> list[sa.Column]:
    return [
        sa.Column("language", TEXT, nullable=True),
        sa.Column("language_runs", sa.JSON(), nullable=True),
        sa.Column("misread", sa.Boolean(), nullable=True),
    ]


def upgrade() -> None:
    with op.batch_alter_table("page_texts", schema=None) as batch_op:
        for column in _columns():
            batch_op.add_column(column)


def downgrade() -> None:
    with op.batch_alter_table("page_texts", schema=None) as batch_op:
        for column in reversed(_columns()):
            batch_op.drop_column(column.name)
