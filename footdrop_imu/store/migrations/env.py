"""Runs the scripts in ``versions/`` on the connection that is given, within its transaction."""

from alembic import context

from footdrop_imu.store.models import StoreRow
from footdrop_imu.store.upgrade import REVISION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=StoreRow.metadata,
    version_table=REVISION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
