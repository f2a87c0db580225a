"""What catalogues say: imports and records"""

import sqlalchemy as sa
from alembic import op

import archive.rows

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    "catalogue_imports",
    "catalogue_entries",
    "import_troubles",
    "merged_works",
    "agent_identifiers",
)


def upgrade() -> None:
    op.add_column("works", sa.Column("changed_at", archive.rows.Instant(), nullable=True))
    _create_catalogue_imports()
    _create_catalogue_entries()
    _create_import_troubles()
    _create_merged_works()
    _create_agent_identifiers()
    # Thousands of records are looked up by them now.
    _index("work_identifiers", "work_id")
    _index("contributions", "agent_id")
    _index("agent_names", "agent_id")


def downgrade() -> None:
    for table, column in (
        ("agent_names", "agent_id"),
        ("contributions", "agent_id"),
        ("work_identifiers", "work_id"),
    ):
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("works", "changed_at")


def _create_catalogue_imports() -> None:
    op.create_table(
        "catalogue_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("content_key", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("encoding", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("received_at", archive.rows.Instant(), nullable=False),
        sa.Column("started_at", archive.rows.Instant(), nullable=True),
        sa.Column("worked_at", archive.rows.Instant(), nullable=True),
        sa.Column("finished_at", archive.rows.Instant(), nullable=True),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in (
                "position",
                "records",
                "added",
                "changed",
                "unchanged",
                "damaged",
                "merged",
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_imports")),
    )
    _index("catalogue_imports", "content_key")


def _create_catalogue_entries() -> None:
    op.create_table(
        "catalogue_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("control_number", sa.String(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("credited", sa.JSON(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("heard_at", archive.rows.Instant(), nullable=False),
        sa.Column("withdrawn_at", archive.rows.Instant(), nullable=True),
        sa.Column("suggested_work_id", sa.Integer(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_catalogue_entries_{column}_{table}")
            )
            for column, table in (
                ("work_id", "works"),
                ("suggested_work_id", "works"),
                ("added_by_id", "catalogue_imports"),
                ("changed_by_id", "catalogue_imports"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_entries")),
        sa.UniqueConstraint(
            "source", "control_number", name=op.f("uq_catalogue_entries_source_control_number")
        ),
    )
    for column in ("work_id", "added_by_id", "changed_by_id", "suggested_work_id"):
        _index("catalogue_entries", column)


def _create_import_troubles() -> None:
    op.create_table(
        "import_troubles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=False),
        sa.Column("control_number", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["catalogue_imports.id"],
            name=op.f("fk_import_troubles_import_id_catalogue_imports"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_troubles")),
    )
    _index("import_troubles", "import_id")


def _create_merged_works() -> None:
    op.create_table(
        "merged_works",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("was_id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", archive.rows.Instant(), nullable=False),
        sa.Column("sets", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_merged_works_work_id_works")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merged_works")),
        sa.UniqueConstraint("name", name=op.f("uq_merged_works_name")),
    )
    _index("merged_works", "was_id")
    _index("merged_works", "work_id")


def _create_agent_identifiers() -> None:
    op.create_table(
        "agent_identifiers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_agent_identifiers_agent_id_agents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_identifiers")),
        sa.UniqueConstraint("scheme", "value", name=op.f("uq_agent_identifiers_scheme_value")),
    )
    _index("agent_identifiers", "agent_id")


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
