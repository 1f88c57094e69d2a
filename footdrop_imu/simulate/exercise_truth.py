"""What is true of an exercise: every repetition, its range and times, false starts, shifts of posture.

A repetition's *excursion* is the angle by which the exercise's own movement turns the foot away from where it was
before the repetition; tremor and sway are not in it. Its *range* is the greatest excursion. It *starts* when the foot
begins to move (or comes through rest, on its way from the other side), is *raised* until the movement stops at the
top, *held* until the foot begins to come back (0 where it turns around at once), and *lowered* until it is back. A
held foot sinks by up to 3 % of the range. Since every movement begins and ends softly, the time *near the peak*, from
the first to the last moment of 90 % of the range or more, is longer than the hold: both are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.exercise_body import foot_channels, shank_turns
from footdrop_imu.simulate.exercise_course import Acting, AtTimes

__all__ = [
    "NEAR_FRAC",
    "ExercisePart",
    "ExerciseTruth",
    "Intended",
    "PostureShift",
    "TrueRepetition",
    "TrueStance",
    "true_repetition",
]

NEAR_FRAC: Final = 0.9
"""Share of the range from which on a foot is near the peak."""

_FINE_HZ = 1000.0


@dataclass(frozen=True)
class Intended:
    """A movement that was planned: raised from ``begin_s`` to ``top_s``, lowered from ``down_s`` to ``end_s``.

    ``rest`` is the course's value that it is measured from. The other words are those of `TrueRepetition`.
    """

    kind: str
    begin_s: float
    top_s: float
    down_s: float
    end_s: float
    rest: float
    direction: int = 1
    cycle: int = 0
    part: str = ""


@dataclass(frozen=True)
class TrueRepetition:
    """One repetition or false start; times in s on the session's clock, defined at the head of this module.

    ``kind`` repetition or false_start. ``direction`` 1, or -1 on the way back of an exercise that goes both ways;
    ``cycle`` counts from 0: both ways of one have the same. ``part`` of the chair lift test, else "".
    ``top_s`` and ``down_s`` bound the hold, ``peak_s`` is when the range is reached; ``near_peak_s`` is a duration.
    ``ankle_range_deg`` the same turn against the shank, which a seated knee over a lifted foot lets move along.
    ``pitch_deg``, ``roll_deg`` (inversion positive), ``yaw_deg`` (toes outward): what it changes at the peak.
    ``greatest_speed_dps`` while raising.
    """

    side: str
    kind: str
    part: str
    cycle: int
    direction: int
    start_s: float
    top_s: float
    peak_s: float
    down_s: float
    end_s: float
    range_deg: float
    ankle_range_deg: float
    raising_s: float
    hold_s: float
    lowering_s: float
    near_peak_s: float
    greatest_speed_dps: float
    pitch_deg: float
    roll_deg: float
    yaw_deg: float


@dataclass(frozen=True)
class PostureShift:
    """A change of posture: which, and when it begins and ends."""

    kind: str
    begin_s: float
    end_s: float


@dataclass(frozen=True)
class TrueStance:
    """The foot of ``side`` stands alone: the other one's heel is 5 mm or more above the floor.

    ``height_m`` how far it is lifted at most; ``wobble_deg`` root mean square turn of the standing foot, pitch and
    roll together, while the other is held up.
    """

    side: str
    begin_s: float
    end_s: float
    height_m: float
    wobble_deg: float


@dataclass(frozen=True)
class ExercisePart:
    """A part of the chair lift test: which foot does what from when to when."""

    side: str
    part: str
    begin_s: float
    end_s: float


@dataclass(frozen=True)
class ExerciseTruth:
    """All that is true of an exercise.

    ``repetitions`` and ``false_starts`` in order of time. ``measures`` of exercises that are not counted, and of the
    chair lift test, each with its unit in its name.
    """

    exercise: str
    side: str
    repetitions: tuple[TrueRepetition, ...]
    false_starts: tuple[TrueRepetition, ...] = ()
    shifts: tuple[PostureShift, ...] = ()
    stances: tuple[TrueStance, ...] = ()
    parts: tuple[ExercisePart, ...] = ()
    measures: Mapping[str, float] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Repetitions of the exercising foot; one there and one back of an exercise that goes both ways are one."""
        return len({one.cycle for one in self.repetitions if one.side == self.side})


def true_repetition(acting: Acting, course: AtTimes, way: FloatArray, what: Intended, inward: float) -> TrueRepetition:
    """Measure one planned movement on the course that the foot follows.

    Parameters
    ----------
    acting
        The foot.
    course, way
        The movement's angle in deg, and its shares (4,) of the foot's angles.
    what
        Which movement of it.
    inward
        ``Sole.inward`` of the foot.
    """
    time = np.linspace(what.begin_s, what.end_s, int(np.ceil((what.end_s - what.begin_s) * _FINE_HZ)) + 1)
    away = what.direction * (course(time) - what.rest)
    top = int(np.argmax(away))
    peak = float(away[top])
    outside = np.flatnonzero(away <= 0.0)
    start = float(time[max(outside[time[outside] < what.top_s], default=0)])
    end = float(time[min(outside[time[outside] > what.down_s], default=len(time) - 1)])
    near = time[(away >= NEAR_FRAC * peak) & (time >= start) & (time <= end)]

    rest = acting.rest(time[[top]])
    both = np.repeat(rest, 2, axis=0)
    both[:, :4] += np.array([[what.rest], [float(course(time[[top]])[0])]]) * way
    before, after = _matrices(foot_channels(both, inward, 0.0))
    turn = _turn_deg(before, after)
    shank = _matrices(shank_turns(acting, both, np.repeat(rest, 2, axis=0), acting.lean(time[[top]]), inward))
    ankle = _turn_deg(shank[0].T @ before, shank[1].T @ after)
    changes = [float(b - a) for a, b in zip(_angles(before, inward), _angles(after, inward), strict=True)]
    rising = np.diff(away[(time >= start) & (time <= what.top_s)])
    return TrueRepetition(
        side=acting.side,
        kind=what.kind,
        part=what.part,
        cycle=what.cycle,
        direction=what.direction,
        start_s=start,
        top_s=what.top_s,
        peak_s=float(time[top]),
        down_s=what.down_s,
        end_s=end,
        range_deg=turn,
        ankle_range_deg=ankle,
        raising_s=what.top_s - start,
        hold_s=what.down_s - what.top_s,
        lowering_s=end - what.down_s,
        near_peak_s=float(near[-1] - near[0]),
        greatest_speed_dps=float(rising.max() / (time[1] - time[0]) * turn / peak),
        pitch_deg=changes[0],
        roll_deg=changes[1],
        yaw_deg=changes[2],
    )


def _turn_deg(before: FloatArray, after: FloatArray) -> float:
    return float(np.degrees(np.arccos(np.clip(0.5 * (np.trace(before.T @ after) - 1.0), -1.0, 1.0))))


def _matrices(channels: FloatArray) -> FloatArray:
    """Foot to world (n, 3, 3), written out from the chain of `motion`."""
    from scipy.spatial.transform import Rotation

    yaw, tilt, roll, hinge = channels[:, :4].T
    turn = Rotation.from_euler("ZXY", np.stack([yaw + hinge, roll, -tilt], axis=1))
    return np.asarray((turn * Rotation.from_euler("Z", -hinge[:, None])).as_matrix())


def _angles(rotation: FloatArray, inward: float) -> tuple[float, float, float]:
    """Pitch, inversion and toes outward, in deg."""
    pitch = np.arcsin(np.clip(rotation[2, 0], -1.0, 1.0))
    roll = inward * np.arctan2(rotation[2, 1], rotation[2, 2])
    yaw = -inward * np.arctan2(rotation[1, 0], rotation[0, 0])
    return float(np.degrees(pitch)), float(np.degrees(roll)), float(np.degrees(yaw))
