"""People, their names and shoes, the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# a person's content may go once the trail says that they were forgotten, and only that
SQLITE = (
    """CREATE TRIGGER audit_stays_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'rows of the audit trail stay as they are'); END""",
    """CREATE TRIGGER audit_stays_deleted BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'rows of the audit trail stay as they are'); END""",
    """CREATE TRIGGER audit_content_stays_changed BEFORE UPDATE ON audit_content
    BEGIN SELECT RAISE(ABORT, 'rows of the audit trail stay as they are'); END""",
    """CREATE TRIGGER audit_content_stays_deleted BEFORE DELETE ON audit_content
    WHEN NOT EXISTS (
        SELECT 1 FROM audit AS this JOIN audit AS forgot ON forgot.person = this.person AND forgot.action = 'forgot'
        WHERE this.id = OLD.audit_id AND this.action != 'forgot'
    )
    BEGIN SELECT RAISE(ABORT, 'rows of the audit trail stay as they are'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'rows of the audit trail stay as they are' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE FUNCTION audit_content_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM audit AS this
            JOIN audit AS forgot ON forgot.person = this.person AND forgot.action = 'forgot'
            WHERE this.id = OLD.audit_id AND this.action <> 'forgot'
        ) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'rows of the audit trail stay as they are' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_stays()""",
    """CREATE TRIGGER audit_stays_whole BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()""",
    """CREATE TRIGGER audit_content_stays_changed BEFORE UPDATE ON audit_content
    FOR EACH ROW EXECUTE FUNCTION audit_stays()""",
    """CREATE TRIGGER audit_content_stays BEFORE DELETE ON audit_content
    FOR EACH ROW EXECUTE FUNCTION audit_content_stays()""",
    """CREATE TRIGGER audit_content_stays_whole BEFORE TRUNCATE ON audit_content
    FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()""",
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_table", sa.Text(), nullable=False),
        sa.Column("in_row", sa.Text(), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_audit_previous_hash")),
    )
    op.create_index(op.f("ix_audit_person"), "audit", ["person"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("pseudonym", sa.String(length=64), nullable=False),
        sa.Column("affected", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("onset", sa.Date(), nullable=True),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("primary_measure", sa.Text(), nullable=False),
        sa.Column("primary_side", sa.Text(), nullable=False),
        sa.Column("nerve_regrowth", sa.Boolean(), nullable=False),
        sa.Column("leg_length_m", sa.Double(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("key", name=op.f("uq_person_key")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_person_pseudonym")),
    )
    op.create_table(
        "audit_content",
        sa.Column("audit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_content_audit_id_audit")),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit_content")),
    )
    op.create_table(
        "person_name",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_name_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_name")),
    )
    op.create_table(
        "shoe",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("length_m", sa.Double(), nullable=True),
        sa.Column("length_sd_m", sa.Double(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("mounting", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_shoe_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shoe")),
        sa.UniqueConstraint(
            "person_id", "name", "side", "valid_from", name=op.f("uq_shoe_person_id_name_side_valid_from")
        ),
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)
