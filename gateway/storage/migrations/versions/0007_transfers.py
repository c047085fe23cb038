"""students who change their home."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "home_transfers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("target", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_transfers")),
    )
    op.create_index(op.f("ix_home_transfers_person"), "home_transfers", ["person"])
    op.create_table(
        "moving_credits",
        sa.Column("transfer", sa.String(32), nullable=False),
        sa.Column("enrolment", sa.String(128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("student", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("transfer", "enrolment", name=op.f("pk_moving_credits")),
        sa.UniqueConstraint("enrolment", "number", name=op.f("uq_moving_credits_enrolment")),
    )
