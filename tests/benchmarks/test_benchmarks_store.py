"""The store benchmark measures what it says: everything is written, and all of a person is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import store as benchmark
from benchmarks.bars import bars_of
from footdrop_imu.store.database import open_store
from footdrop_imu.store.log import log_entries, log_table
from footdrop_imu.store.people import people
from footdrop_imu.store.walks import walk_measures


def test_everybody_gets_their_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PEOPLE": 51, "WALKS": 52, "HEAVY_WALKS": 2, "LOG_ROWS": 3100, "HEAVY_LOG_ROWS": 100}.items():
        monkeypatch.setattr(benchmark, name, value)
    with open_store(str(tmp_path / "store.db")) as store:
        assert all(value > 0 for value in benchmark.fill(store).values())
        figures = benchmark.read(store)
        assert len(people(store)) == 51
        assert len(walk_measures(store, "P000")) == 2 * 120
        assert len(walk_measures(store, "P050")) == 120
        assert len(log_entries(store, "P000")) == 100
        assert log_table(store, "P000")["session_count"].sum() == 98
    assert {*bars_of("store"), "heavy_log_entry_table_s", "verify_audit_s"} <= figures.keys()
