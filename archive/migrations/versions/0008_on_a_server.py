"""What PostgreSQL does otherwise than SQLite: sorting text, counting bytes"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SIZES = ("scans", "derivatives")

TEXT_COLUMNS = sa.text(
    "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND data_type = 'character varying' "
    "AND table_name <> 'alembic_version' ORDER BY table_name, ordinal_position"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _collate('"C"')
        for table in SIZES:
            op.alter_column(table, "size", type_=sa.BigInteger(), existing_nullable=False)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in SIZES:
            op.alter_column(table, "size", type_=sa.Integer(), existing_nullable=False)
        _collate('"default"')


def _collate(collation: str) -> None:
    """One statement a table: each of them may build its indexes anew."""
    columns: dict[str, list[str]] = {}
    for table, column in op.get_bind().execute(TEXT_COLUMNS):
        columns.setdefault(table, []).append(column)
    for table, names in columns.items():
        changes = (f'ALTER COLUMN "{name}" TYPE VARCHAR COLLATE {collation}' for name in names)
        op.execute(f'ALTER TABLE "{table}" {", ".join(changes)}')
