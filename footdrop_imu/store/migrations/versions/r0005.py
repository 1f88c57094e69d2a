"""What a person answered to the questions that exercises ask."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; nobody has answered anything yet."""
    op.add_column("person", sa.Column("answers", sa.JSON(), nullable=False, server_default="{}"))
