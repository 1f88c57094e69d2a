"""What varies from swing to swing: the foot's pattern, scaled with speed and step, plus variation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.leg import Pose
from footdrop_imu.simulate.pattern import FootPattern, WalkConfig
from footdrop_imu.simulate.plan import FootPlan

__all__ = ["Swings", "draw_swings", "off_level"]

_STAIR_STRIKE_DEG = [-5.0, -16.0]  # foot pitch at contact, up and down


@dataclass(frozen=True)
class Swings:
    """What varies from swing to swing, each (n,), angles in rad."""

    push_s: FloatArray
    toe_off: FloatArray
    strike: FloatArray
    strike_roll: FloatArray
    swing_roll: FloatArray
    drop: FloatArray
    clearance: FloatArray
    bow: FloatArray
    lowering_s: FloatArray
    stopping_s: FloatArray
    down_mps: FloatArray
    forward_mps: FloatArray


def draw_swings(walk: WalkConfig, pattern: FootPattern, plan: FootPlan, usual: Pose) -> Swings:
    """Each swing's own values: the pattern, scaled with speed and step, plus variation."""
    vary, z, inf = walk.variability, plan.draws, np.inf
    stride_m = np.linalg.norm(np.diff(plan.heel_m, axis=0), axis=1)
    usual_m = 2.0 * np.sqrt(60.0 * walk.speed_mps * walk.walk_ratio)
    part = np.clip(stride_m / usual_m, 0.3, 1.2)
    angle = np.radians(vary.angle_deg)

    stance = plan.toe_off_s[:-1] - plan.contact_s[:-1]
    stride_s = usual_m / walk.speed_mps
    brisk = np.sqrt(stride_s / 1.09)
    # Slower and shorter steps take from a foot that is held up, not from one that hangs.
    less = usual.strike_shift_deg - 14.0 * np.maximum(0.0, 1.0 - part)
    strike = pattern.strike_angle_deg + less * np.clip(pattern.strike_angle_deg / 22.0, 0.0, 1.0)
    # On stairs the forefoot lands first, further toes down on the way down.
    kinds = [plan.footing.kind == "stairs_up", plan.footing.kind == "stairs_down"]
    strike = np.minimum(strike, np.select(kinds, _STAIR_STRIKE_DEG, np.inf))
    strike = np.radians(strike) + angle * z[:, 5]
    scatter = 1.0 + vary.path_frac * np.clip(z[:, :4], -2.5, 2.5)
    strike_roll = np.radians(pattern.strike_roll_deg) * scatter[:, 0]
    strike = off_level(strike, strike_roll, pattern)
    # Only a forefoot falls: the muscle that lowers a heel works in foot drop.
    slap = pattern.slap_frac * (strike > 0.0)
    lowering = np.where(strike > 0.0, pattern.lowering_time_s, 0.09) * brisk
    stopping = (0.05 - 0.03 * slap) * brisk
    down = pattern.impact_down_mps * (0.4 + 0.6 * min(walk.speed_mps / 1.3, 1.5))
    ahead = pattern.impact_forward_mps * walk.speed_mps / 1.3
    loading = np.append(0.0, (lowering + stopping)[:-1]) + pattern.impact_time_s
    longest = np.where(stance < inf, 0.62 * (stance - loading), 0.3 * stride_s)
    toe_off = pattern.toe_off_pitch_deg * usual.toe_off_scale * pattern.push_off_scale * (0.5 + 0.5 * part)
    return Swings(
        push_s=np.minimum(0.25 * stride_s, longest),
        toe_off=np.minimum(np.radians(toe_off) + 1.5 * angle * z[:, 4], np.radians(-12.0)),
        strike=strike,
        strike_roll=strike_roll,
        swing_roll=np.radians(pattern.swing_roll_deg) * scatter[:, 1],
        drop=np.radians(pattern.swing_drop_deg) + angle * z[:, 6],
        clearance=pattern.toe_clearance_m + vary.clearance_m * np.clip(z[:, 7], -2.5, 2.5),
        bow=pattern.circumduction_m * scatter[:, 2],
        lowering_s=lowering,
        stopping_s=stopping,
        down_mps=down * (0.7 + 0.3 * part) * (1.0 + 0.5 * (scatter[:, 3] - 1.0)),
        forward_mps=ahead * part,
    )


def off_level(strike: FloatArray, strike_roll: FloatArray, pattern: FootPattern) -> FloatArray:
    """Pitch at contact (n,) in rad, away from the level foot, which touches with everything at once."""
    # Toes down by less than this, an inverted foot would stand on its heel's outer corner, not on the forefoot's.
    least = 1e-4 + 0.06 * np.abs(strike_roll)
    strike = np.where(strike < 0.0, np.minimum(strike, -least), np.maximum(strike, 1e-4))
    if pattern.heel_up_deg:
        strike = np.minimum(strike, -np.radians(pattern.heel_up_deg) - np.maximum(least, np.radians(1.0)))
    return strike
