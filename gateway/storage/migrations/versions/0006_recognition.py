"""applications for recognition, what decisions were made on, notices."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    _applications()
    _decisions()
    op.create_table(
        "notices",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=True),
        sa.Column("decision", sa.String(128), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_person"), "notices", ["person"])
    op.create_index(op.f("ix_notices_decision"), "notices", ["decision"])


def _applications() -> None:
    op.create_table(
        "recognition_applications",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=True),
        sa.Column("student", sa.String(32), nullable=False),
        sa.Column("home", sa.String(40), nullable=False),
        sa.Column("decider", sa.String(40), nullable=False),
        sa.Column("programme", sa.String(128), nullable=False),
        sa.Column("rule", sa.String(128), nullable=False),
        sa.Column("agreement", sa.String(128), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("decision", sa.String(128), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition_applications")),
    )
    for column in ("person", "student", "decision", "open"):
        name = op.f(f"ix_recognition_applications_{column}")
        op.create_index(name, "recognition_applications", [column])
    op.create_table(
        "applied_credits",
        sa.Column("application", sa.String(32), nullable=False),
        sa.Column("enrolment", sa.String(128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("application", "enrolment", name=op.f("pk_applied_credits")),
        sa.UniqueConstraint("enrolment", "number", name=op.f("uq_applied_credits_enrolment")),
    )
    op.create_table(
        "shown_results",
        sa.Column("enrolment", sa.String(128), nullable=False),
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("enrolment", "commitment", name=op.f("pk_shown_results")),
    )


def _decisions() -> None:
    op.create_table(
        "kept_revisions",
        sa.Column("decision", sa.String(128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("decision", "number", name=op.f("pk_kept_revisions")),
    )
    op.create_table(
        "shown_decisions",
        sa.Column("application", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("application", name=op.f("pk_shown_decisions")),
    )
    op.create_table(
        "decision_inputs",
        sa.Column("decision", sa.String(128), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("decision", "key", name=op.f("pk_decision_inputs")),
    )
    op.create_index(op.f("ix_decision_inputs_key"), "decision_inputs", ["key"])
    op.create_table(
        "decision_links",
        sa.Column("decision", sa.String(128), nullable=False),
        sa.Column("enrolment", sa.String(128), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("decision", "enrolment", name=op.f("pk_decision_links")),
    )
