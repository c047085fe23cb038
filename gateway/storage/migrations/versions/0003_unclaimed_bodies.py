"""bodies that were moved here and not described yet."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "unclaimed_bodies",
        sa.Column("body", sa.String(64), nullable=False),
        sa.Column("sender", sa.String(40), nullable=False),
        sa.Column("charged", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("body", name=op.f("pk_unclaimed_bodies")),
    )
    op.create_index(op.f("ix_unclaimed_bodies_sender"), "unclaimed_bodies", ["sender"])
