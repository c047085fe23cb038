"""study plans of applicants."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "study_plans",
        sa.Column("application", sa.String(32), nullable=False),
        sa.Column("stated_by", sa.String(32), nullable=False),
        sa.Column("stated_at", sa.DateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("application", name=op.f("pk_study_plans")),
    )
