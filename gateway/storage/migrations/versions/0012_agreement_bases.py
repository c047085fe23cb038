"""what learning agreements rest on."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "agreement_bases",
        sa.Column("agreement", sa.String(128), nullable=False),
        sa.Column("enrolment", sa.String(128), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agreement", "enrolment", "key", name=op.f("pk_agreement_bases")),
    )
