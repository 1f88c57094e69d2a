"""Left foot of a healthy person against optical markers (``gaitmap_example``), and two walks without a reference.

The markers' clock is the sensor's; the markers are late by about 5 ms. Event times are compared as they stand;
courses (pitch, roll, heights) are compared after the markers were taken that much earlier. Angles: both courses
have their own median at the strides' foot-flats taken away, once for the recording.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.bars import bars_of
from benchmarks.reference import (
    OPTICAL_LAG_S,
    Optical,
    example_session,
    load_optical,
    multiple_sclerosis_session,
    require_data,
)
from benchmarks.scoring import Estimator, bias, correlation, match_events, rms, show, spread, swings_of
from footdrop_imu.analysis import analyze
from footdrop_imu.errors import FootdropError
from footdrop_imu.schema import BoolArray, FloatArray, IntArray, Session, SessionResult

THINNING = {"204.8": 1, "102.4": 2, "51.2": 4}


def analyze_with_courses(session: Session) -> SessionResult:
    """Analyze with the time series that the courses need."""
    return analyze(session, timeseries=True)


class Pose(NamedTuple):
    """Optical pitch and roll of the foot (n,) in deg, toes up and inversion positive, not zeroed."""

    pitch_deg: FloatArray
    roll_deg: FloatArray


def sample(optical: Optical, points_m: FloatArray, time_s: FloatArray, lag_s: float = OPTICAL_LAG_S) -> FloatArray:
    """Marker positions (n, 3) at times of the sensor's clock; NaN outside the recording."""
    from scipy.interpolate import CubicSpline

    own_s = np.arange(len(points_m)) / optical.rate_hz
    return np.asarray(CubicSpline(own_s, points_m, extrapolate=False)(np.asarray(time_s) + lag_s))


def optical_pose(heel_m: FloatArray, toe_m: FloatArray, ball_m: FloatArray) -> Pose:
    """Pitch of the heel-toe line, and roll of the plane of the three markers about it, on a left foot.

    The ball marker is on the outer (left) side: a left foot's outer edge down is inversion.
    """
    forward = toe_m - heel_m
    forward = forward / np.linalg.norm(forward, axis=1, keepdims=True)
    up = np.cross(forward, ball_m - heel_m)
    up = up / np.linalg.norm(up, axis=1, keepdims=True)
    leftward = np.cross(up, forward)
    pitch = np.degrees(np.arcsin(np.clip(forward[:, 2], -1.0, 1.0)))
    return Pose(pitch, -np.degrees(np.arctan2(leftward[:, 2], up[:, 2])))


def lowest_between_maxima(height_m: FloatArray, forward_mps: FloatArray) -> tuple[float, int, bool]:
    """Minimum clearance of one swing: height, its index, and whether it is a local minimum.

    The local minimum with the greatest depth below the lower of the maxima before and after it; where there is
    none, the height at the greatest forward speed.
    """
    middle = height_m[1:-1]
    minima = 1 + np.flatnonzero((middle < height_m[:-2]) & (middle <= height_m[2:]))
    if minima.size:
        before = np.maximum.accumulate(height_m)[minima]
        after = np.maximum.accumulate(height_m[::-1])[::-1][minima]
        depth = np.minimum(before, after) - height_m[minima]
        if depth.max() > 0.0005:
            index = int(minima[np.argmax(depth)])
            return float(height_m[index]), index, True
    index = int(np.argmax(forward_mps))
    return float(height_m[index]), index, False


def _strides_left(result: SessionResult) -> pd.DataFrame:
    table = result.strides
    return table[table["side"] == "left"].reset_index(drop=True)


def _event_errors_ms(strides: pd.DataFrame, offset_s: float, event: str, reference_s: FloatArray) -> FloatArray:
    own_s = strides[f"{event}_time_s"].to_numpy() + offset_s
    pairs = match_events(own_s, reference_s)
    return np.asarray(1000.0 * (own_s[pairs[:, 0]] - reference_s[pairs[:, 1]]))


def score_events(result: SessionResult, optical: Optical) -> dict[str, float]:
    """Bias and sd of contact and toe off in ms, own minus optical.

    Of the hand-labelled strides; ``_with_turn_`` of every event that has a partner, accepted or rejected.
    """
    strides = _strides_left(result)
    swings = swings_of(result.strides, result.rejected, "left")
    offset_s = float(result.strides["clock_offset_s"].iloc[0])
    figures: dict[str, float] = {}
    for event, reference_s in (("initial_contact", optical.initial_contact_s), ("toe_off", optical.toe_off_s)):
        error_ms = _event_errors_ms(strides[_labelled(strides, optical)], offset_s, event, reference_s)
        every_ms = _event_errors_ms(swings, offset_s, event, reference_s)
        figures |= {
            f"{event}_count": len(error_ms),
            f"{event}_bias_ms": bias(error_ms),
            f"{event}_sd_ms": spread(error_ms),
            f"{event}_with_turn_found_of_{len(reference_s)}": len(every_ms),
            f"{event}_with_turn_bias_ms": bias(every_ms),
            f"{event}_with_turn_sd_ms": spread(every_ms),
        }
    return figures


def _labelled(strides: pd.DataFrame, optical: Optical) -> BoolArray:
    """Strides (n,) whose toe off and contact are those of one hand-labelled stride.

    One label spans the turn between the two walks, from the first toe off of it to its last contact: no stride has
    both, so what lies in the turn is left out.
    """
    offset_s = strides["clock_offset_s"].to_numpy()
    rows = []
    for event, reference_s in (("toe_off", optical.toe_off_s), ("initial_contact", optical.initial_contact_s)):
        label = np.full(len(strides), -1)
        pairs = match_events(strides[f"{event}_time_s"].to_numpy() + offset_s, reference_s)
        label[pairs[:, 0]] = pairs[:, 1]
        rows.append(label)
    return np.asarray((rows[0] == rows[1]) & (rows[0] >= 0))


def length_table(result: SessionResult, optical: Optical, *, labelled: bool = True) -> pd.DataFrame:
    """One row a left stride: own and optical length in m (mean of three markers), stated sd, kind, grade.

    Only hand-labelled strides, or all that the markers cover.
    """
    strides = _strides_left(result)
    offset_s = strides["clock_offset_s"].to_numpy()
    center = (optical.toe_m + optical.heel_m + optical.ball_m) / 3.0
    start, end = (sample(optical, center, strides[f"{event}_time_s"] + offset_s) for event in ("start", "end"))
    table = pd.DataFrame(
        {
            "stride": strides["stride"],
            "own_m": strides["stride_length_m"],
            "optical_m": np.linalg.norm((end - start)[:, :2], axis=1),
            "sd_m": strides["stride_length_sd_m"],
            "kind": strides["kind"],
            "grade": strides["grade"],
        }
    )
    return table[_labelled(strides, optical) if labelled else slice(None)].dropna(subset=["optical_m"])


def score_length(tables: list[pd.DataFrame], rate: str) -> dict[str, float]:
    """RMSE and bias of stride length over all phases of dropping samples, and the honesty of the stated sd."""
    table = pd.concat(tables)
    error = (table["own_m"] - table["optical_m"]).to_numpy(dtype=np.float64)
    calibration = rms(error / table["sd_m"].to_numpy(dtype=np.float64))
    return {
        f"stride_length_strides_{rate}_hz": float(np.isfinite(error).sum()),
        f"stride_length_rmse_mm_{rate}_hz": 1000.0 * rms(error),
        f"stride_length_bias_percent_{rate}_hz": 100.0 * float(np.nansum(error) / table["optical_m"].sum()),
        f"stride_length_sd_mm_{rate}_hz": 1000.0 * spread(error),
        f"length_error_over_sd_{rate}_hz": calibration,
    }


def _split(rows: pd.DataFrame) -> list[pd.DataFrame]:
    return [group for _, group in rows.groupby("stride", sort=True)]


def _level(values: FloatArray) -> FloatArray:
    """Values (n, k) above the straight line that joins the first and the last."""
    share = np.linspace(0.0, 1.0, len(values))[:, np.newaxis]
    return np.asarray(values - (values[0] + share * (values[-1] - values[0])))


def course_table(result: SessionResult, optical: Optical, lag_s: float = OPTICAL_LAG_S) -> pd.DataFrame:
    """Own and optical courses side by side, one row a sample of the labelled left strides.

    Columns: stride, time_s, phase, own and optical pitch and roll (deg, zeroed at foot-flat), own sensor height
    and optical heel and toe height (m, above the line start-end), ``up_*`` (world's up in foot axes, above its own
    line too: own height of a point = own_z + up . lever arm), sensor and optical toe along the floor, ``forward_*``
    (walking direction in foot axes).
    """
    from scipy.spatial.transform import Rotation

    if result.timeseries is None:
        raise ValueError("The result has no time series; analyze with timeseries.")
    labelled = set(length_table(result, optical)["stride"])
    series = result.timeseries
    series = series[(series["side"] == "left") & series["stride"].isin(labelled)].reset_index(drop=True)
    time_s = series["time_s"].to_numpy() + float(result.strides["clock_offset_s"].iloc[0])
    heel, toe, ball = (
        sample(optical, points, time_s, lag_s) for points in (optical.heel_m, optical.toe_m, optical.ball_m)
    )
    pose = optical_pose(heel, toe, ball)
    turn = Rotation.from_quat(series[[f"orientation_{axis}" for axis in "xyzw"]].to_numpy()).as_matrix()
    forward, up = turn[:, 0, :], turn[:, 2, :]
    table = pd.DataFrame(
        {
            "stride": series["stride"],
            "time_s": time_s,
            "phase": series["phase"],
            "own_pitch_deg": series["foot_pitch_deg"],
            "optical_pitch_deg": pose.pitch_deg,
            "own_roll_deg": series["foot_roll_deg"],
            "optical_roll_deg": pose.roll_deg,
            "own_z_m": series["position_z_m"],
            "optical_heel_m": heel[:, 2],
            "optical_toe_m": toe[:, 2],
            "own_forward_m": series["position_x_m"],
            "optical_toe_x_m": toe[:, 0],
            "optical_toe_y_m": toe[:, 1],
            "forward_x": forward[:, 0],
            "forward_y": forward[:, 1],
            "forward_z": forward[:, 2],
            "up_x": up[:, 0],
            "up_y": up[:, 1],
            "up_z": up[:, 2],
        }
    ).dropna()
    leveled = ["own_z_m", "optical_heel_m", "optical_toe_m", "up_x", "up_y", "up_z"]
    groups = _split(table)
    for group in groups:
        table.loc[group.index, leveled] = _level(group[leveled].to_numpy())
    first = table.groupby("stride").head(1)
    for column in ("own_pitch_deg", "optical_pitch_deg", "own_roll_deg", "optical_roll_deg"):
        table[column] -= first[column].median()
    return table


def _own_point(courses: pd.DataFrame, marker: str) -> tuple[FloatArray, FloatArray]:
    """Own height and forward place (n,) in m of a marker, its lever arm fitted on the other half of the strides.

    The lever arm (three numbers) fits the optical heights over swing by least squares.
    """
    forward = courses[["forward_x", "forward_y", "forward_z"]].to_numpy()
    up = courses[["up_x", "up_y", "up_z"]].to_numpy()
    own = courses["own_z_m"].to_numpy()
    height, place = np.empty_like(own), courses["own_forward_m"].to_numpy().copy()
    half: IntArray = courses["stride"].to_numpy() % 2
    swing = (courses["phase"] == "swing").to_numpy()
    for part in (0, 1):
        fitted = swing & (half != part)
        target = courses[f"optical_{marker}_m"].to_numpy()[fitted] - own[fitted]
        lever, *_ = np.linalg.lstsq(up[fitted], target, rcond=None)
        height[half == part] = own[half == part] + up[half == part] @ lever
        place[half == part] += forward[half == part] @ lever
    return height, place


def clearance_table(courses: pd.DataFrame) -> pd.DataFrame:
    """One row a stride: own and optical minimum clearance of the toe marker in m, and whether each is a minimum."""
    height, place = _own_point(courses, "toe")
    courses = courses.assign(own_toe_m=height, own_forward_m=place)
    rows = []
    for group in _split(courses[courses["phase"] == "swing"]):
        own_speed = np.gradient(group["own_forward_m"].to_numpy(), group["time_s"].to_numpy())
        plane = group[["optical_toe_x_m", "optical_toe_y_m"]].to_numpy()
        optical_speed = np.linalg.norm(np.gradient(plane, group["time_s"].to_numpy(), axis=0), axis=1)
        own, _, own_is = lowest_between_maxima(group["own_toe_m"].to_numpy(), own_speed)
        optical, _, optical_is = lowest_between_maxima(group["optical_toe_m"].to_numpy(), optical_speed)
        rows.append((group["stride"].iloc[0], own, optical, own_is, optical_is))
    return pd.DataFrame(rows, columns=["stride", "own_m", "optical_m", "own_is_minimum", "optical_is_minimum"])


def contact_table(result: SessionResult, courses: pd.DataFrame, optical: Optical) -> pd.DataFrame:
    """Angles at contact, one row a labelled left stride.

    ``same_*``: both at the own contact; ``each_optical_deg``: the optical pitch at the optical contact, so that the
    error of the event is in it too.
    """
    strides = _strides_left(result)
    strides = strides[strides["stride"].isin(set(courses["stride"]))]
    strides = strides.assign(time_s=strides["initial_contact_time_s"] + strides["clock_offset_s"]).sort_values("time_s")
    rows = pd.merge_asof(strides[["stride", "time_s"]], courses, on="time_s", by="stride", direction="nearest")
    own_s = strides["time_s"].to_numpy()
    pairs = match_events(own_s, optical.initial_contact_s)
    partner = np.full(len(own_s), np.nan)
    partner[pairs[:, 0]] = optical.initial_contact_s[pairs[:, 1]]
    optical_deg = np.interp(partner, courses["time_s"].to_numpy(), courses["optical_pitch_deg"].to_numpy())
    return pd.DataFrame(
        {
            "stride": strides["stride"].to_numpy(),
            "own_pitch_deg": rows["own_pitch_deg"].to_numpy(),
            "optical_pitch_deg": rows["optical_pitch_deg"].to_numpy(),
            "each_optical_pitch_deg": optical_deg,
            "own_roll_deg": rows["own_roll_deg"].to_numpy(),
            "optical_roll_deg": rows["optical_roll_deg"].to_numpy(),
        }
    )


def _nothing_entered(result: SessionResult, clearance: pd.DataFrame) -> dict[str, float]:
    """Clearance as the product gives it, nobody having said where the sensor sits: no lever arm fitted to markers."""
    own = _strides_left(result).set_index("stride").loc[clearance["stride"], "minimum_toe_clearance_m"].to_numpy()
    error_mm = 1000.0 * (own - clearance["optical_m"].to_numpy())
    return {
        "clearance_nothing_entered_rmse_mm": rms(error_mm),
        "clearance_nothing_entered_bias_mm": bias(error_mm),
        "clearance_nothing_entered_r": correlation(own, clearance["optical_m"].to_numpy()),
    }


def score_courses(result: SessionResult, optical: Optical, lag_s: float = OPTICAL_LAG_S) -> dict[str, float]:
    """Pitch, roll, heights and clearance at 204.8 Hz."""
    courses = course_table(result, optical, lag_s)
    contact = contact_table(result, courses, optical)
    pitch = (contact["own_pitch_deg"] - contact["optical_pitch_deg"]).to_numpy()
    each = (contact["own_pitch_deg"] - contact["each_optical_pitch_deg"]).to_numpy()
    roll = (contact["own_roll_deg"] - contact["optical_roll_deg"]).to_numpy()
    swing = (courses["phase"] == "swing").to_numpy()
    heel, toe = (
        1000.0 * (_own_point(courses, m)[0] - courses[f"optical_{m}_m"].to_numpy())[swing] for m in ("heel", "toe")
    )
    clearance = clearance_table(courses)
    error_mm = 1000.0 * (clearance["own_m"] - clearance["optical_m"]).to_numpy()
    return {
        "pitch_contact_rmse_deg": rms(pitch),
        "pitch_contact_bias_deg": bias(pitch),
        "pitch_contact_sd_deg": spread(pitch),
        "pitch_contact_each_at_own_event_rmse_deg": rms(each),
        "pitch_course_rmse_deg": rms((courses["own_pitch_deg"] - courses["optical_pitch_deg"]).to_numpy()),
        "heel_toe_height_rmse_mm": rms(np.concatenate([heel, toe])),
        "heel_height_rmse_mm": rms(heel),
        "toe_height_rmse_mm": rms(toe),
        "clearance_rmse_mm": rms(error_mm),
        "clearance_bias_mm": bias(error_mm),
        "clearance_r": correlation(clearance["own_m"].to_numpy(), clearance["optical_m"].to_numpy()),
        "clearance_strides": len(clearance),
        **_nothing_entered(result, clearance),
        "clearance_without_minimum_own": float((~clearance["own_is_minimum"]).sum()),
        "clearance_without_minimum_optical": float((~clearance["optical_is_minimum"]).sum()),
        "roll_contact_bias_deg": bias(roll),
        "roll_contact_sd_deg": spread(roll),
    }


def score(folder: Path, estimate: Estimator = analyze_with_courses) -> dict[str, float]:
    """Every figure of this module."""
    optical = load_optical(folder)
    whole = estimate(example_session(folder))
    figures = score_events(whole, optical)
    for rate, thin in THINNING.items():
        results = [estimate(example_session(folder, thin, phase)) for phase in range(thin)]
        figures |= score_length([length_table(result, optical) for result in results], rate)
    everything = length_table(whole, optical, labelled=False)
    error_mm = 1000.0 * (everything["own_m"] - everything["optical_m"]).to_numpy(dtype=np.float64)
    figures |= {"stride_length_with_turn_strides": len(error_mm), "stride_length_with_turn_rmse_mm": rms(error_mm)}
    figures |= score_courses(whole, optical)
    for lag_ms in (0, 2):
        shifted = score_courses(whole, optical, lag_ms / 1000.0)
        figures |= {
            f"{name}_at_lag_{lag_ms}_ms": shifted[name]
            for name in (
                "pitch_contact_rmse_deg",
                "pitch_course_rmse_deg",
                "heel_toe_height_rmse_mm",
                "clearance_rmse_mm",
            )
        }
    for name, session in (
        ("ms", multiple_sclerosis_session(folder)),
        ("stairs", example_session(folder, stairs=True)),
    ):
        try:
            result = estimate(session)
        except FootdropError as error:
            print(f"{session.name}: {error}")
            figures |= {f"{name}_strides_found": 0, f"{name}_strides_accepted": 0}
            continue
        swings = [swings_of(result.strides, result.rejected, side) for side in ("left", "right")]
        figures[f"{name}_strides_found"] = sum(map(len, swings))
        figures[f"{name}_strides_accepted"] = len(result.strides)
    return figures


if __name__ == "__main__":
    print(show(score(require_data()), bars_of("optical")))
