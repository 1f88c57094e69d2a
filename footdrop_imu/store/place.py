"""Where the store is: a file of the user's own, or the address of a clinic's server; passwords are never shown."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from footdrop_imu.errors import StoreError, StoreReason

__all__ = ["STORE_VARIABLE", "default_path", "make_engine", "shown", "store_url"]

STORE_VARIABLE = "FOOTDROP_STORE"
_FOLDER_VARIABLE = "FOOTDROP_DATA_FOLDER"
_EXPECTED = "expected a path of a file, or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"


def default_path() -> Path:
    """Where the store is kept: in the user's data folder of this system, or what FOOTDROP_DATA_FOLDER names."""
    named = os.environ.get(_FOLDER_VARIABLE)
    if named:
        return Path(named) / "store.db"
    from platformdirs import user_data_path

    return user_data_path("footdrop_imu", appauthor=False) / "store.db"


def store_url(named: str | None) -> URL:
    """Find out what is meant: the argument, else FOOTDROP_STORE, else the file in the data folder.

    Raises
    ------
    StoreError
        WRONG_VALUE: another kind of database, an address that cannot be read; NOT_INSTALLED.
    """
    text = named or os.environ.get(STORE_VARIABLE) or str(default_path())
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser().absolute()))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # the address itself may hold a password and is not shown
        raise StoreError(
            StoreReason.WRONG_VALUE,
            f"The address of the store cannot be read, {_EXPECTED}. Write @ : / % in a password as %40 %3A %2F %25.",
        ) from None
    kind = url.drivername.split("+")[0]
    if kind == "sqlite":
        if not url.database or url.database == ":memory:":
            raise StoreError(StoreReason.WRONG_VALUE, f"The address of the store names no file, {_EXPECTED}.")
        return URL.create("sqlite", database=str(Path(url.database).expanduser().absolute()))
    if kind not in ("postgresql", "postgres"):
        raise StoreError(StoreReason.WRONG_VALUE, f"The store cannot be a {kind:.40} database, {_EXPECTED}.")
    if find_spec("psycopg") is None:
        raise StoreError(
            StoreReason.NOT_INSTALLED,
            'A store on a PostgreSQL server needs psycopg: python -m pip install "footdrop-imu[clinic]"',
        )
    return url.set(drivername="postgresql+psycopg")


def shown(url: URL) -> str:
    """Give the place for a person to read, without password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    user = f"{url.username}@" if url.username else ""
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{user}{url.host or ''}{port}/{url.database or ''}"


def make_engine(url: URL, wait_s: float) -> Engine:
    """Make the engine, which connects when it is first used; ``wait_s``: how long to wait for another's lock."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": wait_s})
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
        return engine
    options = f"-c lock_timeout={round(1000 * wait_s)} -c timezone=UTC"
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"connect_timeout": max(2, round(wait_s)), "options": options, "application_name": "footdrop_imu"},
    )


def _on_connect(connection: Any, record: Any) -> None:  # noqa: ARG001
    connection.isolation_level = None  # the driver begins no transaction by itself: _on_begin does
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")


def _on_begin(connection: Any) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
