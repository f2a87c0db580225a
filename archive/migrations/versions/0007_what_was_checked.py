"""What people decided about pages: which part of a scan they are, their kind, their verdict"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _columns() -> list[sa.Column]:
    return [
        sa.Column("turn", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("cut", sa.JSON(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("judged", sa.String(), nullable=True),
        sa.Column("judged_reason", sa.String(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=True),
    ]


def upgrade() -> None:
    with op.batch_alter_table("pages", schema=None) as batch_op:
        for column in _columns():
            batch_op.add_column(column)
    with op.batch_alter_table("page_texts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("folio", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("page_texts", schema=None) as batch_op:
        batch_op.drop_column("folio")
    with op.batch_alter_table("pages", schema=None) as batch_op:
        for column in reversed(_columns()):
            batch_op.drop_column(column.name)
