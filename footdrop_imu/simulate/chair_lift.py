"""The chair lift test with known truth: both feet in turn, seated, heel down, each lifted in three ways.

As high as possible, three times with a short stop; as fast as possible for ten seconds; three times with the hand's
help. The affected foot is first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import SIDES, FloatArray, Person
from footdrop_imu.simulate.exercise import SimulatedExercise, record_exercise
from footdrop_imu.simulate.exercise_body import ANKLE_M
from footdrop_imu.simulate.exercise_course import HEADING, OUTWARD, PITCH, Acting, Course, Track, hum
from footdrop_imu.simulate.exercise_truth import ExercisePart, ExerciseTruth, Intended, TrueRepetition, true_repetition
from footdrop_imu.simulate.leg import shank_length_m
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.sole import Sole

__all__ = ["PARTS", "ChairLiftConfig", "LiftingFoot", "simulate_chair_lift"]

PARTS = ("high", "fast", "assisted")

_LEAN_DEG = (-6.0, 8.0)
_STRAY = 0.06
_TAPPING_S = 10.0
_BETWEEN_S = 1.5
_HIGH = {"raising_s": 0.9, "hold_s": 0.7, "lowering_s": 0.9, "rest_s": 0.8}
_ASSISTED = {"raising_s": 1.3, "hold_s": 1.2, "lowering_s": 1.2, "rest_s": 0.8}
_LIFTS = 3


@dataclass(frozen=True)
class LiftingFoot:
    """How one foot does in the test.

    Parameters
    ----------
    active_range_deg
        How high the toes come by their own power, 3 to 40.
    tap_rate_hz
        Taps in a second at the start, 0.5 to 5.
    tap_frac
        Height of the first taps, share of the active range.
    fade_frac
        Share of height that is gone in the last tap; half as much of the rate.
    assisted_more_deg
        How much higher the hand brings the toes.
    tremor_deg, tremor_hz
        Amplitude while the foot is up, and frequency.
    """

    active_range_deg: float = 22.0
    tap_rate_hz: float = 3.0
    tap_frac: float = 0.7
    fade_frac: float = 0.1
    assisted_more_deg: float = 2.0
    tremor_deg: float = 0.0
    tremor_hz: float = 6.0

    def __post_init__(self) -> None:
        bounds: Mapping[str, tuple[float, float]] = {
            "active_range_deg": (3.0, 40.0),
            "tap_rate_hz": (0.5, 5.0),
            "tap_frac": (0.1, 1.0),
            "fade_frac": (0.0, 0.8),
            "assisted_more_deg": (0.0, 30.0),
            "tremor_deg": (0.0, 5.0),
            "tremor_hz": (4.0, 8.0),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise SchemaError(
                    SchemaReason.WRONG_VALUE, f"{name} is {value}; a simulated chair lift needs {low} to {high}."
                )


@dataclass(frozen=True)
class ChairLiftConfig:
    """One chair lift test.

    Parameters
    ----------
    side
        The affected foot, which is tested first.
    affected, other
        How each foot does.
    variation_frac
        Standard deviation from lift to lift of ranges and times.
    quiet_s
        Stillness before and after each foot's turn.
    sway_scale
        Small motion of the sensor on the foot; taps on the floor make it ring. 0 = none, 1 = as usual.
    leg_length_m, shoe_length_m
        Hip to floor; of both shoes.
    seed
        Of everything random in the test.
    """

    side: str = "right"
    affected: LiftingFoot = LiftingFoot(8.0, 1.6, 0.7, 0.35, 12.0)
    other: LiftingFoot = LiftingFoot()
    variation_frac: float = 0.06
    quiet_s: float = 3.0
    sway_scale: float = 1.0
    leg_length_m: float = 0.88
    shoe_length_m: float = 0.27
    seed: int = 0

    def __post_init__(self) -> None:
        if self.side not in SIDES:
            raise SchemaError(SchemaReason.WRONG_VALUE, f"side is {self.side!r}; use one of {', '.join(SIDES)}.")
        bounds: Mapping[str, tuple[float, float]] = {
            "variation_frac": (0.0, 0.3),
            "quiet_s": (0.5, 60.0),
            "sway_scale": (0.0, 10.0),
            "leg_length_m": (0.4, 1.3),
            "shoe_length_m": (0.12, 0.40),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise SchemaError(
                    SchemaReason.WRONG_VALUE, f"{name} is {value}; a simulated chair lift needs {low} to {high}."
                )


def simulate_chair_lift(
    config: ChairLiftConfig, sensor: SensorConfig, *, name: str = "simulated", person: Person | None = None
) -> SimulatedExercise:
    """Simulate a chair lift test with a sensor on each shoe, and on each shank where the sensors say so.

    Parameters
    ----------
    config
        Who does how well; seeded.
    sensor
        What measures it; seeded apart.
    name, person
        As for `exercise.simulate_exercise`.

    Returns
    -------
    SimulatedExercise
        The truth's ``parts`` say which foot does what when (``PARTS``), its ``repetitions`` have the same words. Its
        measures, each with the foot's side before it: ``active_range_deg`` and ``assisted_range_deg`` (greatest of
        their parts) and ``assisted_minus_active_deg``; ``greatest_speed_dps`` upward, of the fast part;
        ``taps_in_10_s``, tops within ten seconds of the first tap's start; ``fade_frac``, by how much the mean range of
        the last third of these taps is below that of the first third.
    """
    rng = np.random.default_rng([config.seed, 23])
    begin_s, acting, parts, repetitions = 0.0, [], [], []
    knocks: dict[str, FloatArray] = {}
    measures: dict[str, float] = {}
    for side in (config.side, SIDES[1 - SIDES.index(config.side)]):
        lifting = config.affected if side == config.side else config.other
        drawn = _Drawing(config, lifting, side, rng, begin_s + config.quiet_s)
        foot = _acting(config, lifting, side, drawn.track.course(), rng)
        course, way = foot.movements[0]
        inward = Sole(side).inward
        found = [true_repetition(foot, course, way, what, inward) for what in drawn.intended]
        measures |= {f"{side}_{key}": value for key, value in _measures(found).items()}
        knocks[side] = np.array([what.end_s for what in drawn.intended if what.part == "fast"])
        acting.append(foot)
        parts += drawn.parts
        repetitions += found
        begin_s = drawn.now
    truth = ExerciseTruth("chair_lift_test", config.side, tuple(repetitions), parts=tuple(parts), measures=measures)
    duration_s = begin_s + config.quiet_s
    return record_exercise(
        config, (acting[0], acting[1]), duration_s, truth, sensor, name=name, person=person, knock_s=knocks
    )


class _Drawing:
    """One foot's turn, being written."""

    def __init__(
        self, config: ChairLiftConfig, foot: LiftingFoot, side: str, rng: np.random.Generator, now: float
    ) -> None:
        self.config, self.side, self.rng, self.now = config, side, rng, now
        self.track, self.cycle = Track(), 0
        self.intended: list[Intended] = []
        self.parts: list[ExercisePart] = []
        self._lifts("high", foot.active_range_deg, **_HIGH)
        self.now += _BETWEEN_S
        self._taps(foot)
        self.now += _BETWEEN_S
        self._lifts("assisted", foot.active_range_deg + foot.assisted_more_deg, **_ASSISTED)

    def _vary(self) -> float:
        return float(1.0 + self.config.variation_frac * np.clip(self.rng.standard_normal(), -2.5, 2.5))

    def _lift(self, part: str, size: float, raising_s: float, hold_s: float, lowering_s: float) -> None:
        begin = self.now
        top = begin + raising_s * self._vary()
        down = top + hold_s * self._vary()
        self.now = down + lowering_s * self._vary()
        self.track.go(begin, top, size * self._vary())
        self.track.go(down, self.now, 0.0)
        self.intended.append(Intended("repetition", begin, top, down, self.now, 0.0, 1, self.cycle, part))
        self.cycle += 1

    def _lifts(
        self, part: str, size: float, *, raising_s: float, hold_s: float, lowering_s: float, rest_s: float
    ) -> None:
        begin = self.now
        for k in range(_LIFTS):
            self.now += rest_s * self._vary() if k else 0.0
            self._lift(part, size, raising_s, hold_s, lowering_s)
        self.parts.append(ExercisePart(self.side, part, begin, self.now))

    def _taps(self, foot: LiftingFoot) -> None:
        begin = self.now
        while self.now < begin + _TAPPING_S:
            tired = foot.fade_frac * min((self.now - begin) / _TAPPING_S, 1.0)
            half_s = 0.5 / (foot.tap_rate_hz * (1.0 - 0.5 * tired))
            self._lift("fast", foot.active_range_deg * foot.tap_frac * (1.0 - tired), half_s, 0.0, half_s)
        self.parts.append(ExercisePart(self.side, "fast", begin, self.now))


def _acting(
    config: ChairLiftConfig, lifting: LiftingFoot, side: str, angle: Course, rng: np.random.Generator
) -> Acting:
    way = np.array([1.0, *(_STRAY * np.clip(rng.standard_normal(2), -2.0, 2.0)), 0.0])
    way /= np.linalg.norm(way)
    shake = hum(rng, lifting.tremor_deg / np.sqrt(2.0), lifting.tremor_hz - 0.3, lifting.tremor_hz + 0.3)

    def tremor(time_s: FloatArray) -> FloatArray:
        away = np.clip(4.0 * angle(time_s) / lifting.active_range_deg, 0.0, 1.0)
        return np.asarray(shake(time_s) * away**2 * (3.0 - 2.0 * away))

    return Acting(
        side=side,
        pivot=np.zeros(3),
        posture={HEADING: Track(float(rng.uniform(2.0, 15.0))).course(), OUTWARD: Track(0.1).course()},
        movements=((angle, way),),
        noises=((tremor, np.eye(4)[PITCH]),),
        lean=Track(float(rng.uniform(*_LEAN_DEG))).course(),
        lean_by_pitch=-ANKLE_M[2] / shank_length_m(config.leg_length_m),
    )


def _measures(found: list[TrueRepetition]) -> dict[str, float]:
    ranges = {part: np.array([one.range_deg for one in found if one.part == part]) for part in PARTS}
    fast = [one for one in found if one.part == "fast"]
    taps = np.array([one.range_deg for one in fast if one.top_s <= fast[0].start_s + _TAPPING_S])
    third = max(len(taps) // 3, 1)
    active, assisted = float(ranges["high"].max()), float(ranges["assisted"].max())
    return {
        "active_range_deg": active,
        "assisted_range_deg": assisted,
        "assisted_minus_active_deg": assisted - active,
        "greatest_speed_dps": max(one.greatest_speed_dps for one in fast),
        "taps_in_10_s": float(len(taps)),
        "fade_frac": float(1.0 - taps[-third:].mean() / taps[:third].mean()),
    }
