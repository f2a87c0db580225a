"""What is on its way in: uploads"""

import sqlalchemy as sa
from alembic import op

import archive.rows

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("upload_tokens", "deposits", "deposited_files")


def upgrade() -> None:
    _create_upload_tokens()
    _create_deposits()
    _create_deposited_files()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_upload_tokens() -> None:
    op.create_table(
        "upload_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("created_at", archive.rows.Instant(), nullable=False),
        sa.Column("used_at", archive.rows.Instant(), nullable=True),
        sa.Column("revoked_at", archive.rows.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_upload_tokens_branch_id_branches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_upload_tokens_digest")),
    )


def _create_deposits() -> None:
    op.create_table(
        "deposits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("token_id", sa.Integer(), nullable=True),
        sa.Column("work_id", sa.Integer(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("finishes", sa.Integer(), nullable=False),
        sa.Column("begun_at", archive.rows.Instant(), nullable=False),
        sa.Column("registered_at", archive.rows.Instant(), nullable=True),
        sa.Column("abandoned_at", archive.rows.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_deposits_branch_id_branches")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_deposits_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["token_id"], ["upload_tokens.id"], name=op.f("fk_deposits_token_id_upload_tokens")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_deposits_work_id_works")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposits")),
        sa.UniqueConstraint("name", name=op.f("uq_deposits_name")),
    )
    is_open = sa.text("registered_at IS NULL AND abandoned_at IS NULL")
    with op.batch_alter_table("deposits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deposits_branch_id"), ["branch_id"], unique=False)
        batch_op.create_index(
            "ix_deposits_open_fingerprint",
            ["fingerprint"],
            unique=True,
            sqlite_where=is_open,
            postgresql_where=is_open,
        )


def _create_deposited_files() -> None:
    op.create_table(
        "deposited_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("begun_at", archive.rows.Instant(), nullable=False),
        sa.Column("arrived_at", archive.rows.Instant(), nullable=True),
        sa.Column("content_key", sa.String(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("dpi", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposits.id"], name=op.f("fk_deposited_files_deposit_id_deposits")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposited_files")),
        sa.UniqueConstraint(
            "deposit_id", "file_name", name=op.f("uq_deposited_files_deposit_id_file_name")
        ),
        sa.UniqueConstraint("name", name=op.f("uq_deposited_files_name")),
    )
