"""What lifts the toe at mid swing: the foot's tilt, the leg, a sideways swing, or the other heel's rise."""

from __future__ import annotations

import numpy as np

from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.extremes import TrueFoot, left_of
from footdrop_imu.simulate.motion import heights, move, point

__all__ = ["lift_budget"]


def lift_budget(
    foot: TrueFoot, other: TrueFoot, middle_s: FloatArray, flat_s: FloatArray, other_flat_s: FloatArray
) -> dict[str, FloatArray]:
    """Parts of the toe's height at mid swing, whose sum it is; defined in `truth`.

    Parameters
    ----------
    foot, other
        The foot that swings, and the one that stands.
    middle_s
        (n,) mid swings on the walk's clock.
    flat_s
        (n, 2) the foot-flats that bound its strides.
    other_flat_s
        (m,) a moment of foot-flat in each of the other foot's stances.
    """
    sole, heel = foot.motion.sole, np.zeros((1, 3))
    state = move(foot.motion, middle_s)
    toe, raised = foot.above_floor(state, np.stack([sole.toe, sole.heel]), middle_s, flat_s).T
    stood = foot.plan.footing.place_m[:, :2]
    aside = left_of(point(state, heel[0])[0][:, None], stood[:-1], stood[1:])[:, 0]
    sideways = aside**2 / (2.0 * foot.leg_length_m)
    stance = np.searchsorted(other.phases.toe_off, middle_s)
    flat = move(other.motion, other_flat_s[stance])
    vaulting = (heights(move(other.motion, middle_s), heel) - heights(flat, heel))[:, 0]
    return {
        "vaulting_m": vaulting,
        "lift_from_foot_m": toe - raised,
        "lift_from_leg_m": raised - sideways - vaulting,
        "lift_from_sideways_m": sideways,
        "lift_from_vaulting_m": vaulting,
    }
