"""What lifts the toe over the floor, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, nan

from footdrop_imu.report.measures import measure_of, number_text, signed_text
from footdrop_imu.schema import Estimate

__all__ = ["lift_clause"]

_SOURCES = {
    "lift_from_foot_m": "by tilting the foot up",
    "lift_from_leg_m": "by lifting the whole leg",
    "lift_from_sideways_m": "by swinging the leg sideways",
    "lift_from_vaulting_m": "by rising on the other foot",
}
_CLEAR_M = 0.010
_HANGS_M = 0.060
_MISSING = Estimate(nan, nan, nan, nan, 0)


def lift_clause(estimates: Mapping[str, Estimate], other: Mapping[str, Estimate]) -> str:
    """Say what lifts the toe most at mid swing, and what makes up for the foot more than on the other side.

    Parameters
    ----------
    estimates, other
        This side's and the other side's estimates by column; may lack any.

    Returns
    -------
    str
        "" where a share is not known, or nothing lifts.

    Notes
    -----
    A leg that bends lifts the heel in healthy walking too, and tilts the foot a little down: only what exceeds the
    other side, by 10 mm and beyond both intervals, is said to be more; of a leg that lifts as usual nothing is said.
    """
    shares = {column: estimates.get(column, _MISSING) for column in _SOURCES}
    if not all(isfinite(share.median) for share in shares.values()):
        return ""
    most = max(shares, key=lambda column: shares[column].median)
    if shares[most].median <= 0:
        return ""
    measure = measure_of(most)
    foot = shares["lift_from_foot_m"].median
    helps = [column for column in _SOURCES if column != "lift_from_foot_m"]
    more = [column for column in helps if _more(shares[column], other.get(column, _MISSING))]
    usual = most == "lift_from_leg_m" and not more and foot >= -_HANGS_M
    if usual:
        return ""
    told = [f"the toe clears the floor mostly {_SOURCES[most]} ({_amount(most, shares, other, more)})"]
    told += [f"also {_SOURCES[column]} ({_amount(column, shares, other, more)})" for column in more if column != most]
    if foot < -_HANGS_M:
        told.append(f"while the hanging foot takes {number_text(-foot, measure)} away")
    return ", ".join(told)


def _amount(column: str, shares: Mapping[str, Estimate], other: Mapping[str, Estimate], more: Sequence[str]) -> str:
    measure, lift_m = measure_of(column), shares[column].median
    words = signed_text(lift_m, measure)
    if column in more:
        words += f", {number_text(lift_m - other[column].median, measure)} more than on the other side"
    return words


def _more(one: Estimate, other: Estimate) -> bool:
    apart = isfinite(one.low) and isfinite(other.high) and one.low > other.high
    return apart and one.median - other.median > _CLEAR_M
