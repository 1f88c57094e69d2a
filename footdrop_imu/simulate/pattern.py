"""How a person walks: each foot's pattern, the walk's course, and presets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.simulate.belt import Belt
from footdrop_imu.simulate.disturb import Disturbances
from footdrop_imu.simulate.drag import Drags
from footdrop_imu.simulate.ground import GROUNDS
from footdrop_imu.simulate.sole import Sole
from footdrop_imu.simulate.stimulation import Stimulation
from footdrop_imu.simulate.terrain import Ramp, Stairs

__all__ = [
    "FootPattern",
    "Stop",
    "Turn",
    "Variability",
    "WalkConfig",
    "corridor",
    "equinus",
    "foot_drop",
    "healthy",
    "inverted",
    "shuffling",
]


@dataclass(frozen=True)
class FootPattern:
    """How one foot walks. Angles are those at 1.3 m/s; ``leg.pose`` scales them with speed.

    Parameters
    ----------
    strike_angle_deg
        Foot pitch at initial contact; 20 to 25 in healthy people, about 0 or below in foot drop.
    toe_off_pitch_deg
        Foot pitch at toe off; -60 to -70 in healthy people.
    swing_drop_deg
        Dorsiflexion that is missing at mid swing; negative: more than usual.
    toe_clearance_m
        Lowest toe height of mid swing above foot-flat; 10 to 20 mm in healthy people (Mariani 2012,
        10.1109/TBME.2012.2216263: 13 ± 9 mm).
    early_rise_m
        How much higher than that the toe stands at its first maximum.
    steppage_m
        Lift of the whole leg in mid swing above what clearance needs.
    circumduction_m
        Outward bow of the swing path.
    swing_roll_deg, strike_roll_deg
        Inversion at mid swing and at initial contact.
    slap_frac
        0: the foot is lowered with control; 1: it falls and stops on the floor.
    lowering_time_s
        Loaded heel to foot-flat.
    impact_time_s
        Duration of the deceleration that the first touch brings, 15 to 30 ms.
    impact_down_mps, impact_forward_mps
        Velocity of the landing point at touch, at 1.3 m/s.
    toe_out_deg
        Foot against the walking direction, outward.
    swing_time_scale, push_off_scale
        Relative to healthy at the same speed: swing time; how much of the toe-off pitch.
    heel_up_deg
        The heel stands up by this all stance, and the forefoot is set down first (equinus).
    stands_heel_up
        Whether it does so in quiet standing too.
    vaulting_m
        How high this foot's heel rises while the other foot swings; it lifts that foot.
    rolling_deg
        How far the heel has risen at push-off, slowly and from foot-flat on: the foot never lies still.
    swing_excursion
        Share of the usual changes of pitch in swing; small in a foot that is pushed along.
    drags
        In which swings the toe drags on the floor, and how.
    stimulation, unaided
        A stimulator lifts the foot, and how it is set: this pattern is the foot with all of its lift, ``unaided`` the
        same foot without any; each swing is between the two (`stimulation`).
    """

    strike_angle_deg: float = 22.0
    toe_off_pitch_deg: float = -62.0
    swing_drop_deg: float = 0.0
    toe_clearance_m: float = 0.016
    early_rise_m: float = 0.012
    steppage_m: float = 0.0
    circumduction_m: float = 0.008
    swing_roll_deg: float = 5.0
    strike_roll_deg: float = 4.0
    slap_frac: float = 0.0
    lowering_time_s: float = 0.085
    impact_time_s: float = 0.018
    impact_down_mps: float = 0.35
    impact_forward_mps: float = 0.7
    toe_out_deg: float = 6.0
    swing_time_scale: float = 1.0
    push_off_scale: float = 1.0
    heel_up_deg: float = 0.0
    stands_heel_up: bool = True
    vaulting_m: float = 0.0
    rolling_deg: float = 0.0
    swing_excursion: float = 1.0
    drags: Drags = field(default_factory=Drags)
    stimulation: Stimulation | None = None
    unaided: FootPattern | None = None

    def __post_init__(self) -> None:
        bounds = {
            "heel_up_deg": (0.0, 40.0),
            "vaulting_m": (0.0, 0.10),
            "rolling_deg": (0.0, 20.0),
            "swing_excursion": (0.0, 1.5),
        }
        for name, (low, high) in bounds.items():
            if not low <= getattr(self, name) <= high:
                raise SchemaError(
                    SchemaReason.WRONG_VALUE,
                    f"{name} is {getattr(self, name)}; a simulated foot needs {low} to {high}.",
                )
        if (self.stimulation is None) != (self.unaided is None):
            raise SchemaError(
                SchemaReason.WRONG_VALUE, "A stimulated foot needs both stimulation and unaided; found one of them."
            )


@dataclass(frozen=True)
class Turn:
    """A change of heading, left positive, spread over strides from a distance on."""

    distance_m: float
    angle_deg: float
    stride_count: float = 2.0


@dataclass(frozen=True)
class Stop:
    """Standing still after a distance; the feet are set side by side."""

    distance_m: float
    duration_s: float = 3.0


@dataclass(frozen=True)
class Variability:
    """Standard deviations from stride to stride; zero all for a machine-like walk.

    Times and lengths vary by 2 to 3 % in healthy people (Hausdorff 2007, 10.1016/j.humov.2007.05.003); toe
    clearance by 2 to 4 mm.
    """

    step_time_frac: float = 0.015
    step_length_frac: float = 0.02
    step_width_m: float = 0.012
    angle_deg: float = 1.3
    clearance_m: float = 0.003
    path_frac: float = 0.15

    def scaled(self, factor: float) -> Variability:
        """All of them times a factor."""
        return Variability(*(factor * getattr(self, name) for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class WalkConfig:
    """One walk of one person.

    Parameters
    ----------
    speed_mps
        Steady speed, 0.2 to 2.
    distance_m
        Length of the walk.
    left, right
        How each foot walks.
    turns, stops, stairs, ramps
        Along the distance.
    belt
        The treadmill that is walked on; None = the floor.
    first_side
        The foot that makes the first step.
    standing_s
        Quiet standing before and after.
    walk_ratio
        Step length over cadence, m per step/min; 0.0065 in healthy adults (Sekiya 1998,
        10.1016/S0966-6362(98)00009-5), less in short quick steps.
    leg_length_m
        Hip to floor.
    step_width_m
        Between the heels.
    variability
        From stride to stride.
    sway_scale
        Small motion of the sensor on the living foot; 0 = none, 1 = as usual.
    shoe_length_m, shoe_width_m
        Of both shoes.
    toe_spring_m
        How high the toe of both shoes stands when they lie flat.
    surface
        hard, carpet (soft landings; a drag shakes half as much, at lower frequencies) or gravel (rough at every step).
    disturbances
        What can be taken for a toe drag and is none.
    seed
        Of everything random in the walk.
    """

    speed_mps: float = 1.3
    distance_m: float = 20.0
    left: FootPattern = field(default_factory=FootPattern)
    right: FootPattern = field(default_factory=FootPattern)
    turns: tuple[Turn, ...] = ()
    stops: tuple[Stop, ...] = ()
    stairs: tuple[Stairs, ...] = ()
    ramps: tuple[Ramp, ...] = ()
    belt: Belt | None = None
    first_side: str = "right"
    standing_s: float = 3.0
    walk_ratio: float = 0.0065
    leg_length_m: float = 0.88
    step_width_m: float = 0.10
    variability: Variability = field(default_factory=Variability)
    sway_scale: float = 1.0
    shoe_length_m: float = 0.27
    shoe_width_m: float = 0.09
    toe_spring_m: float = 0.012
    surface: str = "hard"
    disturbances: Disturbances = field(default_factory=Disturbances)
    seed: int = 0

    def __post_init__(self) -> None:
        bounds: Mapping[str, tuple[float, float]] = {
            "speed_mps": (0.15, 2.5),
            "distance_m": (1.0, 50_000.0),
            "standing_s": (0.3, 600.0),
            "walk_ratio": (0.002, 0.012),
            "leg_length_m": (0.4, 1.3),
            "step_width_m": (0.0, 0.4),
            "sway_scale": (0.0, 10.0),
            "shoe_length_m": (0.12, 0.40),
            "shoe_width_m": (0.04, 0.16),
            "toe_spring_m": (0.008, 0.022),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise SchemaError(
                    SchemaReason.WRONG_VALUE, f"{name} is {value}; a simulated walk needs {low} to {high}."
                )
        if self.belt is not None:
            self.belt.check(
                self.speed_mps, self.standing_s, straight_and_level=not (self.turns or self.stairs or self.ramps)
            )
        if self.first_side not in ("left", "right"):
            raise SchemaError(SchemaReason.WRONG_VALUE, f"first_side is {self.first_side!r}; use left or right.")
        if self.surface not in GROUNDS:
            raise SchemaError(
                SchemaReason.WRONG_VALUE, f"surface is {self.surface!r}; simulated are {', '.join(GROUNDS)}."
            )

    def pattern(self, side: str) -> FootPattern:
        """The pattern of a side."""
        return self.left if side == "left" else self.right

    def sole(self, side: str) -> Sole:
        """The shoe of a side."""
        return Sole(side, self.shoe_length_m, self.shoe_width_m, toe_spring_m=self.toe_spring_m)


def healthy() -> FootPattern:
    """A healthy foot."""
    return FootPattern()


def foot_drop(severity: float) -> FootPattern:
    """A foot whose lifting muscles are weak.

    Parameters
    ----------
    severity
        0 = healthy, 0.5 = lands flat, 1 = hangs and lands on the forefoot's outer edge.

    Returns
    -------
    FootPattern
        Missing lift, slap while the heel still lands first, inversion, steppage and circumduction that make
        up for part of it, and less clearance.
    """
    if not 0.0 <= severity <= 1.0:
        raise SchemaError(SchemaReason.WRONG_VALUE, f"severity is {severity}; a number from 0 to 1 was expected.")
    normal = healthy()

    def mix(low: float, high: float) -> float:
        return low + severity * (high - low)

    return replace(
        normal,
        strike_angle_deg=mix(normal.strike_angle_deg, -12.0),
        toe_off_pitch_deg=mix(normal.toe_off_pitch_deg, -52.0),
        swing_drop_deg=mix(0.0, 28.0),
        toe_clearance_m=mix(normal.toe_clearance_m, 0.004),
        early_rise_m=mix(normal.early_rise_m, 0.007),
        steppage_m=mix(0.0, 0.015),
        circumduction_m=mix(normal.circumduction_m, 0.045),
        swing_roll_deg=mix(normal.swing_roll_deg, 14.0),
        strike_roll_deg=mix(normal.strike_roll_deg, 12.0),
        slap_frac=min(1.0, 2.0 * severity),
        lowering_time_s=mix(normal.lowering_time_s, 0.045),
        toe_out_deg=mix(normal.toe_out_deg, 2.0),
        swing_time_scale=mix(1.0, 1.12),
        drags=Drags(share_frac=mix(0.0, 0.05)),
    )


def inverted(roll_deg: float = 28.0) -> FootPattern:
    """A foot that is lifted well but turned inward in swing: its outer edge is lower than its toe.

    Parameters
    ----------
    roll_deg
        Inversion at mid swing, 15 to 35.
    """
    if not 15.0 <= roll_deg <= 35.0:
        raise SchemaError(SchemaReason.WRONG_VALUE, f"roll_deg is {roll_deg}; an inverted foot needs 15 to 35.")
    return FootPattern(
        strike_angle_deg=2.0,
        toe_off_pitch_deg=-35.0,
        swing_drop_deg=-28.0,
        early_rise_m=0.008,
        swing_roll_deg=roll_deg,
        strike_roll_deg=0.6 * roll_deg,
        slap_frac=1.0,
        lowering_time_s=0.06,
    )


def equinus(heel_up_deg: float = 15.0, *, stands_heel_up: bool = True) -> FootPattern:
    """A foot that walks on its forefoot: the heel is up all stance, and the ankle does not come out of it in swing.

    Parameters
    ----------
    heel_up_deg
        How far up, 5 to 35. Truth keeps its zero: the sole flat on the floor.
    stands_heel_up
        False: only while walking, with the heel down in quiet standing.
    """
    if not 5.0 <= heel_up_deg <= 35.0:
        raise SchemaError(SchemaReason.WRONG_VALUE, f"heel_up_deg is {heel_up_deg}; equinus needs 5 to 35.")
    return FootPattern(
        strike_angle_deg=-heel_up_deg - 5.0,
        toe_off_pitch_deg=-58.0,
        swing_drop_deg=heel_up_deg,
        toe_clearance_m=0.010,
        early_rise_m=0.008,
        steppage_m=0.010,
        slap_frac=0.0,
        swing_time_scale=1.05,
        heel_up_deg=heel_up_deg,
        stands_heel_up=stands_heel_up,
    )


def shuffling() -> FootPattern:
    """A foot that is pushed along near the floor, almost flat; for 0.2 to 0.4 m/s with a walk ratio of about 0.0035."""
    return FootPattern(
        strike_angle_deg=3.0,
        toe_off_pitch_deg=-18.0,
        toe_clearance_m=0.003,
        early_rise_m=0.002,
        swing_excursion=0.2,
        impact_down_mps=0.15,
        impact_forward_mps=0.4,
    )


def corridor(
    distance_m: float, length_m: float, angle_deg: float = 180.0, stride_count: float = 3.0
) -> tuple[Turn, ...]:
    """Turns for walking to and fro, to the left and to the right in turn.

    Parameters
    ----------
    distance_m
        Of the whole walk.
    length_m
        Of the corridor.
    angle_deg, stride_count
        Of each turn.
    """
    places = np.arange(length_m, distance_m - 1.0, length_m)
    return tuple(Turn(float(d), angle_deg if i % 2 == 0 else -angle_deg, stride_count) for i, d in enumerate(places))
