"""the name that the old home knows a released student by."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.add_column("home_transfers", sa.Column("sealed_name", sa.LargeBinary(), nullable=True))
