"""A treadmill's belt, whose speed a self-paced treadmill changes slowly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import FloatArray

if TYPE_CHECKING:
    from scipy.interpolate import BSpline

__all__ = ["Belt", "BeltCourse", "belt_course", "pace"]

_KNOT_S = 0.05


@dataclass(frozen=True)
class Belt:
    """A treadmill that runs at the walk's speed.

    Parameters
    ----------
    change_mps, period_s
        A self-paced belt's speed swings about the walk's by this, once in a period; the person's steps follow.
    startup_s
        The belt gets to speed, and stops, in this time, while the person stands on it; 0 = it runs all the time.
    """

    change_mps: float = 0.0
    period_s: float = 20.0
    startup_s: float = 0.0

    def __post_init__(self) -> None:
        for name, (low, high) in {"change_mps": (0.0, 0.5), "period_s": (4.0, 600.0), "startup_s": (0.0, 30.0)}.items():
            if not low <= getattr(self, name) <= high:
                raise SchemaError(
                    SchemaReason.WRONG_VALUE, f"{name} is {getattr(self, name)}; a belt needs {low} to {high}."
                )

    def check(self, speed_mps: float, standing_s: float, *, straight_and_level: bool) -> None:
        """Refuse a walk that no such belt allows."""
        if not straight_and_level:
            raise SchemaError(
                SchemaReason.WRONG_VALUE, "belt is given with turns, stairs or ramps; it has none of them."
            )
        if self.startup_s > standing_s:
            raise SchemaError(
                SchemaReason.WRONG_VALUE,
                f"startup_s is {self.startup_s}; the belt starts while the person stands, for {standing_s} s.",
            )
        if self.change_mps > 0.5 * speed_mps:
            raise SchemaError(
                SchemaReason.WRONG_VALUE,
                f"change_mps is {self.change_mps}; at most half of the speed, {speed_mps} m/s, was expected.",
            )


@dataclass(frozen=True)
class BeltCourse:
    """Speed of the belt over the walk's time, m/s; it runs against the walk's x."""

    speed: BSpline

    def speed_mps(self, time_s: FloatArray) -> FloatArray:
        """Speed (n,) at (n,) times."""
        return np.asarray(self.speed(time_s))

    def acceleration_mps2(self, time_s: FloatArray) -> FloatArray:
        """Its exact derivative (n,)."""
        return np.asarray(self.speed(time_s, 1))

    def travelled_m(self, time_s: FloatArray) -> FloatArray:
        """How far (n,) the belt has run since time 0: in the room, x is that much less than on the belt."""
        way = self.speed.antiderivative()
        return np.asarray(way(time_s) - way(0.0))


def pace(belt: Belt, speed_mps: float, time_s: FloatArray) -> FloatArray:
    """Speed of a running belt at (n,) times, relative to the walk's."""
    return np.asarray(1.0 + belt.change_mps / speed_mps * np.sin(2.0 * np.pi * time_s / belt.period_s))


def belt_course(belt: Belt, speed_mps: float, standing_s: float, duration_s: float) -> BeltCourse:
    """The belt's speed as a spline of five times continuous derivatives, from a while before the walk to after it."""
    from scipy.interpolate import make_interp_spline

    from footdrop_imu.simulate.leg import smooth

    time = np.arange(-2.0, duration_s + 2.0 + _KNOT_S, _KNOT_S)
    speed = speed_mps * pace(belt, speed_mps, time)
    if belt.startup_s:
        begun, left = time - standing_s + belt.startup_s, duration_s - standing_s + belt.startup_s - time
        speed = speed * smooth(begun / belt.startup_s) * smooth(left / belt.startup_s)
    return BeltCourse(make_interp_spline(time, speed, 5))
