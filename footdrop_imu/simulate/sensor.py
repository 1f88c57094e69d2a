"""A sensor: where it is, what its errors are, and what it would measure without them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import GRAVITY_MPS2, PLACES, SEGMENTS, FloatArray
from footdrop_imu.simulate.motion import FootMotion, move, point
from footdrop_imu.simulate.shank import SHANK_PLACES, ShankMotion, move_shank
from footdrop_imu.simulate.sole import Sole
from footdrop_imu.simulate.sway import Sway, sway_at

__all__ = ["STAMPS", "SensorConfig", "Signals", "exact_signals", "ideal_sensor", "sensor_place_m"]

STAMPS: Final = ("counter", "sampling", "arrival")

Quaternion = tuple[float, float, float, float]

_CHUNK = 65_536  # samples worked on at once; bounds the memory


@dataclass(frozen=True)
class SensorConfig:
    """One pair of sensors of the same kind. Errors are drawn for each sensor and axis.

    Parameters
    ----------
    rate_hz
        Samples per second, 25 to 1000.
    place
        Where on the shoe: one of `schema.PLACES`.
    place_scatter_m
        Standard deviation of where there, forward, sideways and up; each foot's sensor is put on by itself.
    shank
        Whether there is a sensor on each shank too, in the middle of the shin.
    shank_place
        On its front or on its outer side: one of `shank.SHANK_PLACES`.
    left_rotation, right_rotation, left_shank_rotation, right_shank_rotation
        Quaternion x y z w, sensor to foot or to shank; None = drawn.
    random_mounting
        Any rotation at all.
    turned
        Segments whose sensor was put on back to front: half a turn about the vertical on top of its rotation.
    mounting_error_deg
        Standard deviation about each axis of the rotation that is drawn otherwise.
    acc_noise_mps2, gyr_noise_dps
        Standard deviation of white noise, each sample.
    acc_noise_density_mps2, gyr_noise_density_dps
        More white noise as data sheets state it, per square root of hertz: a sample has it over half the rate.
    acc_bias_mps2, gyr_bias_dps
        Standard deviation of the constant bias.
    acc_walk_mps2, gyr_walk_dps
        Standard deviation of the bias' random walk after a minute.
    gyr_warming_dps, warming_time_s
        How far the gyroscope's bias drifts, in a drawn direction, while the sensor warms up, and the time constant.
    acc_scale_frac, gyr_scale_frac
        Standard deviation of the scale error.
    acc_scale_mean_frac, gyr_scale_mean_frac
        Its mean, one for all axes or one for each: 0.05 reads 5 % too much.
    acc_range_g, gyr_range_dps
        Where the sensor clips.
    resolution_bits
        Of each sample over the range; 0 = not rounded.
    integrates_on_chip
        Samples are means over the sample time, centered on it.
    anti_alias
        A low-pass filter without delay before sampling (Hann window of two sample times).
    gyr_delay_s
        How much later than the accelerometer the gyroscope shows the same motion: of all sensors, or left and right.
    clock_drift_ppm
        The right sensor's sample time is longer than the left's by this; a shank's differs as much from its foot's.
    right_start_s, shank_start_s
        First sample of the right sensors after the left ones', of a shank's after its foot's.
    lost_frac
        Share of packets lost at random.
    burst_per_min, burst_s
        Longer losses: how often and their mean duration.
    packet_samples
        Samples in a packet.
    stamps
        The streams' clock: ``counter``; ``sampling``, the time of each sample; ``arrival``, the time when its packet
        came, after the packet's last sample.
    stamp_jitter_s
        Standard deviation of a time of sampling (times still increase); mean delay of a packet.
    seed
        Of everything random in the sensors.
    """

    rate_hz: float = 204.8
    place: str = "instep"
    place_scatter_m: tuple[float, float, float] = (0.0, 0.0, 0.0)
    shank: bool = False
    shank_place: str = "front"
    left_rotation: Quaternion | None = None
    right_rotation: Quaternion | None = None
    left_shank_rotation: Quaternion | None = None
    right_shank_rotation: Quaternion | None = None
    random_mounting: bool = False
    turned: tuple[str, ...] = ()
    mounting_error_deg: float = 8.0
    acc_noise_mps2: float = 0.025
    gyr_noise_dps: float = 0.1
    acc_noise_density_mps2: float = 0.0
    gyr_noise_density_dps: float = 0.0
    acc_bias_mps2: float = 0.05
    gyr_bias_dps: float = 0.3
    acc_walk_mps2: float = 0.005
    gyr_walk_dps: float = 0.02
    gyr_warming_dps: float = 0.0
    warming_time_s: float = 240.0
    acc_scale_frac: float = 0.003
    gyr_scale_frac: float = 0.003
    acc_scale_mean_frac: float | tuple[float, float, float] = 0.0
    gyr_scale_mean_frac: float | tuple[float, float, float] = 0.0
    acc_range_g: float = 16.0
    gyr_range_dps: float = 2000.0
    resolution_bits: int = 16
    integrates_on_chip: bool = False
    anti_alias: bool = False
    gyr_delay_s: float | tuple[float, float] = 0.0
    clock_drift_ppm: float = 0.0
    right_start_s: float = 0.0
    shank_start_s: float = 0.0
    lost_frac: float = 0.0
    burst_per_min: float = 0.0
    burst_s: float = 0.3
    packet_samples: int = 1
    stamps: str = "counter"
    stamp_jitter_s: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.place not in PLACES:
            raise SchemaError(SchemaReason.WRONG_VALUE, f"place is {self.place!r}; use one of {', '.join(PLACES)}.")
        if self.shank_place not in SHANK_PLACES:
            raise SchemaError(
                SchemaReason.WRONG_VALUE,
                f"shank_place is {self.shank_place!r}; use one of {', '.join(SHANK_PLACES)}.",
            )
        if self.stamps not in STAMPS:
            raise SchemaError(SchemaReason.WRONG_VALUE, f"stamps is {self.stamps!r}; use one of {', '.join(STAMPS)}.")
        strange = set(self.turned) - set(SEGMENTS)
        if strange:
            raise SchemaError(
                SchemaReason.WRONG_VALUE, f"turned has {min(strange)!r}; use some of {', '.join(SEGMENTS)}."
            )
        bounds = {
            "rate_hz": (25.0, 1000.0),
            "place_scatter_m": (0.0, 0.1),
            "acc_range_g": (1.0, 1e9),
            "gyr_range_dps": (50.0, 1e9),
            "lost_frac": (0.0, 0.9),
            "burst_per_min": (0.0, 600.0),
            "burst_s": (0.0, 60.0),
            "packet_samples": (1, 1000),
            "resolution_bits": (0, 32),
            "right_start_s": (0.0, 3600.0),
            "shank_start_s": (0.0, 3600.0),
            "gyr_delay_s": (-0.2, 0.2),
            "acc_scale_mean_frac": (-0.5, 0.5),
            "gyr_scale_mean_frac": (-0.5, 0.5),
            "warming_time_s": (1.0, 1e6),
            "stamp_jitter_s": (0.0, 1.0),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if not all(low <= part <= high for part in np.ravel(value)):
                raise SchemaError(
                    SchemaReason.WRONG_VALUE, f"{name} is {value}; a simulated sensor needs {low} to {high}."
                )

    def rotation(self, segment: str) -> FloatArray:
        """Rotation matrix (3, 3) of a segment's sensor, sensor to foot or to shank."""
        from scipy.spatial.transform import Rotation

        given = getattr(self, f"{segment.removesuffix('_foot')}_rotation")
        if given is not None:
            rotation = Rotation.from_quat(given)
        else:
            rng = self.rng(segment, 0)
            error = np.radians(self.mounting_error_deg)
            rotation = (
                Rotation.from_quat(rng.standard_normal(4))
                if self.random_mounting
                else Rotation.from_rotvec(error * rng.standard_normal(3))
            )
        half_turn = np.diag([-1.0, -1.0, 1.0])
        return np.asarray((half_turn if segment in self.turned else np.eye(3)) @ rotation.as_matrix())

    def place_error_m(self, segment: str) -> FloatArray:
        """How far (3,) a segment's sensor is off its usual place, in foot axes."""
        return np.asarray(self.place_scatter_m * self.rng(segment, 6).standard_normal(3))

    def rng(self, segment: str, purpose: int) -> np.random.Generator:
        """A generator of its own for each sensor and purpose, so that one setting does not shift another's draws."""
        return np.random.default_rng([self.seed, 2 + SEGMENTS.index(segment), purpose])

    def clock(self, segment: str) -> tuple[float, float]:
        """First sample on the walk's clock and sample time of a segment's sensor, both in s."""
        right, shank = segment.startswith("right"), segment.endswith("shank")
        start_s = (self.right_start_s if right else 0.0) + (self.shank_start_s if shank else 0.0)
        drift = (0.5 if right != shank else -0.5) * self.clock_drift_ppm * 1e-6
        return start_s, (1.0 + drift) / self.rate_hz

    def delay_s(self, segment: str) -> float:
        """How much later than the accelerometer a segment's gyroscope shows the same motion."""
        both = np.broadcast_to(self.gyr_delay_s, 2)
        return float(both[1 if segment.startswith("right") else 0])


class Signals(NamedTuple):
    """``acc`` (n, 3) m/s² and ``gyr`` (n, 3) rad/s."""

    acc: FloatArray
    gyr: FloatArray


def ideal_sensor(rate_hz: float = 204.8, place: str = "instep") -> SensorConfig:
    """A sensor without any error, aligned with the foot."""
    return SensorConfig(
        rate_hz=rate_hz,
        place=place,
        mounting_error_deg=0.0,
        acc_noise_mps2=0.0,
        gyr_noise_dps=0.0,
        acc_bias_mps2=0.0,
        gyr_bias_dps=0.0,
        acc_walk_mps2=0.0,
        gyr_walk_dps=0.0,
        acc_scale_frac=0.0,
        gyr_scale_frac=0.0,
        acc_range_g=1e6,
        gyr_range_dps=1e6,
        resolution_bits=0,
    )


def sensor_place_m(sole: Sole, place: str) -> FloatArray:
    """Place (3,) m of the sensor in foot axes from the heel point."""
    length, half = sole.length_m, 0.5 * sole.width_m
    return {
        "instep": np.array([0.50 * length, 0.0, 0.075]),
        "lace": np.array([0.58 * length, 0.0, 0.070]),
        "heel": np.array([-0.012, 0.0, 0.050]),
        "outer": np.array([0.36 * length, -sole.inward * half, 0.055]),
    }[place]


def exact_signals(motion: FootMotion | ShankMotion, sway: Sway, place_m: FloatArray, time_s: FloatArray) -> Signals:
    """Specific force and angular rate at a place of the shoe or shank, in its axes, at (n,) times."""
    acc, gyr = np.empty((len(time_s), 3)), np.empty((len(time_s), 3))
    for begin in range(0, len(time_s), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        acc[part], gyr[part] = _exact(motion, sway, place_m, time_s[part])
    return Signals(acc, gyr)


def _exact(motion: FootMotion | ShankMotion, sway: Sway, place_m: FloatArray, time_s: FloatArray) -> Signals:
    if isinstance(motion, ShankMotion):
        state, foot = move_shank(motion, time_s), motion.foot
    else:
        state, foot = move(motion, time_s), motion
    tilt, shift = sway_at(sway, time_s)
    world = point(state, place_m + shift[0])[2]
    world[:, 2] += GRAVITY_MPS2
    if foot.belt is not None:
        world[:, 0] -= foot.belt.acceleration_mps2(time_s)
    force = np.einsum("nji,nj->ni", state.rotation, world) + shift[2] + 2.0 * np.cross(state.rate, shift[1])
    # The sensor is turned against the foot by the rotation vector r: its own rate is J(r) r' on top of the foot's.
    own = tilt[1] - 0.5 * np.cross(tilt[0], tilt[1]) + np.cross(tilt[0], np.cross(tilt[0], tilt[1])) / 6.0
    return Signals(_turned_back(tilt[0], force), _turned_back(tilt[0], state.rate) + own)


def _turned_back(turn: FloatArray, vector: FloatArray) -> FloatArray:
    """``vector`` in axes turned by the rotation vectors ``turn``, all (n, 3) (Rodrigues)."""
    angle = np.linalg.norm(turn, axis=1)[:, None]
    first = np.cross(turn, vector)
    second = 0.5 * np.sinc(0.5 * angle / np.pi) ** 2 * np.cross(turn, first)
    return np.asarray(vector - np.sinc(angle / np.pi) * first + second)
