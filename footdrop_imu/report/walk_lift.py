"""What lifts the toe over the floor, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, nan

from footdrop_imu.language import Translate, mark
from footdrop_imu.report.measures import measure_of, number_text, signed_text
from footdrop_imu.schema import Estimate

__all__ = ["lift_clause"]

_SOURCES = {
    "lift_from_foot_m": mark("by tilting the foot up"),
    "lift_from_leg_m": mark("by lifting the whole leg"),
    "lift_from_sideways_m": mark("by swinging the leg sideways"),
    "lift_from_vaulting_m": mark("by rising on the other foot"),
}
_CLEAR_M = 0.010
_HANGS_M = 0.060
_MISSING = Estimate(nan, nan, nan, nan, 0)


def lift_clause(estimates: Mapping[str, Estimate], other: Mapping[str, Estimate], translate: Translate) -> str:
    """Say what lifts the toe most at mid swing, and what makes up for the foot more than on the other side.

    Parameters
    ----------
    estimates, other
        This side's and the other side's estimates by column; may lack any.
    translate
        Says it.

    Returns
    -------
    str
        "" where a share is not known, or nothing lifts.

    Notes
    -----
    A leg that bends lifts the heel in healthy walking too, and tilts the foot a little down: only what exceeds the
    other side, by 10 mm and beyond both intervals, is said to be more; of a leg that lifts as usual nothing is said.
    """
    _ = translate
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
    mostly = _("the toe clears the floor mostly {how} ({amount})")
    told = [mostly.format(how=_(_SOURCES[most]), amount=_amount(most, shares, other, more, translate))]
    for column in more:
        if column != most:
            amount = _amount(column, shares, other, more, translate)
            told.append(_("also {how} ({amount})").format(how=_(_SOURCES[column]), amount=amount))
    if foot < -_HANGS_M:
        words = _("while the foot, toes down, takes {height} away")
        told.append(words.format(height=number_text(-foot, measure, translate)))
    return ", ".join(told)


def _amount(
    column: str,
    shares: Mapping[str, Estimate],
    other: Mapping[str, Estimate],
    more: Sequence[str],
    translate: Translate,
) -> str:
    _ = translate
    measure, lift_m = measure_of(column), shares[column].median
    lift = signed_text(lift_m, measure, translate)
    if column not in more:
        return lift
    words = _("{lift}, {height} more than on the other side")
    return words.format(lift=lift, height=number_text(lift_m - other[column].median, measure, translate))


def _more(one: Estimate, other: Estimate) -> bool:
    apart = isfinite(one.low) and isfinite(other.high) and one.low > other.high
    return apart and one.median - other.median > _CLEAR_M
