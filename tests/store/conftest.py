"""An empty store for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from footdrop_imu.schema_rehab import Patient
from footdrop_imu.store.database import Store, open_store
from footdrop_imu.store.people import add_person


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "store.db"), who="tester") as opened:
        yield opened


@pytest.fixture
def with_person(store: Store) -> Store:
    """A store with the person P07, who lives in Berlin."""
    add_person(store, Patient("P07", affected="left", cause="stroke", time_zone="Europe/Berlin"))
    return store
