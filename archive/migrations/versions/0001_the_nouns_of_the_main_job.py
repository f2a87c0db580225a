"""The nouns of the main job"""

from alembic import op
import sqlalchemy as sa

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
        "$$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$",
        "CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ],
}
DROP_FUNCTION = {"sqlite": [], "postgresql": ["DROP FUNCTION refuse_change"]}


def upgrade() -> None:
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

    op.create_table(
        "rights_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("newest_unit", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_clock")),
    )
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
    op.create_table(
        "branch_aliases",
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_branch_aliases_branch_id_branches")
        ),
        sa.PrimaryKeyConstraint("alias", name=op.f("pk_branch_aliases")),
    )
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
    op.create_table(
        "representations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("created_at", archive.rows.Instant(), nullable=False),
        sa.Column("deliveries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_representations_item_id_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representations")),
    )
    with op.batch_alter_table("representations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_representations_item_id"), ["item_id"], unique=False)

    op.create_table(
        "contents_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("representation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("page_label", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["representation_id"],
            ["representations.id"],
            name=op.f("fk_contents_entries_representation_id_representations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contents_entries")),
    )
    with op.batch_alter_table("contents_entries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contents_entries_representation_id"), ["representation_id"], unique=False
        )

    op.create_table(
        "scans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("representation_id", sa.Integer(), nullable=False),
        sa.Column("content_key", sa.String(), nullable=False),
        sa.Column("original_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", archive.rows.Instant(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["representation_id"],
            ["representations.id"],
            name=op.f("fk_scans_representation_id_representations"),
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["scans.id"], name=op.f("fk_scans_supersedes_id_scans")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
        sa.UniqueConstraint(
            "representation_id", "content_key", name=op.f("uq_scans_representation_id_content_key")
        ),
    )
    with op.batch_alter_table("scans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scans_content_key"), ["content_key"], unique=False)

    op.create_table(
        "pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("representation_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("scan_id", sa.Integer(), nullable=False),
        sa.Column("frame", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("dpi", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.Column("problems", sa.JSON(), nullable=True),
        sa.Column("access_id", sa.Integer(), nullable=True),
        sa.Column("thumbnail_id", sa.Integer(), nullable=True),
        sa.Column("text_id", sa.Integer(), nullable=True),
        sa.Column("indexed_text_id", sa.Integer(), nullable=True),
        sa.Column("indexed_unit_id", sa.Integer(), nullable=True),
        sa.Column("indexed_revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["representation_id"],
            ["representations.id"],
            name=op.f("fk_pages_representation_id_representations"),
        ),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name=op.f("fk_pages_scan_id_scans")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["rights_units.id"], name=op.f("fk_pages_unit_id_rights_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("name", name=op.f("uq_pages_name")),
    )
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.create_index("ix_pages_order", ["representation_id", "sequence"], unique=False)
        batch_op.create_index(batch_op.f("ix_pages_scan_id"), ["scan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pages_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "derivatives",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.Column("representation_id", sa.Integer(), nullable=True),
        sa.Column("scan_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("input_key", sa.String(), nullable=False),
        sa.Column("content_key", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_derivatives_event_id_events")
        ),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name=op.f("fk_derivatives_page_id_pages")
        ),
        sa.ForeignKeyConstraint(
            ["representation_id"],
            ["representations.id"],
            name=op.f("fk_derivatives_representation_id_representations"),
        ),
        sa.ForeignKeyConstraint(
            ["scan_id"], ["scans.id"], name=op.f("fk_derivatives_scan_id_scans")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_derivatives")),
        sa.UniqueConstraint(
            "page_id",
            "role",
            "input_key",
            "content_key",
            name=op.f("uq_derivatives_page_id_role_input_key_content_key"),
        ),
        sa.UniqueConstraint(
            "representation_id",
            "role",
            "input_key",
            "content_key",
            name=op.f("uq_derivatives_representation_id_role_input_key_content_key"),
        ),
    )
    with op.batch_alter_table("derivatives", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_derivatives_content_key"), ["content_key"], unique=False
        )

    op.create_table(
        "page_steps",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("input_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", archive.rows.Instant(), nullable=True),
        sa.Column("due_at", archive.rows.Instant(), nullable=False),
        sa.Column("woken_at", archive.rows.Instant(), nullable=True),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("created_at", archive.rows.Instant(), nullable=False),
        sa.Column("finished_at", archive.rows.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name=op.f("fk_page_steps_page_id_pages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_steps")),
        sa.UniqueConstraint(
            "page_id", "step", "input_key", name=op.f("uq_page_steps_page_id_step_input_key")
        ),
    )
    with op.batch_alter_table("page_steps", schema=None) as batch_op:
        batch_op.create_index("ix_page_steps_due", ["state", "due_at"], unique=False)

    op.create_table(
        "book_builds",
        sa.Column("representation_id", sa.Integer(), nullable=False),
        sa.Column("withheld_key", sa.String(), nullable=False),
        sa.Column("derivative_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("input_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", archive.rows.Instant(), nullable=True),
        sa.Column("due_at", archive.rows.Instant(), nullable=False),
        sa.Column("woken_at", archive.rows.Instant(), nullable=True),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("created_at", archive.rows.Instant(), nullable=False),
        sa.Column("finished_at", archive.rows.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["derivative_id"],
            ["derivatives.id"],
            name=op.f("fk_book_builds_derivative_id_derivatives"),
        ),
        sa.ForeignKeyConstraint(
            ["representation_id"],
            ["representations.id"],
            name=op.f("fk_book_builds_representation_id_representations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_builds")),
        sa.UniqueConstraint(
            "representation_id",
            "step",
            "input_key",
            name=op.f("uq_book_builds_representation_id_step_input_key"),
        ),
    )
    with op.batch_alter_table("book_builds", schema=None) as batch_op:
        batch_op.create_index("ix_book_builds_due", ["state", "due_at"], unique=False)

    op.create_table(
        "page_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("input_key", sa.String(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("mean_confidence", sa.Double(), nullable=False),
        sa.Column("weak_share", sa.Double(), nullable=False),
        sa.Column("hocr_id", sa.Integer(), nullable=False),
        sa.Column("alto_id", sa.Integer(), nullable=False),
        sa.Column("plain_id", sa.Integer(), nullable=False),
        sa.Column("words_id", sa.Integer(), nullable=False),
        sa.Column("made_at", archive.rows.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alto_id"], ["derivatives.id"], name=op.f("fk_page_texts_alto_id_derivatives")
        ),
        sa.ForeignKeyConstraint(
            ["hocr_id"], ["derivatives.id"], name=op.f("fk_page_texts_hocr_id_derivatives")
        ),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name=op.f("fk_page_texts_page_id_pages")
        ),
        sa.ForeignKeyConstraint(
            ["plain_id"], ["derivatives.id"], name=op.f("fk_page_texts_plain_id_derivatives")
        ),
        sa.ForeignKeyConstraint(
            ["words_id"], ["derivatives.id"], name=op.f("fk_page_texts_words_id_derivatives")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_texts")),
        sa.UniqueConstraint("page_id", "revision", name=op.f("uq_page_texts_page_id_revision")),
    )

    op.execute("INSERT INTO rights_clock (id, newest_unit, revision) VALUES (1, 0, 0)")
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("page_texts")
    with op.batch_alter_table("book_builds", schema=None) as batch_op:
        batch_op.drop_index("ix_book_builds_due")

    op.drop_table("book_builds")
    with op.batch_alter_table("page_steps", schema=None) as batch_op:
        batch_op.drop_index("ix_page_steps_due")

    op.drop_table("page_steps")
    with op.batch_alter_table("derivatives", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_derivatives_content_key"))

    op.drop_table("derivatives")
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pages_unit_id"))
        batch_op.drop_index(batch_op.f("ix_pages_scan_id"))
        batch_op.drop_index("ix_pages_order")

    op.drop_table("pages")
    with op.batch_alter_table("scans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scans_content_key"))

    op.drop_table("scans")
    with op.batch_alter_table("contents_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contents_entries_representation_id"))

    op.drop_table("contents_entries")
    with op.batch_alter_table("representations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_representations_item_id"))

    op.drop_table("representations")
    op.drop_table("work_identifiers")
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_items_work_id"))

    op.drop_table("items")
    op.drop_table("contributions")
    with op.batch_alter_table("collection_works", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_collection_works_work_id"))

    op.drop_table("collection_works")
    with op.batch_alter_table("works", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_works_folded_title"))

    op.drop_table("works")
    with op.batch_alter_table("unit_words", schema=None) as batch_op:
        batch_op.drop_index("ix_unit_words_word")

    op.drop_table("unit_words")
    op.drop_table("collections")
    op.drop_table("branch_aliases")
    op.drop_table("branch_address_ranges")
    with op.batch_alter_table("agent_names", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agent_names_folded"))

    op.drop_table("agent_names")
    with op.batch_alter_table("rights_units", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rights_units_parent_id"))

    op.drop_table("rights_units")
    op.drop_table("rights_clock")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index("ix_events_about")

    op.drop_table("events")
    op.drop_table("branches")
    op.drop_table("agents")
    for statement in DROP_FUNCTION[op.get_bind().dialect.name]:
        op.execute(statement)
