"""Runs gaitmap on arrays; for its own interpreter, never imported by the project or its tests.

``python peer_program.py FOLDER``: every ``*.json`` job in the folder names a ``.npz`` of the same stem with
``<side>_acc`` (n, 3) m/s² and ``<side>_gyr`` (n, 3) rad/s, and says ``rate_hz``, ``align`` (whether the axes are not
yet the foot's), ``events`` (rampp, herzer) and ``trajectory`` (stride, region). The results go to
``<stem>.out.npz``. Every step has gaitmap's own defaults and the order of its own full example; strides are found by
its dynamic time warping (its hidden Markov model needs a library that current interpreters cannot install).
"""

import json
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from gaitmap.event_detection import HerzerEventDetection, RamppEventDetection
from gaitmap.parameters import SpatialParameterCalculation
from gaitmap.preprocessing.sensor_alignment import (
    ForwardDirectionSignAlignment,
    PcaAlignment,
    align_dataset_to_gravity,
)
from gaitmap.stride_segmentation import BarthDtw
from gaitmap.trajectory_reconstruction import RegionLevelTrajectory, RtsKalman, StrideLevelTrajectory
from gaitmap.utils.coordinate_conversion import convert_to_fbf

AXES = ["acc_x", "acc_y", "acc_z", "gyr_x", "gyr_y", "gyr_z"]


def aligned(data: dict[str, pd.DataFrame], rate_hz: float, align: bool) -> dict[str, pd.DataFrame]:
    """Data with x to the toe and z up; only gravity is aligned where the axes are the foot's already.

    Gravity is looked for with the default first, then as in the library's example for free mountings; a walk in
    which neither finds a still moment keeps its axes.
    """
    upright = data
    for options in ({}, {"window_length_s": 0.1, "static_signal_th": 15}):
        try:
            upright = align_dataset_to_gravity(data, rate_hz, **options)
            break
        except ValueError:
            continue
    if not align:
        return upright
    planar = PcaAlignment().align(upright).aligned_data_
    return ForwardDirectionSignAlignment().align(planar, sampling_rate_hz=rate_hz).aligned_data_


def run(job: dict[str, Any], arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """One recording through the whole chain; a dict of arrays a foot, and the seconds it took."""
    rate_hz = job["rate_hz"]
    begin = time.perf_counter()
    data = {
        f"{side}_sensor": pd.DataFrame(
            np.column_stack([arrays[f"{side}_acc"], np.degrees(arrays[f"{side}_gyr"])]), columns=AXES
        )
        for side in ("left", "right")
        if f"{side}_acc" in arrays
    }
    foot = aligned(data, rate_hz, job["align"])
    body = convert_to_fbf(
        foot,
        left_like="left_" if "left_sensor" in data else None,
        right_like="right_" if "right_sensor" in data else None,
    )
    segmentation = BarthDtw().segment(data=body, sampling_rate_hz=rate_hz)
    detection = RamppEventDetection() if job["events"] == "rampp" else HerzerEventDetection()
    detection.detect(data=body, stride_list=segmentation.stride_list_, sampling_rate_hz=rate_hz)
    strides = detection.min_vel_event_list_
    if job["trajectory"] == "stride":
        trajectory = StrideLevelTrajectory()
        trajectory.estimate(data=foot, stride_event_list=strides, sampling_rate_hz=rate_hz)
    else:
        trajectory = RegionLevelTrajectory(ori_method=None, pos_method=None, trajectory_method=RtsKalman())
        regions = {
            name: pd.DataFrame({"roi_id": [0], "start": [0], "end": [len(frame)]}) for name, frame in foot.items()
        }
        trajectory.estimate_intersect(
            data=foot, regions_of_interest=regions, stride_event_list=strides, sampling_rate_hz=rate_hz
        )
    spatial = SpatialParameterCalculation()
    spatial.calculate(
        stride_event_list=strides,
        positions=trajectory.position_,
        orientations=trajectory.orientation_,
        sampling_rate_hz=rate_hz,
    )
    took_s = time.perf_counter() - begin
    out = {"took_s": took_s}
    for name in data:
        side = name.removesuffix("_sensor")
        swings = detection.segmented_event_list_ if job["events"] == "rampp" else None
        found = strides[name] if swings is None else swings[name]
        out[f"{side}_swings"] = found[["tc", "ic"]].to_numpy(dtype=float)
        out[f"{side}_strides"] = strides[name].reset_index()[["s_id", "start", "tc", "ic", "end"]].to_numpy(dtype=float)
        if len(strides[name]) == 0:
            continue
        parameters = spatial.parameters_[name].reindex(strides[name].reset_index()["s_id"])
        out[f"{side}_parameters"] = parameters[["stride_length", "gait_velocity", "ic_angle", "tc_angle"]].to_numpy()
        for label, frame in (
            ("position", trajectory.position_[name]),
            ("orientation", trajectory.orientation_[name]),
            ("pitch", spatial.sole_angle_course_[name].to_frame("pitch")),
        ):
            flat = frame.reset_index()
            columns = [column for column in flat.columns if column not in ("sample", "level_1", "index")]
            out[f"{side}_{label}"] = flat[columns].to_numpy(dtype=float)
    return out


def main(folder: Path) -> None:
    """Run every job of the folder."""
    warnings.simplefilter("ignore")
    for path in sorted(folder.glob("*.json")):
        job = json.loads(path.read_text())
        with np.load(path.with_suffix(".npz")) as arrays:
            loaded = dict(arrays)
        try:
            out = run(job, loaded)
        except Exception as error:  # whatever it raises is its answer to this recording
            out = {"error": np.array(f"{type(error).__name__}: {error}"[:300])}
        out["peak_kib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        np.savez(path.with_suffix(".out.npz"), **out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
