"""What is described: agents, branches, works, folders, rights and events"""

import sqlalchemy as sa
from alembic import op

import archive.rows

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# History cannot be rewritten, not even by a mistake of ours.
APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER events_no_{verb} BEFORE {verb} ON events "
        "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are append-only' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ],
}
DROP_FUNCTION = {"sqlite": [], "postgresql": ["DROP FUNCTION refuse_change"]}

TABLES = (
    "agents",
    "branches",
    "events",
    "rights_clock",
    "rights_units",
    "agent_names",
    "branch_address_ranges",
    "branch_aliases",
    "collections",
    "unit_words",
    "works",
    "collection_works",
    "contributions",
    "items",
    "work_identifiers",
)


def upgrade() -> None:
    _create_agents()
    _create_branches()
    _create_events()
    _create_rights_clock()
    _create_rights_units()
    _create_agent_names()
    _create_branch_address_ranges()
    _create_branch_aliases()
    _create_collections()
    _create_unit_words()
    _create_works()
    _create_collection_works()
    _create_contributions()
    _create_items()
    _create_work_identifiers()
    op.execute("INSERT INTO rights_clock (id, newest_unit, revision) VALUES (1, 0, 0)")
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    for statement in DROP_FUNCTION[op.get_bind().dialect.name]:
        op.execute(statement)


def _create_agents() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("death_year", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        sa.UniqueConstraint("name", name=op.f("uq_agents_name")),
    )


def _create_branches() -> None:
    op.create_table(
        "branches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label_kk", sa.String(), nullable=False),
        sa.Column("label_ru", sa.String(), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branches")),
        sa.UniqueConstraint("code", name=op.f("uq_branches_code")),
    )


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("at", archive.rows.Instant(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("about_kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('success', 'failure', 'warning')", name=op.f("ck_events_outcome")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_about", ["about_kind", "about_id"], unique=False)


def _create_rights_clock() -> None:
    op.create_table(
        "rights_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("newest_unit", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_clock")),
    )


def _create_rights_units() -> None:
    op.create_table(
        "rights_units",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("statement", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("closed_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "level IN ('nobody', 'premises', 'everybody')", name=op.f("ck_rights_units_level")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["rights_units.id"], name=op.f("fk_rights_units_parent_id_rights_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_units")),
    )

    with op.batch_alter_table("rights_units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rights_units_parent_id"), ["parent_id"], unique=False)


def _create_agent_names() -> None:
    op.create_table(
        "agent_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_agent_names_agent_id_agents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_names")),
        sa.UniqueConstraint("agent_id", "form", name=op.f("uq_agent_names_agent_id_form")),
    )

    with op.batch_alter_table("agent_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agent_names_folded"), ["folded"], unique=False)


def _create_branch_address_ranges() -> None:
    op.create_table(
        "branch_address_ranges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_branch_address_ranges_branch_id_branches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch_address_ranges")),
    )


def _create_branch_aliases() -> None:
    op.create_table(
        "branch_aliases",
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_branch_aliases_branch_id_branches")
        ),
        sa.PrimaryKeyConstraint("alias", name=op.f("pk_branch_aliases")),
    )


def _create_collections() -> None:
    op.create_table(
        "collections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title_kk", sa.String(), nullable=False),
        sa.Column("title_ru", sa.String(), nullable=True),
        sa.Column("title_en", sa.String(), nullable=True),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_collections_branch_id_branches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
        sa.UniqueConstraint("name", name=op.f("uq_collections_name")),
        sa.UniqueConstraint("title_kk", name=op.f("uq_collections_title_kk")),
    )


def _create_unit_words() -> None:
    op.create_table(
        "unit_words",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["rights_units.id"], name=op.f("fk_unit_words_unit_id_rights_units")
        ),
        sa.PrimaryKeyConstraint("unit_id", "word", name=op.f("pk_unit_words")),
    )

    with op.batch_alter_table("unit_words", schema=None) as batch_op:
        batch_op.create_index("ix_unit_words_word", ["word", "unit_id"], unique=False)


def _create_works() -> None:
    op.create_table(
        "works",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("subtitle", sa.String(), nullable=True),
        sa.Column("source_title", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("publisher", sa.String(), nullable=True),
        sa.Column("folded_title", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("indexed_revision", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("created_at", archive.rows.Instant(), nullable=False),
        sa.CheckConstraint(
            "type IN ('book', 'newspaper-article', 'journal-article', 'extract', 'other')",
            name=op.f("ck_works_type"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["rights_units.id"], name=op.f("fk_works_unit_id_rights_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works")),
        sa.UniqueConstraint("name", name=op.f("uq_works_name")),
    )

    with op.batch_alter_table("works", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_works_folded_title"), ["folded_title"], unique=False)


def _create_collection_works() -> None:
    op.create_table(
        "collection_works",
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_collection_works_collection_id_collections"),
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_collection_works_work_id_works")
        ),
        sa.PrimaryKeyConstraint("collection_id", "work_id", name=op.f("pk_collection_works")),
    )

    with op.batch_alter_table("collection_works", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_collection_works_work_id"), ["work_id"], unique=False)


def _create_contributions() -> None:
    op.create_table(
        "contributions",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_contributions_agent_id_agents")
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_contributions_work_id_works")
        ),
        sa.PrimaryKeyConstraint("work_id", "agent_id", "role", name=op.f("pk_contributions")),
    )


def _create_items() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("inventory_number", sa.String(), nullable=True),
        sa.Column("shelfmark", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_items_branch_id_branches")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_items_work_id_works")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
    )

    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_items_work_id"), ["work_id"], unique=False)


def _create_work_identifiers() -> None:
    op.create_table(
        "work_identifiers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("predecessor", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_work_identifiers_work_id_works")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_identifiers")),
        sa.UniqueConstraint(
            "scheme", "value", "work_id", name=op.f("uq_work_identifiers_scheme_value_work_id")
        ),
    )
