"""The store: opened, read from, and written to in whole transactions, one writer at a time."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType

from sqlalchemy import Connection, Engine, text

from footdrop_imu.store.place import make_engine, shown, store_url
from footdrop_imu.store.refusals import refusing
from footdrop_imu.store.upgrade import WRITER_LOCK, prepare

__all__ = ["Store", "open_store", "reading", "writing"]


@dataclass(frozen=True)
class Store:
    """An open store. ``place`` is the file or the server's address without password; ``who`` stands in the audit."""

    engine: Engine
    place: str
    who: str

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(url: str | None = None, *, who: str = "", backup_made: bool = False, wait_s: float = 5.0) -> Store:
    """Open the store; what is not there is made, what an older version made is upgraded after a backup.

    Parameters
    ----------
    url
        A file's path or ``postgresql://USER:PASSWORD@HOST/DATABASE``; None = what FOOTDROP_STORE names, else
        ``store.db`` in the user's data folder.
    who
        Who works with it, for the audit trail; "" = the name of this computer's user.
    backup_made
        Says that a PostgreSQL database was backed up, so that it may be upgraded. A file is backed up without asking,
        to ``store-REVISION-TIME.db`` beside it.
    wait_s
        How long to wait while another program writes, s.

    Returns
    -------
    Store
        To be closed, or used in a ``with`` statement.

    Raises
    ------
    StoreError
        NOT_REACHABLE, NOT_INSTALLED, NOT_WRITABLE, BUSY, DAMAGED; NEWER: made by a later version of this program;
        WRONG_VALUE: no address of a store, or a database that holds something else.
    """
    address = store_url(url)
    place = shown(address)
    engine = make_engine(address, wait_s)
    try:
        prepare(engine, place, backup_made=backup_made, wait_s=wait_s)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, place, who or _login())


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a user without a name, as in a container
        return "unknown"


@contextmanager
def reading(store: Store) -> Iterator[Connection]:
    """Read one unchanging picture of the store; writers are not waited for."""
    with refusing(store.place), store.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def writing(store: Store) -> Iterator[Connection]:
    """Write all or nothing; the next writer waits until this one is done."""
    with refusing(store.place), store.engine.connect() as plain:
        connection = plain.execution_options(writes=True)
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})
            yield connection
