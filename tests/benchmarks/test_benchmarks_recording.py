"""The recording benchmark measures what it says: nothing that was sent is missing, in processes of their own."""

from __future__ import annotations

from benchmarks import recording


def test_a_short_recording_loses_nothing_that_was_sent() -> None:
    figures = recording.run("footdrop-1", 16.0, 8.0)
    assert figures["received_count"] > 300
    assert (figures["missing_count"], figures["gap_count"], figures["dropped_by_sensor_count"]) == (0, 0, 0)
    assert figures["cpu_percent"] > 0
