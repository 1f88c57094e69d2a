"""A stimulator that lifts the foot: when it is on in each swing, and how much of its lift is there when it matters.

It is switched on by the heel leaving the floor, early or late by what was set, and off after the foot has landed. A
muscle takes a while to pull: what is switched on late lifts less in mid swing, and less at landing; what is switched on
early takes from the push-off. Some swings are missed, where the switch did not see the heel.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import BoolArray, FloatArray
from footdrop_imu.simulate.leg import smooth

if TYPE_CHECKING:
    from footdrop_imu.simulate.swing_draws import Swings

__all__ = ["Stimulation", "TrueStimulation", "draw_stimulation", "stimulated"]

_MID_SWING_FRAC = 0.5
_PUSH_LOST_FRAC = 0.2  # of push-off, where the muscle pulls all through it


@dataclass(frozen=True)
class Stimulation:
    """How a stimulator is set.

    Parameters
    ----------
    lag_s
        Switched on so long after the heel leaves the floor; negative: before.
    off_lag_s
        Switched off so long after the foot has landed.
    pulling_time_s
        From switching on until the muscle pulls with all its force.
    jitter_s
        Standard deviation of the switching from swing to swing.
    missed_frac
        Share of swings in which it is not switched on.
    """

    lag_s: float = 0.0
    off_lag_s: float = 0.1
    pulling_time_s: float = 0.3
    jitter_s: float = 0.015
    missed_frac: float = 0.0

    def __post_init__(self) -> None:
        bounds = {
            "lag_s": (-0.4, 0.8),
            "off_lag_s": (-0.3, 0.6),
            "pulling_time_s": (0.05, 0.6),
            "jitter_s": (0.0, 0.1),
            "missed_frac": (0.0, 1.0),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise SchemaError(
                    SchemaReason.WRONG_VALUE, f"{name} is {value}; a simulated stimulator needs {low} to {high}."
                )


@dataclass(frozen=True)
class TrueStimulation:
    """What it did in n swings, each (n,); times in s on the walk's clock, NaN in a swing that was missed.

    ``lift_mid_swing`` and ``lift_landing``: share of its lift that is there in the middle of swing and at contact.
    """

    on_s: FloatArray
    off_s: FloatArray
    missed: BoolArray
    lift_mid_swing: FloatArray
    lift_landing: FloatArray


def draw_stimulation(
    setting: Stimulation,
    rng: np.random.Generator,
    heel_off_s: FloatArray,
    toe_off_s: FloatArray,
    contact_s: FloatArray,
) -> TrueStimulation:
    """When it is on in each of n swings, from when the heel and the toe leave the floor and when the foot lands."""
    n = len(heel_off_s)
    missed = rng.random(n) < setting.missed_frac
    jitter = setting.jitter_s * np.clip(rng.standard_normal((2, n)), -2.5, 2.5)
    on = np.where(missed, np.nan, heel_off_s + setting.lag_s + jitter[0])
    off = np.where(missed, np.nan, contact_s + setting.off_lag_s + jitter[1])
    middle = toe_off_s + _MID_SWING_FRAC * (contact_s - toe_off_s)

    def pull(time_s: FloatArray) -> FloatArray:
        return np.where(missed, 0.0, smooth((time_s - on) / setting.pulling_time_s))

    return TrueStimulation(on, off, np.asarray(missed), pull(middle), pull(np.minimum(contact_s, np.fmax(off, on))))


def stimulated(without: Swings, lifted: Swings, does: TrueStimulation, heel_off_s: FloatArray) -> Swings:
    """Swings (n,) between those without any lift and those with all of it.

    Parameters
    ----------
    without, lifted
        Of the same foot in the same walk.
    does
        What the stimulator does in them.
    heel_off_s
        (n,) when the heel leaves the floor.
    """
    middle, landing = does.lift_mid_swing, does.lift_landing

    def between(name: str, share: FloatArray) -> FloatArray:
        low, high = getattr(without, name), getattr(lifted, name)
        return np.asarray(low + share * (high - low))

    strike_roll = between("strike_roll", landing)
    early = np.where(does.missed, 0.0, np.clip((heel_off_s - does.on_s) / 0.3, 0.0, 1.0))
    return replace(
        lifted,
        toe_off=lifted.toe_off * (1.0 - _PUSH_LOST_FRAC * early),
        strike=between("strike", landing),
        strike_roll=strike_roll,
        swing_roll=between("swing_roll", middle),
        drop=between("drop", middle),
        clearance=between("clearance", middle),
        bow=between("bow", middle),
        lowering_s=between("lowering_s", landing),
        stopping_s=between("stopping_s", landing),
    )
