"""The steps for one foot in order: samples on an even grid to strides, in stretches that bound the memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.axes_fit import AxesFit, AxesFitConfig, check_axes_fit
from footdrop_imu.gait.clock import run_lengths
from footdrop_imu.gait.closure import DriftConfig, Usual, find_usual
from footdrop_imu.gait.cycles import CycleConfig, find_movements
from footdrop_imu.gait.events import EventConfig
from footdrop_imu.gait.grade import rest_quality
from footdrop_imu.gait.heel_up import HeelUp, HeelUpConfig, suspect_heel_up
from footdrop_imu.gait.landing_level import UsualLanding, usual_landing
from footdrop_imu.gait.middle import middle_vector
from footdrop_imu.gait.mounting import FootAxes, MountingConfig, find_foot_axes
from footdrop_imu.gait.orientation import conjugate, rotate
from footdrop_imu.gait.rest import RestConfig, Rests, find_lulls, find_rests, motion_intensity
from footdrop_imu.gait.sensor_errors import Closing, SensorErrorConfig, find_closing, later
from footdrop_imu.gait.shock_delay import ShockDelayConfig, shock_delay
from footdrop_imu.gait.shoe import Geometry
from footdrop_imu.gait.shoe_fit import FloorEvidence, refine_geometry, rolling_pivot
from footdrop_imu.gait.stretch import Samples, Stretch, measure_stretch
from footdrop_imu.gait.strides import FootCourses, StrideConfig, find_strides, foot_courses
from footdrop_imu.gait.tilt import TiltConfig
from footdrop_imu.gait.trajectory import FootPath, UnleveledPath, integrate_path, level_path
from footdrop_imu.schema import FloatArray, IntArray

__all__ = [
    "FootConfig",
    "FootFlats",
    "FootStrides",
    "Samples",
    "analyze_foot",
    "axes_evidence",
    "find_foot_flats",
    "foot_closing",
    "make_stretch",
    "stretch_bounds",
    "stretch_courses",
]


@dataclass(frozen=True)
class FootConfig:
    """Every setting of one foot's analysis."""

    rest: RestConfig = field(default_factory=RestConfig)
    cycle: CycleConfig = field(default_factory=CycleConfig)
    drift: DriftConfig = field(default_factory=DriftConfig)
    tilt: TiltConfig = field(default_factory=TiltConfig)
    axes_fit: AxesFitConfig = field(default_factory=AxesFitConfig)
    sensor_error: SensorErrorConfig = field(default_factory=SensorErrorConfig)
    shock: ShockDelayConfig = field(default_factory=ShockDelayConfig)
    mounting: MountingConfig = field(default_factory=MountingConfig)
    heel_up: HeelUpConfig = field(default_factory=HeelUpConfig)
    stride: StrideConfig = field(default_factory=StrideConfig)
    event: EventConfig = field(default_factory=EventConfig)
    stretch_samples: int = 40_000
    """A stretch ends at the first foot-flat after so many samples: fixed, so that results repeat."""
    axes_stretches: int = 4
    """The foot's axes rest on so many stretches, spread evenly over a long recording."""
    flat_within_deg: float = 30.0
    """A rest between two movements with gravity farther than this from the walk's usual is no foot-flat."""
    heel_contact_deg: float = 10.0
    """A contact with the toes so far up is the heel's: it says how high the heel is."""
    axes_turn_deg: float = 20.0
    """Strides that turn more than this say nothing of the foot's forward direction."""


class FootFlats(NamedTuple):
    """Where a foot rests, and the intervals between two rests that hold a movement (m,)."""

    rests: Rests
    movements: IntArray


class FootStrides(NamedTuple):
    """All strides of one foot.

    ``measured`` column to (k,) array for complete strides, with events, ``toe_height_course`` (k, 101) and
    ``pitch_course`` and ``roll_course`` (k, 101) over the gait cycle; ``rejected`` the five events (-1 where not
    seen) and ``reason``; ``geometry`` the lever arms as refined; ``heel_up`` what the walk itself says of the heel in
    stance; ``axes_fit`` how well the gyroscope's axes fit the accelerometer's; ``usual`` how the walk's strides
    close; ``landing`` how high they land. ``interval`` arrays number the foot-flats, so that neighbors can be told.
    """

    measured: dict[str, Any]
    rejected: dict[str, Any]
    axes: FootAxes
    geometry: Geometry
    rests: Rests
    heel_up: HeelUp
    axes_fit: AxesFit
    usual: Usual
    landing: UsualLanding


def analyze_foot(
    samples: Samples,
    geometry: Geometry,
    flats: FootFlats | None = None,
    *,
    left: bool,
    standing_up: FloatArray | None = None,
    entered_forward: FloatArray | None = None,
    entered_up: FloatArray | None = None,
    config: FootConfig | None = None,
) -> FootStrides:
    """Find and measure the strides of one foot.

    Parameters
    ----------
    samples
        The recording.
    geometry
        Lever arms of the shoe, as entered or assumed.
    flats
        From ``find_foot_flats``; None: found here.
    left
        Whether it is the left foot.
    standing_up
        (3,) unit vector up in quiet standing, sensor axes, from ``checks.still_phases``.
    entered_forward
        (3,) the foot's long axis in sensor axes where a mounting was entered.
    entered_up
        (3,) the sole's upward normal in sensor axes where a mounting was entered.
    config
        Settings.

    Returns
    -------
    FootStrides

    Raises
    ------
    SignalError
        no_walking: nothing that moves the foot ahead; no_rest: never two foot-flats; wrong_axes: gyroscope and
        accelerometer do not have the same axes, or the entered mounting is not how the sensor sits.
    """
    config = config or FootConfig()
    rests, movements = flats or find_foot_flats(samples, config)
    axes_fit = check_axes_fit(
        samples.acc,
        samples.gyr,
        rests,
        movements,
        samples.rate_hz,
        averaged=samples.averaged,
        config=config.axes_fit,
    )
    bounds = stretch_bounds(rests, config.stretch_samples)
    # the axes, and how strides usually close, rest on a few stretches, whose paths are kept for the measures
    spread = np.unique(np.linspace(0, len(bounds) - 1, config.axes_stretches).astype(int)).tolist()
    begun = [_begin_stretch(samples, rests, movements, bounds[k], config) for k in spread]
    usual = _usual(begun, samples, config)
    known = {k: _finish_stretch(one, samples, usual, config) for k, one in zip(spread, begun, strict=True)}
    evidence = [axes_evidence(stretch, config) for stretch in known.values()]
    ups, forwards, qualities = (np.concatenate(parts) for parts in zip(*evidence, strict=True))
    axes = find_foot_axes(
        ups,
        forwards,
        qualities,
        standing_up,
        entered_forward,
        left=left,
        entered_up=entered_up,
        config=config.mounting,
    )
    usual_up = middle_vector(ups)
    usual_up /= np.linalg.norm(usual_up)
    busiest = max(known.values(), key=lambda stretch: len(stretch.movements))
    entered = geometry
    geometry, landing = _refine(samples, busiest, axes, geometry, config, left=left)
    parts, refused = [], []
    for k, bound in enumerate(bounds):
        stretch = known.pop(k, None) or make_stretch(samples, rests, movements, bound, config, usual)
        measured, rejected = measure_stretch(
            samples, stretch, axes, geometry, usual_up, landing, config.stride, config.event, left=left
        )
        parts.append(measured)
        refused.append(rejected)
    # taken apart as it is put together, so that it is not held twice
    joined = {name: np.concatenate([part.pop(name) for part in parts]) for name in list(parts[0])}
    rejected = {name: np.concatenate([part[name] for part in refused]) for name in refused[0]}
    if not len(joined["start"]) and not len(rejected["start"]):
        raise _no_walking()
    heel_up = suspect_heel_up(joined, entered, config.heel_up)
    if heel_up.suspected and not axes.heel_known:
        axes = axes._replace(suspected_heel_up=True)
    return FootStrides(joined, rejected, axes, geometry, rests, heel_up, axes_fit, usual, landing)


def find_foot_flats(samples: Samples, config: FootConfig) -> FootFlats:
    """Find rests and the intervals between them that hold a movement."""
    intensity = motion_intensity(samples.acc, samples.gyr, samples.rate_hz, config.rest)
    humps = find_movements(intensity, samples.rate_hz, config.cycle)
    if not len(humps):
        raise _no_walking()
    rests, movements = find_rests(intensity, humps, samples.rate_hz, config.rest)
    lull = find_lulls(samples.acc, rests, movements, config.flat_within_deg)
    if lull.any():
        movements = np.unique(np.cumsum(~lull)[movements] - 1)
        rests = rests.only(~lull)
    if len(rests.sample) < 2 or np.any(np.diff(rests.sample) <= 0):
        raise SignalError(
            SignalReason.NO_REST,
            "Found movement but no moments of rest between steps, expected a foot that is flat on the floor in stance.",
        )
    return FootFlats(rests, movements)


def foot_closing(
    samples: Samples, acc_at: Callable[[slice, float], FloatArray], excess: float, flats: FootFlats, config: FootConfig
) -> Closing:
    """How the strides in the middle of the walk close, and what a delay or an offset would change.

    ``acc_at`` gives the acceleration of a piece with a share of gravity's ``excess`` taken for an offset.
    """
    rests, movements = flats
    half = config.sensor_error.most_strides // 2
    middle = len(movements) // 2
    some = movements[max(0, middle - half) : middle + half]
    first, last = int(some[0]), int(some[-1]) + 1
    margin = round((0.5 + 2.0 * config.sensor_error.longest_s) * samples.rate_hz)
    low = max(0, int(rests.run_start[first]) - margin)
    piece = slice(low, int(rests.run_end[last]) + margin)
    own = rests.part(first, last)
    own = own._replace(sample=own.sample - low, run_start=own.run_start - low, run_end=own.run_end - low)
    cut = samples.part(piece)

    def path_at(delay_s: float, share: float) -> FootPath:
        gyr, lost = later(cut.gyr[:], cut.lost, delay_s, cut.rate_hz)
        tried = cut._replace(acc=acc_at(piece, share), gyr=gyr, lost=lost)
        return make_stretch(tried, own, some - first, (0, last - first), config).path

    return find_closing(
        path_at,
        some - first,
        samples.rate_hz,
        excess=excess,
        averaged=samples.averaged,
        shocks=shock_delay(cut.acc[:], cut.gyr[:], cut.rate_hz, config.shock),
        config=config.sensor_error,
    )


def stretch_courses(
    samples: Samples, strides: FootStrides, *, left: bool, config: FootConfig
) -> Iterator[tuple[FootPath, FootCourses]]:
    """Paths and courses once more, stretch by stretch, for whoever wants every sample (time series)."""
    none = np.zeros(0, dtype=np.int64)
    for bound in stretch_bounds(strides.rests, config.stretch_samples):
        stretch = make_stretch(samples, strides.rests, none, bound, config, strides.usual)
        acc, gyr = samples.acc[stretch.own], samples.gyr[stretch.own]
        yield stretch.path, foot_courses(stretch.path, acc, gyr, strides.axes, strides.geometry, left=left)


def _no_walking() -> SignalError:
    return SignalError(
        SignalReason.NO_WALKING,
        "Found no strides, expected walking. Check that the sensor is on the foot and the walk is in the file.",
    )


def stretch_bounds(rests: Rests, size: int) -> list[tuple[int, int]]:
    """First and last rest of each stretch of about ``size`` samples."""
    found: list[tuple[int, int]] = []
    first, count = 0, len(rests.sample)
    while first < count - 1:
        last = int(np.searchsorted(rests.sample, rests.sample[first] + size))
        last = count - 1 if last >= count - 2 else max(last, first + 1)
        found.append((first, last))
        first = last
    return found


def make_stretch(
    samples: Samples,
    rests: Rests,
    movements: IntArray,
    bound: tuple[int, int],
    config: FootConfig,
    usual: Usual | None = None,
) -> Stretch:
    """Reconstruct the path between two rests, given by their numbers.

    ``usual``: how the recording's strides close; None: as these do.
    """
    begun = _begin_stretch(samples, rests, movements, bound, config)
    return _finish_stretch(begun, samples, usual or _usual([begun], samples, config), config)


class _Begun(NamedTuple):
    """A stretch whose path still lacks what the recording's other strides say; ``low`` the path's array in it."""

    first: int
    rests: Rests
    movements: IntArray
    low: int
    path: UnleveledPath


def _begin_stretch(
    samples: Samples, rests: Rests, movements: IntArray, bound: tuple[int, int], config: FootConfig
) -> _Begun:
    first, last = bound
    own = rests.part(first, last)
    margin = round(0.5 * samples.rate_hz)
    low, high = max(0, int(own.sample[0]) - margin), min(len(samples.acc), int(own.sample[-1]) + margin + 1)
    piece = slice(low, high)
    path = integrate_path(
        samples.acc[piece],
        samples.gyr[piece],
        # what a sample at the sensor's limit would have shown is as unknown as a lost one
        run_lengths(samples.lost[piece] | samples.clipped[piece]),
        own._replace(sample=own.sample - low, run_start=own.run_start - low, run_end=own.run_end - low),
        samples.rate_hz,
        averaged=samples.averaged,
        config=config.drift,
        tilt_config=config.tilt,
    )
    inside = movements[(movements >= first) & (movements < last)] - first
    return _Begun(first, own, inside, low, path)


def _usual(begun: list[_Begun], samples: Samples, config: FootConfig) -> Usual:
    parts = [one.path.closures for one in begun]
    return find_usual(parts, samples.rate_hz, averaged=samples.averaged, config=config.drift)


def _finish_stretch(begun: _Begun, samples: Samples, usual: Usual, config: FootConfig) -> Stretch:
    path = level_path(
        begun.path,
        usual,
        samples.rate_hz,
        averaged=samples.averaged,
        delay_sd_s=samples.delay_sd_s,
        scale_sd=samples.scale_sd,
        config=config.drift,
    )
    return Stretch(begun.first, begun.rests, begun.movements, path._replace(first=path.first + begun.low))


def axes_evidence(stretch: Stretch, config: FootConfig) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Up at the foot-flats of a stretch's movements, forward of its straight strides (sensor axes), rest quality."""
    path, movements = stretch.path, stretch.movements
    edges = np.concatenate(([0], np.flatnonzero(np.diff(path.interval)) + 1, [len(path.interval) - 1]))
    length = np.linalg.norm(path.displacement_m[:, :2], axis=1)
    far = length[movements]
    straight = movements[far > 0.5 * np.percentile(far, 80)] if len(far) else movements
    straight = straight[np.abs(path.tilt.turn_rad[straight]) < np.radians(config.axes_turn_deg)]
    ahead = np.column_stack((path.displacement_m[straight, :2] / length[straight, None], np.zeros(len(straight))))
    both_ends = np.concatenate((edges[:-1][straight], edges[1:][straight]))
    forward = rotate(conjugate(path.orientation[both_ends]), np.concatenate((ahead, ahead)))
    return path.tilt.up[movements], forward, rest_quality(stretch.rests.intensity[movements])


def _refine(
    samples: Samples, stretch: Stretch, axes: FootAxes, geometry: Geometry, config: FootConfig, *, left: bool
) -> tuple[Geometry, UsualLanding]:
    """Lever arms corrected by the straight strides of a stretch, and how high these land."""
    path = stretch.path
    courses = foot_courses(path, samples.acc[stretch.own], samples.gyr[stretch.own], axes, geometry, left=left)
    strides, events, _ = find_strides(
        path,
        courses,
        axes,
        stretch.rests,
        stretch.movements,
        samples.rate_hz,
        len(samples.acc),
        config.stride,
        config.event,
    )
    seen = (events.toe_off > 0) & (events.initial_contact > events.toe_off) & path.level[strides]
    seen &= np.abs(path.tilt.turn_rad[strides]) < np.radians(config.axes_turn_deg)
    toe_off, contact = events.toe_off[seen], events.initial_contact[seen]
    edges = np.concatenate(([0], np.flatnonzero(np.diff(path.interval)) + 1))
    pivot = rolling_pivot(
        courses.pitch_deg, path.position, courses.direction[strides[seen]], edges[strides[seen]], toe_off
    )
    on_heel = contact[courses.pitch_deg[contact] > config.heel_contact_deg]
    height = path.position[:, 2]
    evidence = FloorEvidence(
        courses.pitch_deg[toe_off], height[toe_off], courses.pitch_deg[on_heel], height[on_heel], pivot
    )
    if geometry.candidates:
        geometry = refine_geometry(geometry, evidence)
        courses = foot_courses(path, samples.acc[stretch.own], samples.gyr[stretch.own], axes, geometry, left=left)
    return geometry, usual_landing(courses, contact)
