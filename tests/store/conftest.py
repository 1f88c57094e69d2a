"""An empty store for each test: in a file, and in a database of a real PostgreSQL server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from footdrop_imu.schema_rehab import Patient
from footdrop_imu.store.database import Store, open_store
from footdrop_imu.store.models import StoreRow
from footdrop_imu.store.people import add_person
from footdrop_imu.store.upgrade import REVISION_TABLE, REVISIONS
from tests.store.postgresql import Server, programs, running_server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    folder = programs()
    if folder is None:
        pytest.skip("no PostgreSQL server is installed")
    with running_server(folder) as running:
        yield running


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "store.db"
    open_store(str(path)).close()
    return path


@pytest.fixture(scope="session")
def new_database(server: Server) -> Callable[[], str]:
    """Make databases on the server with nothing in them; give their address."""
    numbers = count()

    def make() -> str:
        name = f"store_{next(numbers)}"
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        return server.url(name)

    return make


@pytest.fixture(scope="session")
def database_with_tables(new_database: Callable[[], str]) -> str:
    address = new_database()
    open_store(address).close()
    return address


def _emptied(address: str) -> str:
    """Empty every table: a hundred times faster than a database of its own for each test."""
    tables = ", ".join(f'"{name}"' for name in StoreRow.metadata.tables)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # the audit trail's triggers say no
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY")  # type: ignore[arg-type]
        connection.execute(f"UPDATE {REVISION_TABLE} SET version_num = '{REVISIONS[-1]}'")  # type: ignore[arg-type]
    return address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store is, ready to be opened."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_file"), tmp_path / "store.db")
        return str(tmp_path / "store.db")
    return _emptied(request.getfixturevalue("database_with_tables"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where nothing is yet."""
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    return str(request.getfixturevalue("new_database")())


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with open_store(address, who="tester") as opened:
        yield opened


@pytest.fixture
def with_person(store: Store) -> Store:
    """A store with the person P07, who lives in Berlin."""
    add_person(store, Patient("P07", affected="left", cause="stroke", time_zone="Europe/Berlin"))
    return store
