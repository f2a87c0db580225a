"""What was agreed with rights holders"""

import sqlalchemy as sa
from alembic import op

import archive.rows

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (
    "holders",
    "agreements",
    "rights_holdings",
    "term_rulings",
    "agreement_papers",
    "agreement_parties",
    "agreement_works",
    "grants",
)

PARTS = "part IN ('text', 'translation', 'illustrations', 'photographs', 'compilation', 'foreword')"
PARTY_KINDS = (
    "kind IN ('author', 'co-author', 'heir', 'translator', 'illustrator', 'compiler', "
    "'organisation')"
)
LEVELS = "level IN ('nobody', 'premises', 'everybody')"
LEVELS_WITH_READERS = "level IN ('nobody', 'premises', 'registered', 'everybody')"


def upgrade() -> None:
    _create_holders()
    _create_agreements()
    _create_rights_holdings()
    _create_term_rulings()
    _create_agreement_papers()
    _create_agreement_parties()
    _create_agreement_works()
    _create_grants()
    op.add_column(
        "rights_units",
        sa.Column("taken_down", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index(op.f("ix_works_unit_id"), "works", ["unit_id"])
    _check_levels(LEVELS, LEVELS_WITH_READERS)


def downgrade() -> None:
    op.execute("UPDATE rights_units SET level = 'nobody' WHERE level = 'registered'")
    _check_levels(LEVELS_WITH_READERS, LEVELS)
    op.drop_index(op.f("ix_works_unit_id"), table_name="works")
    op.execute("ALTER TABLE rights_units DROP COLUMN taken_down")
    for table in reversed(TABLES):
        op.drop_table(table)


def _check_levels(old: str, new: str) -> None:
    """Let the levels be others, without making the table anew: every page refers to it.

    SQLite cannot alter a constraint; for a change that touches no stored row its manual
    (lang_altertable, "Making Other Kinds Of Table Schema Changes") edits the schema's text.
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_rights_units_level"), "rights_units", type_="check")
        op.create_check_constraint(op.f("ck_rights_units_level"), "rights_units", new)
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = 'rights_units'", (old, new)
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def _create_holders() -> None:
    op.create_table(
        "holders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holders")),
        sa.UniqueConstraint("name", name=op.f("uq_holders_name")),
    )


def _create_agreements() -> None:
    op.create_table(
        "agreements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("begins", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("no_term", sa.Boolean(), nullable=False),
        sa.Column("territory", sa.String(), nullable=True),
        sa.Column("others_apart", sa.Boolean(), nullable=False),
        sa.Column("money", sa.String(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("predecessor_id", sa.Integer(), nullable=True),
        sa.Column("drafted_at", archive.rows.Instant(), nullable=False),
        sa.Column("drafted_by", sa.Integer(), nullable=False),
        sa.Column("submitted_at", archive.rows.Instant(), nullable=True),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", archive.rows.Instant(), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("two_person", sa.Boolean(), nullable=False),
        sa.Column("suspended_at", archive.rows.Instant(), nullable=True),
        sa.Column("suspension_reason", sa.String(), nullable=True),
        sa.Column("terminated_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "territory IN ('world', 'kazakhstan')", name=op.f("ck_agreements_territory")
        ),
        sa.CheckConstraint(
            "NOT two_person OR confirmed_by IS NULL OR confirmed_by <> submitted_by",
            name=op.f("ck_agreements_two_person"),
        ),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR submitted_at IS NOT NULL", name=op.f("ck_agreements_order")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["accounts.id"], name=op.f("fk_agreements_confirmed_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["accounts.id"], name=op.f("fk_agreements_drafted_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"],
            ["agreements.id"],
            name=op.f("fk_agreements_predecessor_id_agreements"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["accounts.id"], name=op.f("fk_agreements_submitted_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("number", name=op.f("uq_agreements_number")),
    )


def _create_rights_holdings() -> None:
    op.create_table(
        "rights_holdings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("first_page", sa.Integer(), nullable=True),
        sa.Column("last_page", sa.Integer(), nullable=True),
        sa.Column("left_out", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            PARTS,
            name=op.f("ck_rights_holdings_part"),
        ),
        sa.CheckConstraint(
            "standing IN ('unknown', 'known', 'ours')", name=op.f("ck_rights_holdings_standing")
        ),
        sa.CheckConstraint("first_page <= last_page", name=op.f("ck_rights_holdings_pages")),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_rights_holdings_work_id_works")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_holdings")),
    )

    with op.batch_alter_table("rights_holdings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rights_holdings_work_id"), ["work_id"], unique=False)


def _create_term_rulings() -> None:
    op.create_table(
        "term_rulings",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("protected_until", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("ruled_at", archive.rows.Instant(), nullable=False),
        sa.Column("ruled_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            PARTS,
            name=op.f("ck_term_rulings_part"),
        ),
        sa.ForeignKeyConstraint(
            ["ruled_by"], ["accounts.id"], name=op.f("fk_term_rulings_ruled_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_term_rulings_work_id_works")
        ),
        sa.PrimaryKeyConstraint("work_id", "part", name=op.f("pk_term_rulings")),
    )


def _create_agreement_papers() -> None:
    op.create_table(
        "agreement_papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("attached_at", archive.rows.Instant(), nullable=False),
        sa.Column("attached_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreements.id"],
            name=op.f("fk_agreement_papers_agreement_id_agreements"),
        ),
        sa.ForeignKeyConstraint(
            ["attached_by"], ["accounts.id"], name=op.f("fk_agreement_papers_attached_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_papers")),
        sa.UniqueConstraint(
            "agreement_id", "key", name=op.f("uq_agreement_papers_agreement_id_key")
        ),
    )


def _create_agreement_parties() -> None:
    op.create_table(
        "agreement_parties",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("share_of", sa.Integer(), nullable=False),
        sa.Column("stands_for", sa.String(), nullable=True),
        sa.CheckConstraint(
            PARTY_KINDS,
            name=op.f("ck_agreement_parties_kind"),
        ),
        sa.CheckConstraint(
            PARTS,
            name=op.f("ck_agreement_parties_part"),
        ),
        sa.CheckConstraint(
            "share_of > 0 AND share > 0 AND share <= share_of",
            name=op.f("ck_agreement_parties_share"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreements.id"],
            name=op.f("fk_agreement_parties_agreement_id_agreements"),
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holders.id"], name=op.f("fk_agreement_parties_holder_id_holders")
        ),
        sa.PrimaryKeyConstraint(
            "agreement_id", "holder_id", "part", name=op.f("pk_agreement_parties")
        ),
    )

    with op.batch_alter_table("agreement_parties", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agreement_parties_holder_id"), ["holder_id"], unique=False
        )


def _create_agreement_works() -> None:
    op.create_table(
        "agreement_works",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("first_page", sa.Integer(), nullable=True),
        sa.Column("last_page", sa.Integer(), nullable=True),
        sa.CheckConstraint("first_page <= last_page", name=op.f("ck_agreement_works_pages")),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreements.id"],
            name=op.f("fk_agreement_works_agreement_id_agreements"),
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_agreement_works_work_id_works")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "work_id", name=op.f("pk_agreement_works")),
    )

    with op.batch_alter_table("agreement_works", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_works_work_id"), ["work_id"], unique=False)


def _create_grants() -> None:
    op.create_table(
        "grants",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.CheckConstraint(
            "act IN ('keep', 'discover', 'view', 'search', 'text', 'download', 'print')",
            name=op.f("ck_grants_act"),
        ),
        sa.CheckConstraint(
            "audience IN ('nobody', 'premises', 'registered', 'everybody')",
            name=op.f("ck_grants_audience"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_grants_agreement_id_agreements")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "act", "audience", name=op.f("pk_grants")),
    )
