"""Which foot a walk's session said drops."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column; of walks that are there nobody knows it until they are analyzed again."""
    op.add_column("walk", sa.Column("affected", sa.Text(), nullable=False, server_default=""))
