"""What has ended lately is found without a walk over all that ever ended"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("page_steps", "book_builds")


def upgrade() -> None:
    for table in TABLES:
        op.create_index(f"ix_{table}_finished", table, ["finished_at"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_finished", table_name=table)
