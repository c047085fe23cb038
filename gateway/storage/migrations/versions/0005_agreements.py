"""learning agreements that concern this member."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "known_agreements",
        sa.Column("agreement", sa.String(96), nullable=False),
        sa.Column("person", sa.String(32), nullable=True),
        sa.Column("known_since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("agreement", name=op.f("pk_known_agreements")),
    )
    op.create_index(op.f("ix_known_agreements_person"), "known_agreements", ["person"])
