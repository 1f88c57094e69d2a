"""A person's log and measures are read from one place each."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

SUMMED = ("person_id", "day", "exercise", "side", "level", "outcome", "source", "sets", "repetitions", "duration_s")


def upgrade() -> None:
    """Give the log an index that its daily sums are read from; lay measures by their analysis (SQLite)."""
    op.drop_index("ix_log_entry_person_id_log_entry_day", table_name="log_entry")
    op.create_index("ix_log_entry_summed", "log_entry", list(SUMMED))
    if op.get_bind().dialect.name == "sqlite":
        op.rename_table("walk_measure", "old_walk_measure")
        op.create_table(
            "walk_measure",
            sa.Column("analysis_id", sa.Integer(), nullable=False),
            sa.Column("measure", sa.Text(), nullable=False),
            sa.Column("side", sa.Text(), nullable=False),
            sa.Column("value", sa.Double(), nullable=True),
            sa.Column("standard_error", sa.Double(), nullable=True),
            sa.Column("used_count", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                ["analysis_id"], ["analysis.id"], name="fk_walk_measure_analysis_id_analysis", ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("analysis_id", "measure", "side", name="pk_walk_measure"),
            sqlite_with_rowid=False,
        )
        op.execute("INSERT INTO walk_measure SELECT * FROM old_walk_measure ORDER BY analysis_id, measure, side")
        op.drop_table("old_walk_measure")
