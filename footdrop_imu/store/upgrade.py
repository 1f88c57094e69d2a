"""A store of an older version becomes one of this version: by the scripts in ``migrations/``, after a backup."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.store.refusals import refusing

__all__ = ["REVISIONS", "REVISION_TABLE", "WRITER_LOCK", "migrate", "prepare"]

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
"""Every revision of the tables, in order; the last one is this version's."""
REVISION_TABLE = "store_revision"
WRITER_LOCK = 0x666F6F7464726F70 >> 1
"""Key of the lock that one writer at a time holds on a PostgreSQL server: the letters "footdrop"."""


def prepare(engine: Engine, place: str, *, backup_made: bool, wait_s: float) -> None:
    """Make the tables where there are none, upgrade them where they are old, refuse what is none of ours.

    Raises
    ------
    StoreError
        As ``database.open_store`` says.
    """
    file = None if engine.dialect.name != "sqlite" else Path(str(engine.url.database))
    if file is not None:
        _prepare_file(file, place, wait_s)
    with refusing(place, connecting=True), engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    with refusing(place), engine.connect() as connection, connection.begin():
        if _revision(connection, place) == REVISIONS[-1]:
            return
    with refusing(place), engine.connect() as plain:
        connection = plain.execution_options(writes=True)
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})
            found = _revision(connection, place)  # again: another program may have been faster
            if found == REVISIONS[-1]:
                return
            if found and file is not None:
                _back_up(file, found)
            elif found and not backup_made:
                raise _needs_backup(engine, place)
            migrate(connection)


def migrate(connection: Connection, revision: str = "head") -> None:
    """Bring the tables of a connection, within its transaction, to a revision."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    folder = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    command.upgrade(config, revision)


def _revision(connection: Connection, place: str) -> str:
    """Revision of the tables, "" where there are none."""
    tables = inspect(connection).get_table_names()
    if REVISION_TABLE not in tables:
        if tables:
            raise StoreError(
                StoreReason.WRONG_VALUE,
                f"{place} is a database of something else (it holds {', '.join(sorted(tables)[:3])}). "
                "Name an empty one, or a file that is not there yet.",
            )
        return ""
    found = connection.execute(text(f"SELECT version_num FROM {REVISION_TABLE}")).scalar_one_or_none()
    if found is None:
        raise StoreError(StoreReason.DAMAGED, f"Store {place} does not say its revision. Put a backup in its place.")
    if found not in REVISIONS:
        raise StoreError(
            StoreReason.NEWER,
            f"Store {place} was made by a later version of this program (its revision is {found}, this version knows "
            f"{REVISIONS[-1]}). Update footdrop-imu; nothing was changed.",
        )
    return str(found)


def _prepare_file(file: Path, place: str, wait_s: float) -> None:
    """See that the file can be opened and written, and let readers go on while one writes (WAL)."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            StoreReason.NOT_WRITABLE, f"Store {place}: its folder cannot be made ({error.strerror})."
        ) from error
    if file.is_dir():
        raise StoreError(StoreReason.WRONG_VALUE, f"Store {place} is a folder, expected a file such as store.db.")
    is_new = not file.exists()
    until = time.monotonic() + wait_s
    while True:
        try:
            connection = sqlite3.connect(file, timeout=wait_s, isolation_level=None)
            try:
                mode: Any = connection.execute("PRAGMA journal_mode").fetchone()[0]
                if mode != "wal":
                    connection.execute("PRAGMA journal_mode=WAL")
            finally:
                connection.close()
        except sqlite3.DatabaseError as error:
            # changing the mode does not wait for a lock by itself
            if "locked" not in str(error) or time.monotonic() > until:
                raise _file_error(error, place) from error
            time.sleep(0.05)
        else:
            break
    if is_new:
        file.chmod(0o600)


def _file_error(error: sqlite3.DatabaseError, place: str) -> StoreError:
    said = str(error)
    if "locked" in said:
        return StoreError(StoreReason.BUSY, f"Store {place}: another program is writing to it. Try again later.")
    if "not a database" in said or "malformed" in said:
        return StoreError(
            StoreReason.DAMAGED, f"Store {place}: it is damaged or not a store. Put a backup in its place."
        )
    return StoreError(
        StoreReason.NOT_WRITABLE, f"Store {place}: it cannot be opened and written ({said}). Check its permissions."
    )


def _back_up(file: Path, revision: str) -> Path:
    """Copy the file as it is, with what its log holds, by SQLite's own backup."""
    now = datetime.now(UTC)
    target = file.with_name(f"{file.stem}-{revision}-{now:%Y%m%dT%H%M%S}{now.microsecond:06d}Z{file.suffix}")
    try:
        with target.open("xb"):
            target.chmod(0o600)
        source, copy = sqlite3.connect(file), sqlite3.connect(target)
        try:
            source.backup(copy)
        finally:
            source.close()
            copy.close()
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            StoreReason.NOT_WRITABLE,
            f"Store {file} has to be upgraded, but no backup can be written to {target} ({error}); nothing was "
            "changed. Make room, or check the folder's permissions.",
        ) from error
    return target


def _needs_backup(engine: Engine, place: str) -> StoreError:
    url = engine.url
    options = [
        *(["-h", url.host] if url.host else []),
        *(["-p", str(url.port)] if url.port else []),
        *(["-U", url.username] if url.username else []),
    ]
    command = " ".join(["pg_dump -Fc", *options, "-f store.dump", url.database or ""])
    return StoreError(
        StoreReason.NOT_WRITABLE,
        f"Store {place} was made by an older version and has to be upgraded. Make a backup first ({command}), then "
        "give the command once with --backup-made.",
    )
