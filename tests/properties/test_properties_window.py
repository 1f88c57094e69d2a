"""A recording cut anywhere, in mid stride too, keeps the strides inside."""

from __future__ import annotations

import numpy as np
from changed_sessions import one_foot, only_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from footdrop_imu.analysis import analyze
from footdrop_imu.schema import IntArray, Session, SessionResult
from footdrop_imu.simulate.walk import SimulatedWalk

MARGIN_S = 3.0
NEAR_S = 0.2


def compare(whole: SessionResult, session: Session, begin: int, count: int) -> tuple[int, int, int]:
    """Strides well inside the window that both find, and how many of them are missed and invented in the window."""
    counter = session.streams[0].counter
    first = begin if counter is None else int((counter[begin] - counter[0]) % (1 << 16))
    result = analyze(only_rows(session, lambda _: slice(begin, begin + count)))
    ((foot, cut),) = result.provenance["feet"].items()
    rate_hz, margin = cut["rate_hz"], MARGIN_S * cut["rate_hz"]
    low, high = first + margin, first + cut["sample_count"] - margin
    full = whole.strides[whole.strides["side"] == foot]["mid_swing"].to_numpy()
    own = result.strides["mid_swing"].to_numpy() + first

    def without_partner(strides: IntArray, others: IntArray) -> IntArray:
        inside = strides[(strides > low) & (strides < high)]
        if not len(others):
            return inside
        return inside[np.abs(others[:, None] - inside).min(axis=0) > NEAR_S * rate_hz]

    missed, invented = without_partner(full, own), without_partner(own, full)
    both = int(((full > low) & (full < high)).sum()) - len(missed)
    return both, len(missed), len(invented)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(begin=st.integers(0, 1600), count=st.integers(1200, 1400))
def test_any_window_of_a_walk(walked: SimulatedWalk, measured: SessionResult, begin: int, count: int) -> None:
    for side in ("left", "right"):
        both, missed, invented = compare(measured, one_foot(walked.session, side), begin, count)
        assert both >= 3
        assert (missed, invented) == (0, 0)


def test_windows_of_real_walks(real_walks: list[Session]) -> None:
    rng = np.random.default_rng(12)
    total = np.zeros(3)
    for session in real_walks[1:]:  # the first one stands for long
        for side in ("left", "right"):
            foot = one_foot(session, side)
            whole, length = analyze(foot), len(foot.streams[0].values)
            for _ in range(3):
                count = min(int(rng.uniform(900, 2500)), length // 2)
                total += compare(whole, foot, int(rng.integers(0, length - count)), count)
    both, missed, invented = total
    # what counts as a small step is told by the walk's usual ones, and these differ from part to part
    assert both > 100
    assert missed + invented <= 0.02 * both
