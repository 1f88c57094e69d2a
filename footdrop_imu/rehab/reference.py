"""Published values of healthy adults to set a measure against. An interval, never a diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from footdrop_imu.language import mark

__all__ = ["HEALTHY", "NO_LOCAL_MINIMUM", "HealthyReference", "healthy_reference"]


@dataclass(frozen=True)
class HealthyReference:
    """A range of healthy adults in the column's own unit, what the range is, and where it is from, both marked."""

    low: float
    high: float
    meaning: str
    source: str
    doi: str


HEALTHY: Mapping[str, HealthyReference] = {
    "walking_speed_mps": HealthyReference(
        0.94,
        1.43,
        mark("group means, from women over eighty to men in their forties"),
        mark("Bohannon and Williams Andrews 2011, 23,111 people"),
        "10.1016/j.physio.2010.12.004",
    ),
    "cadence_spm": HealthyReference(
        100.0,
        120.0,
        mark("at a comfortable pace; by age and sex in the source"),
        mark("Hollman et al. 2011, 294 people over seventy"),
        "10.1016/j.gaitpost.2011.03.024",
    ),
    "foot_pitch_initial_contact_deg": HealthyReference(
        20.0,
        25.0,
        mark("at a comfortable pace; rises with speed and stride length; by age and sex in the source"),
        mark("Fang et al. 2018, 292 people, sensors on the feet"),
        "10.1098/rsos.170818",
    ),
    "minimum_toe_clearance_m": HealthyReference(
        0.010,
        0.020,
        mark("means of two groups, 11 and 19 mm; depends on where the toe point is"),
        mark("Schulz 2011 (11 mm); Moosabhoy and Gard 2006 (19 mm, 10.1016/j.gaitpost.2005.12.004)"),
        "10.1016/j.jbiomech.2011.02.010",
    ),
}
"""By stride-table column. Measures that are not here have no published value that would fit."""

NO_LOCAL_MINIMUM = HealthyReference(
    0.03,
    0.19,
    mark("young (3 %) and older (19 %) people on a treadmill"),
    mark("Santhiranayagam et al. 2015, 30 people"),
    "10.1186/s12984-015-0052-2",
)
"""Share of strides whose toe height has no minimum in swing."""

_STANCE_AT_REST_FRAC = 0.642
_STANCE_PER_SPEED = -0.035
_KIRTLEY = mark("Kirtley et al. 1985")
_KIRTLEY_DOI = "10.1016/0141-5425(85)90055-X"


def healthy_reference(column: str, walking_speed_mps: float = float("nan")) -> HealthyReference | None:
    """Look up the published healthy range of a measure, at the person's own speed where the source gives that.

    Parameters
    ----------
    column
        Name of a stride-table column.
    walking_speed_mps
        Median speed of the walk, m/s; NaN where it is not known.

    Returns
    -------
    HealthyReference or None
        In the column's own unit. None where nothing published fits.

    Notes
    -----
    Stance: 64.2 % - 3.5 % x speed in m/s (Kirtley, Whittle and Jefferson 1985, doi 10.1016/0141-5425(85)90055-X,
    correlation 0.71); without a speed, its range from 1.2 to 0.6 m/s.
    """
    if column != "stance_frac":
        return HEALTHY.get(column)
    if isfinite(walking_speed_mps):
        value = _STANCE_AT_REST_FRAC + _STANCE_PER_SPEED * walking_speed_mps
        return HealthyReference(value, value, mark("healthy mean at this speed"), _KIRTLEY, _KIRTLEY_DOI)
    low, high = (_STANCE_AT_REST_FRAC + _STANCE_PER_SPEED * speed for speed in (1.2, 0.6))
    return HealthyReference(low, high, mark("healthy means at 1.2 to 0.6 m/s"), _KIRTLEY, _KIRTLEY_DOI)
