"""What a database complains of, as the store's own errors: never with a password, never with what a row held."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError

from footdrop_imu.errors import StoreError, StoreReason

__all__ = ["refusing"]

_SAID = (
    (
        ("database is locked", "lock timeout", "canceling statement due to lock"),
        StoreReason.BUSY,
        "another program is writing to it. Try again when that is done",
    ),
    (
        ("readonly database", "read-only transaction", "permission denied"),
        StoreReason.NOT_WRITABLE,
        "it may be read but not written. Check who owns it and its permissions",
    ),
    (("disk is full", "no space left"), StoreReason.NOT_WRITABLE, "the disk is full. Make room and try again"),
    (
        ("unable to open database",),
        StoreReason.NOT_WRITABLE,
        "no database can be opened or made there. Check the path and who may write there",
    ),
    (
        ("malformed", "not a database", "disk i/o error", "no such table", "no such column", "does not exist"),
        StoreReason.DAMAGED,
        "it is damaged or not a store. Put a backup in its place",
    ),
)
_NO_CONNECTION = (
    (("password", "authentication", "no pg_hba.conf entry"), "the server refuses this user or password"),
    (("too many connections", "remaining connection slots"), "the server has no free connection"),
    (("does not exist",), "the server runs, but it has no such database or user"),
    (("refused", "no such file", "is the server running"), "no server listens there"),
    (("translate host", "resolve host", "name or service", "not known", "getaddrinfo"), "there is no such host"),
    (("timeout", "timed out"), "no answer came in time"),
)


@contextmanager
def refusing(place: str, *, connecting: bool = False) -> Iterator[None]:
    """Turn what the database raises into a StoreError that names ``place``."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _store_error(error, place, connecting=connecting) from error


def _store_error(error: SQLAlchemyError, place: str, *, connecting: bool) -> StoreError:
    said = str(error.orig).lower() if isinstance(error, DBAPIError) else str(error).lower()
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if connecting and "sqlite" not in type(getattr(error, "orig", error)).__module__:
        reason = next(
            (words for parts, words in _NO_CONNECTION if any(part in said for part in parts)), "no connection"
        )
        return StoreError(
            StoreReason.NOT_REACHABLE,
            f"Store {place}: {reason}. Check host, port, database, user and password of FOOTDROP_STORE.",
        )
    if isinstance(error, IntegrityError):
        if "audit" in said and "stay" in said:
            return StoreError(
                StoreReason.NOT_WRITABLE, f"Store {place}: rows of the audit trail stay as they are; add a new one."
            )
        return StoreError(
            StoreReason.EXISTS if "unique" in said else StoreReason.WRONG_VALUE,
            f"Store {place}: what was to be added contradicts what is there. Read it again, then repeat.",
        )
    for parts, store_reason, words in _SAID:
        if any(part in said for part in parts):
            return StoreError(store_reason, f"Store {place}: {words}.")
    if lost or (isinstance(error, OperationalError) and "sqlite" not in type(error.orig).__module__):
        return StoreError(
            StoreReason.NOT_REACHABLE, f"Store {place}: the connection was lost; nothing was changed. Try again."
        )
    return StoreError(
        StoreReason.DAMAGED if isinstance(error, DBAPIError) else StoreReason.WRONG_VALUE,
        f"Store {place}: the database refused ({type(error).__name__}). Check the store, or put a backup in its place.",
    )
