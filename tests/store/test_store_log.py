"""The log: what comes back, what stands, and its sums against sums made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import uuid4

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footdrop_imu.columns import check_table
from footdrop_imu.columns_rehab import LOG_COLUMNS, LOG_ENTRY_COLUMNS
from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema_rehab import LEVELS, LOG_SOURCES, OUTCOMES, LogEntry, Patient
from footdrop_imu.store.audit import audit, verify_audit
from footdrop_imu.store.database import Store
from footdrop_imu.store.log import add_log_entries, counts_are_logged, log_entries, log_entry_table, log_table
from footdrop_imu.store.people import add_person

SUMMER = timezone(timedelta(hours=2))
DAY = date(2026, 3, 29)
DONE = LogEntry(
    id="",
    exercise="heel_raise",
    day=DAY,
    at=datetime(2026, 3, 29, 23, 30, 15, 123456, tzinfo=SUMMER),
    side="left",
    level="active",
    sets=2,
    repetitions=20,
    duration_s=61.5,
    pain=1.0,
    effort=4.0,
    note="went well",
)


def test_an_entry_comes_back_with_its_own_day_and_offset(with_person: Store) -> None:
    (entry,) = add_log_entries(with_person, "P07", [DONE])
    assert log_entries(with_person, "P07") == (entry,)
    assert replace(entry, id="", entered_at=None) == DONE
    assert entry.entered_at is not None
    assert entry.entered_at.utcoffset() == timedelta(0)
    assert log_entries(with_person, "P07")[0].at.isoformat() == "2026-03-29T23:30:15.123456+02:00"
    assert log_entries(with_person, "P07", date(2026, 3, 30)) == ()
    assert log_entries(with_person, "P07", None, date(2026, 3, 28)) == ()


def test_what_was_not_said_comes_back_as_not_said(with_person: Store) -> None:
    add_log_entries(with_person, "P07", [LogEntry("", "walking", DAY, DONE.at, outcome="not_done", reason="rain")])
    (entry,) = log_entries(with_person, "P07")
    assert pd.isna([entry.duration_s, entry.pain, entry.effort]).all()
    assert (entry.side, entry.level, entry.reason, entry.replaces) == ("", "", "rain", "")
    assert log_table(with_person, "P07").loc[0, "duration_s"] == 0.0


def test_a_correction_keeps_what_it_corrects(with_person: Store) -> None:
    (first,) = add_log_entries(with_person, "P07", [DONE])
    (second,) = add_log_entries(with_person, "P07", [replace(DONE, repetitions=25, replaces=first.id)])
    (third,) = add_log_entries(with_person, "P07", [replace(DONE, day=date(2026, 4, 2), replaces=second.id)])
    assert log_entries(with_person, "P07") == (first, second, third)
    # corrected to another day: the correction comes along, so that nobody takes the old one for what stands
    assert set(log_entries(with_person, "P07", DAY, DAY)) == {first, second, third}
    assert log_entries(with_person, "P07", date(2026, 4, 1)) == (third,)
    table = log_table(with_person, "P07")
    check_table(LOG_COLUMNS, table)
    assert table["day"].tolist() == [pd.Timestamp("2026-04-02")]
    assert table["repetitions"].tolist() == [20]
    with pytest.raises(StoreError, match="Correct the entry that replaced it") as refused:
        add_log_entries(with_person, "P07", [replace(DONE, replaces=first.id)])
    assert refused.value.reason is StoreReason.EXISTS


def test_entries_of_one_call_may_correct_one_another(with_person: Store) -> None:
    ids = [str(uuid4()) for _ in range(3)]
    chain = [replace(DONE, id=ids[0]), replace(DONE, id=ids[1], replaces=ids[0], repetitions=7)]
    add_log_entries(with_person, "P07", chain)
    assert log_table(with_person, "P07")["repetitions"].tolist() == [7]
    twice = [replace(DONE, id=ids[2], replaces=ids[1]), replace(DONE, replaces=ids[1])]
    with pytest.raises(StoreError) as refused:
        add_log_entries(with_person, "P07", twice)
    assert refused.value.reason is StoreReason.EXISTS
    assert len(log_entries(with_person, "P07")) == 2


def test_all_entries_of_a_call_are_added_or_none(with_person: Store) -> None:
    add_person(with_person, Patient("P08"))
    (there,) = add_log_entries(with_person, "P07", [DONE])
    links = verify_audit(with_person).row_count
    for bad, reason in (
        (replace(DONE, id=there.id), StoreReason.EXISTS),
        (replace(DONE, replaces=str(uuid4())), StoreReason.NOT_FOUND),
        (replace(DONE, pain=11.0), StoreReason.WRONG_VALUE),
        (replace(DONE, source="neighbor"), StoreReason.WRONG_VALUE),
        (replace(DONE, outcome="perhaps"), StoreReason.WRONG_VALUE),
        (replace(DONE, level="hard"), StoreReason.WRONG_VALUE),
        (replace(DONE, side="up"), StoreReason.WRONG_VALUE),
        (replace(DONE, exercise=""), StoreReason.WRONG_VALUE),
        (replace(DONE, id="17"), StoreReason.WRONG_VALUE),
        (replace(DONE, repetitions=-1), StoreReason.WRONG_VALUE),
        (replace(DONE, at=datetime(2026, 3, 29)), StoreReason.WRONG_VALUE),
        (replace(DONE, entered_at=datetime(2026, 3, 29)), StoreReason.WRONG_VALUE),
    ):
        with pytest.raises(StoreError) as refused:
            add_log_entries(with_person, "P07", [DONE, bad])
        assert refused.value.reason is reason, bad
    with pytest.raises(StoreError, match="not in this person's log"):
        add_log_entries(with_person, "P08", [replace(DONE, replaces=there.id)])
    with pytest.raises(StoreError, match="twice"):
        add_log_entries(with_person, "P07", [replace(DONE, id=str(uuid4()))] * 2)
    assert log_entries(with_person, "P07") == (there,)
    assert verify_audit(with_person).row_count == links
    assert add_log_entries(with_person, "P07", []) == ()


def test_many_entries_leave_one_row_in_the_audit_trail(with_person: Store) -> None:
    many = [replace(DONE, day=DAY + timedelta(days=number)) for number in range(1200)]
    add_log_entries(with_person, "P07", many)
    added = audit(with_person, "P07")[-1]
    assert added.row == "1200 rows"
    assert added.after.keys() == {"count", "first_day", "last_day", "sha256"}
    assert added.after["first_day"] == "2026-03-29"
    few = add_log_entries(with_person, "P07", many[:3])
    assert [one["id"] for one in audit(with_person, "P07")[-1].after] == [entry.id for entry in few]
    assert len(log_table(with_person, "P07", DAY, DAY)) == 1
    assert len(log_table(with_person, "P07")) == 1200


def test_an_empty_log_is_an_empty_table(with_person: Store) -> None:
    check_table(LOG_COLUMNS, log_table(with_person, "P07"))
    assert log_table(with_person, "P07").empty
    with pytest.raises(StoreError) as refused:
        log_table(with_person, "P70")
    assert refused.value.reason is StoreReason.NOT_FOUND


def test_any_name_of_an_exercise_comes_back(with_person: Store) -> None:
    strange = "a\x1fb|c 'd' \u00e4"
    add_log_entries(with_person, "P07", [replace(DONE, exercise=strange), replace(DONE, exercise="walking", side="")])
    expected = {(strange, "left", "active", "done", "patient"), ("walking", "", "active", "done", "patient")}
    for table in (log_table(with_person, "P07"), log_entry_table(with_person, "P07")):
        words = table[["exercise", "side", "level", "outcome", "source"]]
        assert set(words.itertuples(index=False, name=None)) == expected


def test_whether_a_sensor_counted_anything(with_person: Store) -> None:
    add_person(with_person, Patient("P08"))
    add_log_entries(with_person, "P07", [DONE])
    assert not counts_are_logged(with_person, "P07")
    add_log_entries(with_person, "P08", [DONE, replace(DONE, source="sensor")])
    assert counts_are_logged(with_person, "P08")
    assert not counts_are_logged(with_person, "P07")
    with pytest.raises(StoreError) as refused:
        counts_are_logged(with_person, "P70")
    assert refused.value.reason is StoreReason.NOT_FOUND


ENTRY = st.builds(
    LogEntry,
    id=st.uuids(version=4).map(str),
    exercise=st.sampled_from(["heel_raise", "Walking", "a_b"]),
    day=st.dates(date(2026, 3, 28), date(2026, 3, 30)),
    at=st.datetimes(datetime(2026, 3, 28), datetime(2026, 3, 30), timezones=st.sampled_from([UTC, SUMMER])),
    side=st.sampled_from(["", "left", "both"]),
    level=st.sampled_from(["", *LEVELS]),
    outcome=st.sampled_from(OUTCOMES),
    source=st.sampled_from(LOG_SOURCES),
    sets=st.integers(0, 5),
    repetitions=st.integers(0, 50),
    duration_s=st.one_of(st.just(float("nan")), st.integers(0, 600).map(float)),
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(ENTRY, max_size=12, unique_by=lambda entry: entry.id), data=st.data())
def test_the_sums_are_those_of_the_entries_that_stand(
    store: Store, entries: list[LogEntry], data: st.DataObject
) -> None:
    pseudonym = f"P{uuid4().hex}"
    add_person(store, Patient(pseudonym))
    for place in range(1, len(entries)):  # some correct one that came before
        open_ones = {one.id for one in entries[:place]} - {one.replaces for one in entries[:place]}
        replaces = data.draw(st.sampled_from(["", *sorted(open_ones)]))
        entries[place] = replace(entries[place], replaces=replaces)
    add_log_entries(store, pseudonym, entries)
    table = log_table(store, pseudonym)
    check_table(LOG_COLUMNS, table)
    gone = {entry.replaces for entry in entries}
    expected: dict[tuple[object, ...], list[float]] = {}
    for entry in entries:
        if entry.id not in gone:
            key = (pd.Timestamp(entry.day), entry.exercise, entry.side, entry.level, entry.outcome, entry.source)
            sums = expected.setdefault(key, [0, 0, 0, 0.0])
            worked_s = 0.0 if pd.isna(entry.duration_s) else entry.duration_s
            for place, value in enumerate((1, entry.sets, entry.repetitions, worked_s)):
                sums[place] += value
    raw = log_entry_table(store, pseudonym)
    check_table(LOG_ENTRY_COLUMNS, raw)
    given = log_entries(store, pseudonym)
    assert raw["id"].tolist() == [entry.id for entry in given]
    assert raw["replaces"].tolist() == [entry.replaces for entry in given]
    assert raw["at"].tolist() == [entry.at.astimezone(UTC).replace(tzinfo=None) for entry in given]
    assert raw["day"].dt.date.tolist() == [entry.day for entry in given]
    found = [tuple(row) for row in table.itertuples(index=False)]
    assert found == [(*key, *expected[key]) for key in sorted(expected)]
