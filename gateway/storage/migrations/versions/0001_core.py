"""People and their keys, operations, and the messages between gateways."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "personal_persons",
    "personal_applications",
    "accounts",
    "activation_codes",
    "tokens",
    "login_attempts",
    "member_keys",
    "escrow_shares",
    "operations",
    "operation_calls",
    "outbox",
    "inbox",
    "nonces",
)


def upgrade() -> None:
    """Make the tables."""
    _people()
    _keys()
    _operations()
    _messages()


def downgrade() -> None:
    """Forget everything."""
    for name in reversed(_TABLES):
        op.drop_table(name)


def _people() -> None:
    op.create_table(
        "personal_persons",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("passphrase_hash", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_personal_persons"),
        sa.UniqueConstraint("login", name="uq_personal_persons_login"),
    )
    op.create_table(
        "personal_applications",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(32), nullable=True),
        sa.Column("reason", sa.String(500), nullable=True),
        sa.Column("person", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(
            ["person"],
            ["personal_persons.id"],
            name="fk_personal_applications_person",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_personal_applications"),
    )
    op.create_index("ix_personal_applications_login", "personal_applications", ["login"])
    op.create_index("ix_personal_applications_status", "personal_applications", ["status"])
    op.create_table(
        "accounts",
        sa.Column("key", sa.String(96), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("teaching", sa.String(40), nullable=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("sealing_key", sa.String(4096), nullable=False),
        sa.Column("sealed_signing_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_sealing_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"],
            ["personal_persons.id"],
            name="fk_accounts_person",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("key", name="pk_accounts"),
    )
    op.create_index("ix_accounts_person", "accounts", ["person"])


def _keys() -> None:
    op.create_table(
        "activation_codes",
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("sealed_code", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("attempts_left", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"],
            ["personal_persons.id"],
            name="fk_activation_codes_person",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("person", name="pk_activation_codes"),
    )
    op.create_table(
        "tokens",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"],
            ["personal_persons.id"],
            name="fk_tokens_person",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("digest", name="pk_tokens"),
    )
    op.create_index("ix_tokens_expires_at", "tokens", ["expires_at"])
    op.create_index("ix_tokens_person", "tokens", ["person"])
    op.create_table(
        "login_attempts",
        sa.Column("login_digest", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", sa.DateTime(), nullable=True),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("login_digest", name="pk_login_attempts"),
    )
    op.create_index("ix_login_attempts_last_at", "login_attempts", ["last_at"])
    op.create_table(
        "member_keys",
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("use", sa.String(16), nullable=False),
        sa.Column("public", sa.String(4096), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="pk_member_keys"),
    )
    op.create_table(
        "escrow_shares",
        sa.Column("evidence_key", sa.String(64), nullable=False),
        sa.Column("administrator", sa.String(96), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("evidence_key", "administrator", name="pk_escrow_shares"),
    )


def _operations() -> None:
    op.create_table(
        "operations",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("idempotency_key", sa.String(255), nullable=False),
        sa.Column("sealed_request", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("effect", sa.String(64), nullable=True),
        sa.Column("effect_arguments", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_operations"),
        sa.UniqueConstraint("person", "idempotency_key", name="uq_operations_person"),
    )
    op.create_index("ix_operations_status", "operations", ["status"])
    op.create_table(
        "operation_calls",
        sa.Column("operation", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("function", sa.String(64), nullable=False),
        sa.Column("account", sa.String(96), nullable=False),
        sa.Column("command", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_private", sa.LargeBinary(), nullable=True),
        sa.Column("endorsers", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("transaction_id", sa.String(64), nullable=True),
        sa.Column("envelope", sa.LargeBinary(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("endorsed_by", sa.JSON(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(
            ["operation"],
            ["operations.id"],
            name="fk_operation_calls_operation",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("operation", "position", name="pk_operation_calls"),
    )


def _messages() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("operation", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("body", sa.String(64), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.Column("problem", sa.String(500), nullable=True),
        sa.ForeignKeyConstraint(
            ["operation"],
            ["operations.id"],
            name="fk_outbox_operation",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_due", "outbox", ["active", "delivered_at", "next_attempt_at"])
    op.create_index("ix_outbox_operation", "outbox", ["operation"])
    op.create_table(
        "inbox",
        sa.Column("sender", sa.String(40), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "id", name="pk_inbox"),
    )
    op.create_table(
        "nonces",
        sa.Column("sender", sa.String(128), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "nonce", name="pk_nonces"),
    )
    op.create_index("ix_nonces_expires_at", "nonces", ["expires_at"])
