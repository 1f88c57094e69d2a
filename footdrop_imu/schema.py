"""Every noun of the project: what it is called, its shape, its unit and its frame.

Frames
    *sensor*: the axes printed on the device. *foot*: x to the toe, y to the wearer's left, z up, the same on
    both feet. *world*: z up, x the walking direction of the stride.
Quaternions
    x y z w; foot (or sensor) to world.
Signs
    Foot pitch: toes up positive (a negative rate about foot y). Foot roll: sole turned inward (inversion)
    positive on both feet. Turn: to the left positive.
Missing
    NaN, never 0 or -1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema_drag import DragSummary, DragTeaching, KeyPresses

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ACTIVITIES",
    "AFFECTED",
    "AIDS",
    "FOOT_SEGMENTS",
    "GRAVITY_MPS2",
    "ORTHOSES",
    "PLACES",
    "SEGMENTS",
    "SHOES",
    "SIDES",
    "STIMULATORS",
    "SURFACES",
    "TIREDNESS",
    "BoolArray",
    "Calibration",
    "Condition",
    "Courses",
    "Estimate",
    "FloatArray",
    "IntArray",
    "Matrix",
    "Mounting",
    "Person",
    "Quality",
    "Recording",
    "SensorStream",
    "SensorTraits",
    "Session",
    "SessionResult",
    "Shoe",
    "Summary",
    "Vector",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]

GRAVITY_MPS2 = 9.80665
"""Standard gravity (ISO 80000-3), the g of a sensor that reports in g."""

SIDES = ("left", "right")
SEGMENTS = ("left_foot", "right_foot", "left_shank", "right_shank")
FOOT_SEGMENTS = ("left_foot", "right_foot")
PLACES = ("instep", "lace", "heel", "outer")
AFFECTED = ("left", "right", "both", "unknown")
ACTIVITIES = ("walk", "treadmill_walk", "ten_metre_walk", "two_minute_walk", "six_minute_walk", "stairs", "other")
ORTHOSES = ("none", "light_brace", "ankle_foot_orthosis", "knee_pad", "other")
SHOES = ("own", "special", "barefoot", "other")
STIMULATORS = ("none", "off", "on")
AIDS = ("none", "stick", "crutches", "walker", "rail", "person", "other")
SURFACES = ("hard", "carpet", "grass", "gravel", "treadmill", "other")
TIREDNESS = ("rested", "usual", "tired")

Quantity = Literal["acceleration", "angular_velocity"]

_CALIBRATION_LIMITS = {
    "acc_matrix": (0.8, 1.25),
    "gyr_matrix": (0.8, 1.25),
    "acc_offset_mps2": (-5.0, 5.0),
    "gyr_offset_radps": (-0.5, 0.5),
    "gyr_delay_s": (-0.1, 0.1),
    "length_scale": (0.8, 1.25),
    "acc_scale_sd": (0.0, 0.2),
    "gyr_scale_sd": (0.0, 0.2),
    "gyr_delay_sd_s": (0.0, 0.1),
    "length_scale_sd": (0.0, 0.2),
}
"""Lowest and highest value; of a matrix its singular values. Beyond them it is a unit, not a sensor's error."""


@dataclass(frozen=True)
class SensorTraits:
    """What is known of a sensor that matters to gait; NaN or empty where it is not known.

    ``integrates_on_chip``: the samples are means over the sample time of a faster inner signal (Xsens), so an
    impact between two samples is not lost. ``serial`` tells this sensor from others of its kind.
    """

    maker: str = ""
    model: str = ""
    acc_range_g: float = float("nan")
    gyr_range_dps: float = float("nan")
    integrates_on_chip: bool = False
    serial: str = ""


@dataclass(frozen=True)
class Calibration:
    """What was found out about one sensor's errors, and the length error left in one shoe; NaN or None = not known.

    The true acceleration is ``acc_matrix`` times (what the sensor shows minus ``acc_offset_mps2``), the true rate
    ``gyr_matrix`` times (what it shows minus ``gyr_offset_radps``), both in the same axes; ``acc_scale_sd`` and
    ``gyr_scale_sd`` are the standard uncertainty of the scale along the worst axis. ``gyr_delay_s``: how much later
    than the accelerometer the gyroscope sees the same motion. Lengths over the ground are to be multiplied by
    ``length_scale``, which holds for the other parts as they stand here. ``sensor``: the maker's serial number or a
    name that the user gave; ``shoe`` "" = any; ``made_at`` ISO 8601; ``made_with`` version of this package;
    ``sources`` recording to SHA-256.
    """

    sensor: str = ""
    shoe: str = ""
    acc_matrix: Matrix | None = None
    acc_offset_mps2: Vector | None = None
    acc_scale_sd: float = float("nan")
    gyr_matrix: Matrix | None = None
    gyr_offset_radps: Vector | None = None
    gyr_scale_sd: float = float("nan")
    gyr_delay_s: float = float("nan")
    gyr_delay_sd_s: float = float("nan")
    length_scale: float = float("nan")
    length_scale_sd: float = float("nan")
    made_at: str = ""
    made_with: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, (low, high) in _CALIBRATION_LIMITS.items():
            value = getattr(self, name)
            if value is None or (isinstance(value, float) and np.isnan(value)):
                continue
            found = np.asarray(value, dtype=np.float64)
            if found.shape != ((3, 3) if name.endswith("_matrix") else (3,) if "_offset_" in name else ()):
                raise SchemaError(SchemaReason.WRONG_VALUE, f"{name} has shape {found.shape}.")
            if np.isfinite(found).all() and found.ndim == 2:
                found = np.asarray(np.linalg.svd(found, compute_uv=False), dtype=np.float64)
            if not ((found >= low) & (found <= high)).all():
                what = "scales" if name.endswith("_matrix") else "values"
                raise SchemaError(
                    SchemaReason.WRONG_VALUE,
                    f"{name}: found {what} of {np.array2string(found, precision=4)}, expected {low:g} to {high:g}. "
                    "Check the unit; a sensor that is further off is broken.",
                )


@dataclass(frozen=True)
class SensorStream:
    """One quantity of one sensor as it was sent, in sensor axes and SI units, gaps and all.

    ``values`` (n, 3) in m/s² (acceleration) or rad/s (angular_velocity). The clock is ``counter`` (n,) int64,
    as sent, not unwrapped, with ``counter_bits`` (None: it does not wrap); else ``time_s`` (n,); else
    ``rate_hz`` alone. Where there is a counter, ``rate_hz`` is the nominal rate of its ticks. Streams of one
    ``clock_group`` share a clock ("" = a clock of its own); ``clock_offset_s`` is the stream's first sample
    on that clock.
    """

    segment: str
    quantity: Quantity
    values: FloatArray
    time_s: FloatArray | None = None
    counter: IntArray | None = None
    counter_bits: int | None = None
    rate_hz: float | None = None
    clock_group: str = ""
    clock_offset_s: float = 0.0
    traits: SensorTraits = SensorTraits()


@dataclass(frozen=True)
class Mounting:
    """How a sensor sits on the foot. Each part may be missing: it is then found from the walk or assumed.

    ``rotation`` quaternion x y z w, sensor to foot. The lever arms run from the sensor to a point of the shoe's
    sole, in foot axes, in m: (forward, left, up). ``sole_points_m`` are points of the sole seen from the sensor in
    the same way, as a scan of the shoe gives them.
    """

    rotation: tuple[float, float, float, float] | None = None
    sensor_to_toe_m: tuple[float, float, float] | None = None
    sensor_to_heel_m: tuple[float, float, float] | None = None
    sensor_to_ball_m: tuple[float, float, float] | None = None
    sensor_to_outer_m: tuple[float, float, float] | None = None
    sole_points_m: tuple[tuple[float, float, float], ...] | None = None


@dataclass(frozen=True)
class Shoe:
    """A shoe of one side as it was worn. ``length_m`` NaN and ``place`` "" where nobody said.

    ``length_sd_m``: how well the outer length is known; NaN = measured with a ruler.
    """

    side: str
    length_m: float = float("nan")
    place: str = ""
    mounting: Mounting = Mounting()
    length_sd_m: float = float("nan")


@dataclass(frozen=True)
class Recording:
    """One sensor's samples on an even grid from its first sample, straight through gaps.

    ``acc`` (n, 3) m/s² and ``gyr`` (n, 3) rad/s in sensor axes, filled linearly where samples were ``lost`` (n,);
    ``valid`` (n,) is False where that gap was too long to trust. Index k is time k / rate_hz; ``clock_offset_s``
    is index 0 on the session's clock. ``clipped`` (n,): a channel stood at the sensor's limit.
    ``gravity_mps2`` (3,): gravity as this accelerometer reads it at rest, sensor axes. Where a ``calibration`` is
    given its matrices and offsets are in ``acc`` and ``gyr`` already; its delay and length scale are not.
    ``clock_residual_s``: how far its time stamps scatter about the even clock (NaN: it has none, or a counter).
    """

    segment: str
    rate_hz: float
    acc: FloatArray
    gyr: FloatArray
    valid: BoolArray
    lost: BoolArray
    clipped: BoolArray
    clock_group: str = ""
    clock_offset_s: float = 0.0
    first_counter: int | None = None
    gravity_mps2: FloatArray = field(default_factory=lambda: np.array([0.0, 0.0, GRAVITY_MPS2]))
    missing_count: int = 0
    repeated_count: int = 0
    traits: SensorTraits = SensorTraits()
    calibration: Calibration | None = None
    clock_residual_s: float = np.nan


@dataclass(frozen=True)
class Condition:
    """How the person walked that day; "" = not said. Closed lists: the constants of this module."""

    shoe: str = ""
    orthosis: str = ""
    stimulator: str = ""
    aid: str = ""
    surface: str = ""
    tiredness: str = ""


@dataclass(frozen=True)
class Person:
    """Who walked: a pseudonym, never a name. ``affected`` left, right, both or unknown.

    ``leg_length_m``: hip to floor, NaN = not said.
    """

    id: str = ""
    affected: str = "unknown"
    leg_length_m: float = float("nan")


@dataclass(frozen=True)
class Session:
    """One walk: its streams and what is known about it.

    ``name`` is what the files call it and the stride table's ``session`` key; ``id`` is a UUID. ``start`` is ISO
    8601 with an offset, "" = not said. ``source`` maps each original file name to its SHA-256. ``notes`` are
    sentences a reader has for the user: what was decided or dropped. ``calibrations`` by segment.
    ``presses``: a helper's key presses at drags seen in this walk; ``drag_teaching`` by side: what those of an earlier
    walk taught.
    """

    name: str
    streams: tuple[SensorStream, ...]
    id: str = ""
    person: Person = Person()
    start: str = ""
    activity: str = "walk"
    note: str = ""
    condition: Condition = Condition()
    shoes: tuple[Shoe, ...] = ()
    belt_speed_mps: float = float("nan")
    source: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    calibrations: Mapping[str, Calibration] = field(default_factory=dict)
    presses: KeyPresses | None = None
    drag_teaching: Mapping[str, DragTeaching] = field(default_factory=dict)


@dataclass(frozen=True)
class Courses:
    """What a report draws, one row a stride of the stride table, in its order.

    ``gait_cycle_frac`` (101,): 0 = initial contact, 1 = the same foot's next initial contact;
    ``foot_pitch_deg``, ``foot_roll_deg`` and ``ankle_deg`` (dorsiflexion) (n, 101) over it, in the cycle that *ends*
    with this stride's contact, NaN on a bout's first stride and where no shank sensor was worn.
    ``swing_frac`` (101,): 0 = toe off, 1 = initial contact; ``toe_height_m`` (n, 101) over it.
    """

    side: NDArray[np.str_]
    stride: IntArray
    gait_cycle_frac: FloatArray
    foot_pitch_deg: FloatArray
    foot_roll_deg: FloatArray
    ankle_deg: FloatArray
    swing_frac: FloatArray
    toe_height_m: FloatArray


@dataclass(frozen=True)
class Estimate:
    """A measure over a walk: median, 95 % interval of the median, robust spread, and what it rests on.

    ``spread`` is 1.4826 x the median absolute deviation. ``left_out`` counts the strides that did not enter,
    by reason. NaN with a count of zero where nothing entered.
    """

    median: float
    low: float
    high: float
    spread: float
    used_count: int
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """Estimates by stride-table column, per side and pooled, and the asymmetry between the sides.

    ``asymmetry`` maps a column to {"ratio", "log_ratio_percent", "difference"} with the keys that fit the
    measure; "affected" over "other" where one side is affected, else left over right
    (``asymmetry_of`` says which). ``clearance_risk`` by left, right and both: what ``gait.summary.clearance_risk``
    gives. ``drags`` by side, where toe drags could be told.
    """

    left: Mapping[str, Estimate] = field(default_factory=dict)
    right: Mapping[str, Estimate] = field(default_factory=dict)
    both: Mapping[str, Estimate] = field(default_factory=dict)
    asymmetry: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    asymmetry_of: str = ""
    clearance_risk: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    drags: Mapping[str, DragSummary] = field(default_factory=dict)


@dataclass(frozen=True)
class Quality:
    """Whether the walk can be trusted: ``verdict`` good, usable or poor, with reasons in words.

    ``unavailable`` maps each column that is NaN throughout to the reason.
    """

    verdict: str
    reasons: tuple[str, ...] = ()
    unavailable: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SessionResult:
    """All that one walk gave.

    ``strides`` and ``rejected`` obey ``columns.STRIDE_COLUMNS`` and ``columns.REJECTED_COLUMNS``; ``timeseries``
    (``columns.TIMESERIES_COLUMNS``) only when asked for. ``provenance`` is JSON-ready. ``drag_teaching`` by side,
    where a helper's key presses taught it.
    """

    session: str
    strides: pd.DataFrame
    rejected: pd.DataFrame
    courses: Courses
    summary: Summary
    quality: Quality
    provenance: Mapping[str, Any]
    timeseries: pd.DataFrame | None = None
    drag_teaching: Mapping[str, DragTeaching] = field(default_factory=dict)
