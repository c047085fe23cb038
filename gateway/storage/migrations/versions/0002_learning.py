"""enrolments' keys, sealed work and verifications."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "enrolment_secrets",
        sa.Column("enrolment", sa.String(96), nullable=False),
        sa.Column("person", sa.String(32)),
        sa.Column("course", sa.String(96), nullable=False),
        sa.Column("teaching", sa.String(40), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("enrolment", name=op.f("pk_enrolment_secrets")),
    )
    op.create_index(op.f("ix_enrolment_secrets_person"), "enrolment_secrets", ["person"])
    op.create_table(
        "sealed_work",
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("enrolment", sa.String(96), nullable=False),
        sa.Column("part", sa.String(32), nullable=False),
        sa.Column("body", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("commitment", name=op.f("pk_sealed_work")),
    )
    op.create_index(op.f("ix_sealed_work_enrolment"), "sealed_work", ["enrolment"])
    op.create_index(op.f("ix_sealed_work_body"), "sealed_work", ["body"])
    op.create_table(
        "work_wraps",
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("recipient", sa.String(64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("commitment", "recipient", name=op.f("pk_work_wraps")),
    )
    _verifications()


def _verifications() -> None:
    op.create_table(
        "verification_assignments",
        sa.Column("request", sa.String(96), nullable=False),
        sa.Column("reviewer", sa.String(96), nullable=False),
        sa.PrimaryKeyConstraint("request", name=op.f("pk_verification_assignments")),
    )
    op.create_index(
        op.f("ix_verification_assignments_reviewer"), "verification_assignments", ["reviewer"]
    )
    op.create_table(
        "received_requests",
        sa.Column("request", sa.String(96), nullable=False),
        sa.Column("enrolment", sa.String(96), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("request", name=op.f("pk_received_requests")),
    )
    op.create_index(op.f("ix_received_requests_person"), "received_requests", ["person"])
    op.create_table(
        "evidence_bundles",
        sa.Column("operation", sa.String(32), nullable=False),
        sa.Column("request", sa.String(96), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("operation", name=op.f("pk_evidence_bundles")),
    )
    op.create_index(op.f("ix_evidence_bundles_request"), "evidence_bundles", ["request"])
    op.create_table(
        "verification_reports",
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("request", sa.String(96), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("commitment", name=op.f("pk_verification_reports")),
    )
    op.create_index(op.f("ix_verification_reports_request"), "verification_reports", ["request"])
