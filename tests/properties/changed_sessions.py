"""A session with its signals changed in one known way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from footdrop_imu.schema import FloatArray, IntArray, SensorStream, Session


def changed(session: Session, change: Callable[[SensorStream], SensorStream], segment: str = "") -> Session:
    """Every stream, or those of one segment, put through a function."""
    streams = [change(stream) if segment in ("", stream.segment) else stream for stream in session.streams]
    return replace(session, streams=tuple(streams))


def with_values(
    session: Session, acc: Callable[[FloatArray], FloatArray], gyr: Callable[[FloatArray], FloatArray]
) -> Session:
    """Accelerations and angular rates (n, 3) of every foot put through a function each."""
    functions = {"acceleration": acc, "angular_velocity": gyr}
    return changed(session, lambda stream: replace(stream, values=functions[stream.quantity](stream.values)))


def rotated(session: Session, rotation: FloatArray, segment: str = "") -> Session:
    """The sensor turned on its foot: (3, 3) from the old sensor axes to the new ones."""
    return changed(session, lambda one: replace(one, values=one.values @ rotation.T), segment)  # noqa: PD011


def only_rows(session: Session, keep: Callable[[SensorStream], IntArray | slice], *, one_clock: bool = True) -> Session:
    """Rows of each stream that ``keep`` picks, clocks with them; the same of both quantities with ``one_clock``."""

    def cut(stream: SensorStream) -> SensorStream:
        rows = keep(stream)
        return replace(
            stream,
            values=stream.values[rows],  # noqa: PD011
            counter=None if stream.counter is None else stream.counter[rows],
            time_s=None if stream.time_s is None else stream.time_s[rows],
        )

    return _one_clock(changed(session, cut)) if one_clock else changed(session, cut)


def rows_before(session: Session, count: int) -> Session:
    """So many samples more at the front: the first ones backward, so that nothing jumps."""

    def longer(stream: SensorStream) -> SensorStream:
        head = stream.values[count:0:-1]  # noqa: PD011
        assert stream.counter is not None
        assert stream.counter_bits is not None
        counter = stream.counter[0] - count + np.arange(count)
        return replace(
            stream,
            values=np.concatenate((head, stream.values)),  # noqa: PD011
            counter=np.concatenate((counter % (1 << stream.counter_bits), stream.counter)),
        )

    return _one_clock(changed(session, longer))


def one_foot(session: Session, side: str) -> Session:
    """Without the other foot."""
    return replace(session, streams=tuple(s for s in session.streams if s.segment == f"{side}_foot"))


def of_side(table: pd.DataFrame, side: str) -> pd.DataFrame:
    """Rows of one foot, numbered afresh."""
    return table[table["side"] == side].reset_index(drop=True)


def _one_clock(session: Session) -> Session:
    """The two quantities of a sensor share one counter array again, as readers make them."""
    first = {stream.segment: stream for stream in reversed(session.streams)}
    return changed(
        session,
        lambda stream: replace(stream, counter=first[stream.segment].counter, time_s=first[stream.segment].time_s),
    )
