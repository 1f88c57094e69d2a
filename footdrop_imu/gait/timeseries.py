"""Every sample of the accepted strides: angles, heights, the sensor's position and the foot's orientation."""

from typing import Any

import numpy as np

from footdrop_imu.gait.foot import FootConfig, FootStrides, Samples, stretch_courses
from footdrop_imu.gait.landing_level import level_landings
from footdrop_imu.gait.orientation import from_matrix, from_rotation_vector, multiply
from footdrop_imu.gait.tilt import turn_about_up
from footdrop_imu.schema import FloatArray

__all__ = ["foot_timeseries"]

_FROM_ZERO = ("foot_pitch_deg", "foot_roll_deg", "ankle_dorsiflexion_deg")


def foot_timeseries(
    samples: Samples,
    strides: FootStrides,
    *,
    left: bool,
    config: FootConfig,
    ankle_deg: FloatArray | None = None,
) -> dict[str, Any]:
    """Courses of one foot over its accepted strides.

    Parameters
    ----------
    samples, strides, left, config
        What ``foot.analyze_foot`` was given and gave.
    ankle_deg
        (n,) ankle dorsiflexion at the foot's samples, where a shank sensor was worn.

    Returns
    -------
    Columns of ``columns.TIMESERIES_COLUMNS`` but the side, each (rows,): each stride from its start up to the
    sample before its end, in that stride's own world (x its walking direction).
    """
    sensor_from_foot = from_matrix(strides.axes.sensor_to_foot.T)
    measured = strides.measured
    parts: list[dict[str, Any]] = []
    for stretch_path, stretch_course in stretch_courses(samples, strides, left=left, config=config):
        path = stretch_path
        last = path.first + len(path.interval) - 1
        own = np.flatnonzero((measured["start"] >= path.first) & (measured["end"] <= last))
        if not len(own):
            continue
        start, end = measured["start"][own] - path.first, measured["end"][own] - path.first
        events = (measured[name][own] - path.first for name in ("toe_off", "initial_contact"))
        path, courses = level_landings(path, stretch_course, strides.landing, path.interval[start], *events)
        rows = np.concatenate([np.arange(a, b) for a, b in zip(start, end, strict=True)])
        number = np.repeat(np.arange(len(own)), end - start)
        direction = courses.direction[path.interval[rows]]
        heading = -np.arctan2(direction[:, 1], direction[:, 0])
        turn = from_rotation_vector(np.column_stack((np.zeros((len(rows), 2)), heading)))
        orientation = multiply(turn, multiply(path.orientation[rows], sensor_from_foot[None]))
        orientation *= np.where(orientation[:, 3:] < 0, -1.0, 1.0)
        position = turn_about_up(path.position[rows], heading)
        swing = (rows >= (measured["toe_off"][own] - path.first)[number]) & (
            rows < (measured["initial_contact"][own] - path.first)[number]
        )
        part: dict[str, Any] = {
            "time_s": (rows + path.first) / samples.rate_hz,
            "stride": own[number],
            "foot_pitch_deg": courses.pitch_deg[rows],
            "foot_roll_deg": courses.roll_deg[rows],
            "toe_height_m": courses.toe_height[rows],
            "heel_height_m": courses.heel_height[rows],
            "ankle_dorsiflexion_deg": np.full(len(rows), np.nan) if ankle_deg is None else ankle_deg[rows + path.first],
            "phase": np.where(swing, "swing", "stance"),
        }
        if strides.axes.suspected_heel_up:
            part |= {name: np.full(len(rows), np.nan) for name in _FROM_ZERO}
        part |= {f"position_{axis}_m": position[:, k] for k, axis in enumerate("xyz")}
        part |= {f"orientation_{axis}": orientation[:, k] for k, axis in enumerate("xyzw")}
        parts.append(part)
    if not parts:
        return {}
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
