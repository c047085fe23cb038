"""what an old home handed over with a credit, and what was wrong with it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "handed_marks",
        sa.Column("enrolment", sa.String(128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("enrolment", "number", name=op.f("pk_handed_marks")),
    )
    op.create_table(
        "found_faults",
        sa.Column("enrolment", sa.String(128), nullable=False),
        sa.Column("transfer", sa.Integer(), nullable=False),
        sa.Column("piece", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(16), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "enrolment", "transfer", "piece", "number", name=op.f("pk_found_faults")
        ),
    )
