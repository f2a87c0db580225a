"""What is digitized: pages, scans, what is made of them, and what is still to be done"""

import sqlalchemy as sa
from alembic import op

import archive.rows

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "representations",
    "contents_entries",
    "scans",
    "pages",
    "derivatives",
    "page_steps",
    "book_builds",
    "page_texts",
)


def upgrade() -> None:
    _create_representations()
    _create_contents_entries()
    _create_scans()
    _create_pages()
    _create_derivatives()
    _create_page_steps()
    _create_book_builds()
    _create_page_texts()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_representations() -> None:
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


def _create_contents_entries() -> None:
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


def _create_scans() -> None:
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


def _create_pages() -> None:
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


def _create_derivatives() -> None:
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


def _create_page_steps() -> None:
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


def _create_book_builds() -> None:
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


def _create_page_texts() -> None:
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
