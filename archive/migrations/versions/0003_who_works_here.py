"""Who works here: accounts, where they are signed in, and what was tried in vain"""

import sqlalchemy as sa
from alembic import op

import archive.rows

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("accounts", "sign_ins", "attempts")


def upgrade() -> None:
    _create_accounts()
    _create_sign_ins()
    _create_attempts()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("created_at", archive.rows.Instant(), nullable=False),
        sa.Column("confirmed_at", archive.rows.Instant(), nullable=True),
        sa.Column("disabled_at", archive.rows.Instant(), nullable=True),
        sa.CheckConstraint(
            "role IN ('reader', 'operator', 'cataloguer', 'rights-officer', 'director', "
            "'administrator')",
            name=op.f("ck_accounts_role"),
        ),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_accounts_branch_id_branches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )


def _create_sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("created_at", archive.rows.Instant(), nullable=False),
        sa.Column("seen_at", archive.rows.Instant(), nullable=False),
        sa.Column("revoked_at", archive.rows.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sign_ins_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_sign_ins_token_digest")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_account_id"), ["account_id"], unique=False)


def _create_attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", archive.rows.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_attempts")),
    )
