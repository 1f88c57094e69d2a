"""What one foot did of an exercise, as a noun and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from footdrop_imu import __version__
from footdrop_imu.rehab.exercise_set import ExerciseSet
from footdrop_imu.rehab.json_ready import json_ready

__all__ = ["ExerciseResult", "exercise_to_json"]


@dataclass(frozen=True)
class ExerciseResult:
    """What one foot did of an exercise.

    ``repetitions`` None where the exercise is not counted so; ``measures`` then hold what was found, each with its
    unit in its name; ``used_counts`` of how many each is made. ``axis`` what the repetitions were counted about.
    ``notes`` are sentences for the user.
    """

    session: str
    exercise: str
    title: str
    side: str
    kind: str
    start: str = ""
    axis: str = ""
    axes_known: bool = False
    repetitions: ExerciseSet | None = None
    measures: Mapping[str, float] = field(default_factory=dict)
    standard_errors: Mapping[str, float] = field(default_factory=dict)
    used_counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    source: Mapping[str, str] = field(default_factory=dict)


def exercise_to_json(results: list[ExerciseResult]) -> dict[str, Any]:
    """Make the document of ``reps --json``; what is not known is null."""
    return {"version": __version__, "sets": [_to_json(one) for one in results]}


def _to_json(result: ExerciseResult) -> dict[str, Any]:
    document: dict[str, Any] = {
        "session": result.session,
        "exercise": result.exercise,
        "title": result.title,
        "side": result.side,
        "counted_as": result.kind,
        "start": result.start,
        "axis": result.axis or None,
        "axes_known": result.axes_known,
        **result.measures,
        **({"standard_errors": result.standard_errors} if result.standard_errors else {}),
        "notes": result.notes,
        "source": result.source,
    }
    done = result.repetitions
    if done is not None:
        document |= {
            "count": done.count,
            "count_other_way": len(done.other_way),
            **{
                name: getattr(done, name)
                for name in ("range_deg", "hold_s", "lowering_s", "tempo_s", "duration_s", "least_deg")
            },
            # with its interval, lowest and highest: three numbers
            "range_slope_deg_per_repetition": tuple(done.range_slope),
            "speed_slope_dps_per_repetition": tuple(done.speed_slope),
            "repetitions": done.repetitions,
            "repetitions_other_way": done.other_way,
            "not_counted": done.attempts,
        }
    made: dict[str, Any] = json_ready(document)
    return made
