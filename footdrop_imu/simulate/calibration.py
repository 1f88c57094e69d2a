"""A sensor with known errors, laid by hand on one side after the other, and the same errors put into a walk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import GRAVITY_MPS2, FloatArray, Matrix, SensorStream, SensorTraits, Session, Vector

if TYPE_CHECKING:
    from scipy.spatial.transform import Rotation

__all__ = [
    "SIDES_UP",
    "TWICE",
    "SensorErrors",
    "SixPositionConfig",
    "TurnedSensor",
    "draw_errors",
    "plant_errors",
    "simulate_six_positions",
]

SIDES_UP: dict[str, Vector] = {
    "+x": (1.0, 0.0, 0.0),
    "-x": (-1.0, 0.0, 0.0),
    "+y": (0.0, 1.0, 0.0),
    "-y": (0.0, -1.0, 0.0),
    "+z": (0.0, 0.0, 1.0),
    "-z": (0.0, 0.0, -1.0),
}
"""Direction up in the case's axes by the side that lies up."""
TWICE = ("+z", "+x", "-z", "-x", "+z", "+y", "-z", "-y", "+x", "+y", "-x", "-y")
"""Round the six sides twice, by turns about each of the three axes."""

_UNIT: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True)
class SensorErrors:
    """What a sensor shows is ``scale`` times what is true, plus ``offset``; misalignment is off the diagonal."""

    acc_scale: Matrix = _UNIT
    acc_offset_mps2: Vector = (0.0, 0.0, 0.0)
    gyr_scale: Matrix = _UNIT
    gyr_offset_radps: Vector = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class SixPositionConfig:
    """How a sensor is laid on its sides.

    Parameters
    ----------
    order
        Sides that lie up, one after the other; keys of ``SIDES_UP``.
    hold_s, turn_s
        How long it lies, and how long the hand takes to the next side.
    lay_deg
        Standard deviation of how far a side is from level.
    wobble_deg, lift_m
        What the hand does on the way besides.
    chip_rotation
        Quaternion x y z w, chip to case: the chip's axes need not be the case's.
    rate_hz, acc_noise_mps2, gyr_noise_dps
        Of the sensor.
    seed
        Of everything drawn.
    """

    order: tuple[str, ...] = ("+z", "+x", "-z", "-x", "+y", "-y")
    hold_s: float = 3.0
    turn_s: float = 1.5
    lay_deg: float = 1.5
    wobble_deg: float = 15.0
    lift_m: float = 0.08
    chip_rotation: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)
    rate_hz: float = 100.0
    acc_noise_mps2: float = 0.025
    gyr_noise_dps: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        unknown = [side for side in self.order if side not in SIDES_UP]
        if unknown or not self.order:
            raise SchemaError(
                SchemaReason.WRONG_VALUE, f"order is {self.order}; use one or more of {', '.join(SIDES_UP)}."
            )
        if not (self.hold_s > 0 and self.turn_s > 0 and self.rate_hz > 0):
            raise SchemaError(SchemaReason.WRONG_VALUE, "hold_s, turn_s and rate_hz have to be more than 0.")


class TurnedSensor(NamedTuple):
    """``acc`` (n, 3) m/s² and ``gyr`` (n, 3) rad/s as the sensor shows them, the truth beside them, and a session."""

    acc: FloatArray
    gyr: FloatArray
    true_acc: FloatArray
    true_gyr: FloatArray
    session: Session


def simulate_six_positions(errors: SensorErrors | None = None, config: SixPositionConfig | None = None) -> TurnedSensor:
    """Lay a sensor on its sides.

    Parameters
    ----------
    errors
        Of the sensor; none if not given.
    config
        How it is laid.

    Returns
    -------
    TurnedSensor
        Everything in the chip's axes; the session holds the one sensor as a left foot's.

    Notes
    -----
    Between two sides the hand turns by a fixed axis with a smooth course of the angle, wobbles about another one and
    lifts the sensor; rates and accelerations are exact derivatives of these.
    """
    from scipy.spatial.transform import Rotation

    errors, config = errors or SensorErrors(), config or SixPositionConfig()
    rng = np.random.default_rng([config.seed, 11])
    laid = [_laid(side, config.lay_deg, rng) for side in config.order]
    hold, turn = (max(2, round(length * config.rate_hz)) for length in (config.hold_s, config.turn_s))
    frac = np.arange(1, turn + 1, dtype=np.float64) / (turn + 1.0)
    turn_s = (turn + 1.0) / config.rate_hz
    turned, rates, pulls = [], [], []
    for number, pose in enumerate(laid):
        turned.append(Rotation.from_quat(np.tile(pose.as_quat(), (hold, 1))))
        rates.append(np.zeros((hold, 3)))
        pulls.append(np.zeros((hold, 3)))
        if number + 1 == len(laid):
            break
        way = (pose.inv() * laid[number + 1]).as_rotvec()
        wobble = np.radians(config.wobble_deg) * _direction(rng)
        lift = config.lift_m * (np.array([0.0, 0.0, 1.0]) + 0.5 * _direction(rng))
        course, speed = _smooth_step(frac, turn_s)
        bump, bump_speed, bump_pull = _bump(frac, turn_s)
        aside = Rotation.from_rotvec(bump[:, None] * wobble)
        turned.append(pose * Rotation.from_rotvec(course[:, None] * way) * aside)
        rates.append(aside.inv().apply(speed[:, None] * way) + bump_speed[:, None] * wobble)
        pulls.append(bump_pull[:, None] * lift)
    to_world = Rotation.concatenate(turned)
    chip = Rotation.from_quat(config.chip_rotation)
    force = np.concatenate(pulls) + np.array([0.0, 0.0, GRAVITY_MPS2])
    true_acc = chip.inv().apply(to_world.inv().apply(force))
    true_gyr = chip.inv().apply(np.concatenate(rates))
    acc = true_acc @ np.array(errors.acc_scale).T + errors.acc_offset_mps2
    gyr = true_gyr @ np.array(errors.gyr_scale).T + errors.gyr_offset_radps
    acc = acc + config.acc_noise_mps2 * rng.standard_normal(acc.shape)
    gyr = gyr + np.radians(config.gyr_noise_dps) * rng.standard_normal(gyr.shape)
    return TurnedSensor(acc, gyr, true_acc, true_gyr, _session(acc, gyr, config.rate_hz))


def draw_errors(seed: int) -> SensorErrors:
    """Errors as sensors in use have them: scales 3 %, axes 0.5 % aslant, offsets 0.5 m/s² and 0.01 rad/s (all sd)."""
    rng = np.random.default_rng([seed, 12])

    def scale() -> Matrix:
        aslant = 0.005 * rng.standard_normal((3, 3))
        values = np.diag(1.0 + 0.03 * np.clip(rng.standard_normal(3), -2.0, 2.0)) + 0.5 * (aslant + aslant.T)
        x, y, z = values.tolist()
        return tuple(x), tuple(y), tuple(z)

    def offset(size: float) -> Vector:
        x, y, z = (size * np.clip(rng.standard_normal(3), -3.0, 3.0)).tolist()
        return x, y, z

    return SensorErrors(scale(), offset(0.5), scale(), offset(0.01))


def plant_errors(session: Session, errors: SensorErrors, segment: str) -> Session:
    """Put a sensor's errors into one segment of a session."""

    def spoiled(stream: SensorStream) -> SensorStream:
        if stream.segment != segment:
            return stream
        scale, offset = (
            (errors.acc_scale, errors.acc_offset_mps2)
            if stream.quantity == "acceleration"
            else (errors.gyr_scale, errors.gyr_offset_radps)
        )
        return replace(stream, values=stream.values @ np.array(scale).T + offset)

    return replace(session, streams=tuple(spoiled(stream) for stream in session.streams))


def _session(acc: FloatArray, gyr: FloatArray, rate_hz: float) -> Session:
    traits = SensorTraits(maker="footdrop_imu", model="simulated")
    acceleration = SensorStream("left_foot", "acceleration", acc, rate_hz=rate_hz, traits=traits)
    rate = SensorStream("left_foot", "angular_velocity", gyr, rate_hz=rate_hz, traits=traits)
    return Session(name="six_positions", streams=(acceleration, rate), activity="other", note="simulated")


def _laid(side: str, lay_deg: float, rng: np.random.Generator) -> Rotation:
    """Case to world with one side up, headed anywhere, not quite level."""
    from scipy.spatial.transform import Rotation

    up = np.array(SIDES_UP[side])
    level, _ = Rotation.align_vectors([[0.0, 0.0, 1.0]], [up])
    heading = Rotation.from_rotvec([0.0, 0.0, rng.uniform(-np.pi, np.pi)])
    return Rotation.from_rotvec(np.radians(lay_deg) * rng.standard_normal(3)) * heading * level


def _direction(rng: np.random.Generator) -> FloatArray:
    vector = rng.standard_normal(3)
    return np.asarray(vector / np.linalg.norm(vector))


def _smooth_step(frac: FloatArray, duration_s: float) -> tuple[FloatArray, FloatArray]:
    """From 0 to 1 without speed or pull at the ends (minimum jerk), and its rate of change per s."""
    return (
        frac**3 * (10.0 - 15.0 * frac + 6.0 * frac**2),
        30.0 * frac**2 * (1.0 - frac) ** 2 / duration_s,
    )


def _bump(frac: FloatArray, duration_s: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """From 0 to 1 and back (64 times (frac (1 - frac))³), its first and second change per s."""
    product, slope = frac * (1.0 - frac), 1.0 - 2.0 * frac
    return (
        64.0 * product**3,
        192.0 * product**2 * slope / duration_s,
        (384.0 * product * slope**2 - 384.0 * product**2) / duration_s**2,
    )
