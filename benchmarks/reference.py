"""Reference recordings and what is known about them, read without the project's own readers.

Every function gives sessions made of raw samples together with the truth somebody else measured: optical markers,
hand-checked events, an optical table, a known distance.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from footdrop_imu.schema import (
    GRAVITY_MPS2,
    BoolArray,
    FloatArray,
    IntArray,
    SensorStream,
    SensorTraits,
    Session,
)

UNKNOWN = SensorTraits()
XSENS = SensorTraits(maker="Xsens", model="MTw Awinda", integrates_on_chip=True)
EXAMPLE_RATE_HZ = 204.8
OPTICAL_RATE_HZ = 100.0
OPTICAL_LAG_S = 0.005
"""The optical track of ``gaitmap_example`` is late by about this (README of the recordings)."""


def data_folder() -> Path | None:
    """Folder of the reference recordings, or None where it is absent."""
    folder = Path(os.environ.get("FOOTDROP_VALIDATION_DATA", Path(__file__).parents[2] / "shared" / "data"))
    return folder if folder.is_dir() else None


def require_data() -> Path:
    """Folder of the reference recordings; ends the script with a sentence where it is absent."""
    folder = data_folder()
    if folder is None:
        raise SystemExit("The reference recordings are not in ../shared/data; set FOOTDROP_VALIDATION_DATA.")
    return folder


def _streams(
    segment: str,
    acc: FloatArray,
    gyr: FloatArray,
    *,
    rate_hz: float | None = None,
    counter: IntArray | None = None,
    counter_bits: int | None = None,
    time_s: FloatArray | None = None,
    clock_offset_s: float = 0.0,
    traits: SensorTraits = UNKNOWN,
) -> tuple[SensorStream, SensorStream]:
    """Both streams of one sensor; acc (n, 3) m/s², gyr (n, 3) rad/s."""

    def stream(quantity: str, values: FloatArray) -> SensorStream:
        return SensorStream(
            segment=segment,
            quantity=quantity,  # type: ignore[arg-type]
            values=np.ascontiguousarray(values, dtype=np.float64),
            time_s=time_s,
            counter=counter,
            counter_bits=counter_bits,
            rate_hz=rate_hz,
            clock_group="walk",
            clock_offset_s=clock_offset_s,
            traits=traits,
        )

    return stream("acceleration", acc), stream("angular_velocity", gyr)


# --- gaitmap_example: one healthy person, optical markers on the left foot -----------------------------------


@dataclass(frozen=True)
class Optical:
    """Optical markers of the left foot: (n, 3) in m, z up, at ``rate_hz``; events in s on the sensor's clock."""

    rate_hz: float
    toe_m: FloatArray
    heel_m: FloatArray
    ball_m: FloatArray
    initial_contact_s: FloatArray
    toe_off_s: FloatArray


def load_optical(folder: Path) -> Optical:
    """Markers and optical events of ``gaitmap_example``."""
    frame = pd.read_csv(folder / "gaitmap_example" / "mocap_sample_left.csv", header=[0, 1], index_col=0)
    events = pd.read_csv(folder / "gaitmap_example" / "stride_events_sample_left.csv")
    toe, heel, ball = (frame[name].to_numpy(dtype=np.float64) / 1000.0 for name in ("L_TOE", "L_FCC", "L_FM5"))
    return Optical(
        OPTICAL_RATE_HZ,
        toe,
        heel,
        ball,
        events["ic"].to_numpy(dtype=np.float64) / EXAMPLE_RATE_HZ,
        events["tc"].to_numpy(dtype=np.float64) / EXAMPLE_RATE_HZ,
    )


@cache
def _example_arrays(path: Path) -> dict[str, tuple[FloatArray, FloatArray]]:
    frame = pd.read_csv(path, header=[0, 1], index_col=0)
    arrays = {}
    for side in ("left", "right"):
        sensor = frame[f"{side}_sensor"]
        acc = sensor[["acc_x", "acc_y", "acc_z"]].to_numpy(dtype=np.float64)
        gyr = np.radians(sensor[["gyr_x", "gyr_y", "gyr_z"]].to_numpy(dtype=np.float64))
        arrays[side] = (acc, gyr)
    return arrays


def example_session(folder: Path, thin: int = 1, phase: int = 0, *, stairs: bool = False) -> Session:
    """Both feet of ``gaitmap_example``; only every ``thin``-th sample from ``phase`` on, nothing filtered."""
    name = "imu_sample_healthy_stair_up.csv" if stairs else "imu_sample.csv"
    streams: tuple[SensorStream, ...] = ()
    for side, (acc, gyr) in _example_arrays(folder / "gaitmap_example" / name).items():
        streams += _streams(
            f"{side}_foot",
            acc[phase::thin],
            gyr[phase::thin],
            rate_hz=EXAMPLE_RATE_HZ / thin,
            clock_offset_s=phase / EXAMPLE_RATE_HZ,
        )
    return Session(name=f"example_{thin}_{phase}" if not stairs else "example_stairs", streams=streams)


def multiple_sclerosis_session(folder: Path) -> Session:
    """Left foot of the person with multiple sclerosis, 102.4 Hz, about 74 strides."""
    frame = pd.read_csv(folder / "gaitmap_example" / "imu_sample_ms_left.csv", index_col=0)
    acc = frame[["acc_x", "acc_y", "acc_z"]].to_numpy(dtype=np.float64)
    gyr = np.radians(frame[["gyr_x", "gyr_y", "gyr_z"]].to_numpy(dtype=np.float64))
    return Session(name="multiple_sclerosis", streams=_streams("left_foot", acc, gyr, rate_hz=102.4))


# --- healthy_overground_20m: hand-checked swings --------------------------------------------------------------


@dataclass(frozen=True)
class Swings:
    """One foot's hand-checked swings: toe off and contact (n, 2) in s, packet counter 0 being second 0."""

    side: str
    events_s: FloatArray


@dataclass(frozen=True)
class OvergroundWalk:
    """One walk of 10 m, a turn and 10 m back. Times in s, packet counter 0 being second 0."""

    name: str
    session: Session
    swings: tuple[Swings, Swings]
    walk_s: tuple[float, float]
    turn_s: tuple[float, float]
    first_s: dict[str, float]


def _counted_table(path: Path) -> tuple[IntArray, FloatArray, FloatArray]:
    frame = pd.read_csv(path, sep="\t", skiprows=1)
    counter = frame["PacketCounter"].to_numpy(dtype=np.float64).astype(np.int64)
    acc = frame[["Acc_X", "Acc_Y", "Acc_Z"]].to_numpy(dtype=np.float64)
    gyr = frame[["Gyr_X", "Gyr_Y", "Gyr_Z"]].to_numpy(dtype=np.float64)
    return counter, acc, gyr


def overground_walks(folder: Path) -> list[OvergroundWalk]:
    """All walks of ``healthy_overground_20m``, 100 Hz by the packet counter."""
    walks = []
    for path in sorted((folder / "healthy_overground_20m").glob("*.json")):
        truth = json.loads(path.read_text())
        streams: tuple[SensorStream, ...] = ()
        first_s = {}
        for side, token in (("left", "lf"), ("right", "rf")):
            counter, acc, gyr = _counted_table(path.with_name(f"{path.stem}_{token}.txt"))
            streams += _streams(
                f"{side}_foot",
                acc,
                gyr,
                rate_hz=100.0,
                counter=counter,
                clock_offset_s=counter[0] / 100.0,
                traits=XSENS,
            )
            first_s[side] = counter[0] / 100.0
        swings = tuple(
            Swings(side, np.asarray(truth[f"{side.title()}FootEvents"], dtype=np.float64) / 100.0)
            for side in ("left", "right")
        )
        walks.append(
            OvergroundWalk(
                path.stem,
                Session(name=path.stem, streams=streams),
                (swings[0], swings[1]),
                (truth["TrialBoundaries"][0] / 100.0, truth["TrialBoundaries"][1] / 100.0),
                (truth["UTurnBoundaries"][0] / 100.0, truth["UTurnBoundaries"][1] / 100.0),
                first_s,
            )
        )
    return walks


# --- stroke_treadmill: optical foot strike angle ---------------------------------------------------------------


@dataclass(frozen=True)
class TreadmillTrial:
    """One treadmill walk of a person after stroke and its mean optical foot strike angle in deg."""

    person: str
    trial: str
    session: Session
    optical_deg: float


def _merged_trial(name: str) -> str:
    """1Reg for any of Reg, 1Reg, 1Reg01, 1Reg02; else the name without its take number."""
    plain = name[:-2] if name[-2:].isdigit() and len(name) > 4 else name
    return "1Reg" if plain == "Reg" else plain


def _exported_trials(person: Path) -> dict[str, str]:
    """Map each exported folder to its trial name, from ``corresponding_files.txt``."""
    trials = {}
    for line in (person / "corresponding_files.txt").read_text().splitlines():
        name, _, exported = line.partition("=")
        trials[exported.strip()] = _merged_trial(name.strip().strip("']").removesuffix(".c3d").split("_")[-1])
    return trials


def treadmill_trials(folder: Path) -> list[TreadmillTrial]:
    """All trials of ``stroke_treadmill`` that have foot sensors and an optical angle, 100 Hz by the packet counter."""
    table = pd.read_csv(folder / "stroke_treadmill" / "optical_foot_strike_angle.csv")
    optical = {
        (str(row.participantID), _merged_trial(str(row.trialtype))): float(row.foot_strike_angle_deg)  # type: ignore[arg-type]
        for row in table.itertuples()
    }
    trials = []
    for person in sorted((folder / "stroke_treadmill").glob("*_pp*")):
        number = int(person.name.split("_pp")[1])
        for exported, trial in _exported_trials(person).items():
            specifications = sorted((person / exported).glob("sensorspec.json*"))
            angle = optical.get((f"1019_MR{number:03d}", trial))
            if not specifications or angle is None:
                continue
            places = json.loads(specifications[0].read_text())
            streams: tuple[SensorStream, ...] = ()
            for side in ("left", "right"):
                (path,) = [p for p in (person / exported).iterdir() if p.name.endswith(places[f"{side}foot"])]
                frame = pd.read_csv(path, sep="\t", comment="/")
                streams += _streams(
                    f"{side}_foot",
                    frame[["Acc_X", "Acc_Y", "Acc_Z"]].to_numpy(dtype=np.float64),
                    frame[["Gyr_X", "Gyr_Y", "Gyr_Z"]].to_numpy(dtype=np.float64),
                    rate_hz=100.0,
                    counter=frame["PacketCounter"].to_numpy(dtype=np.int64),
                    counter_bits=16,
                    traits=XSENS,
                )
            name = f"{person.name}_{trial}"
            session = Session(name=name, streams=streams, activity="treadmill_walk")
            trials.append(TreadmillTrial(person.name, trial, session, angle))
    return trials


# --- further walks ---------------------------------------------------------------------------------------------


def positions_walk(folder: Path) -> tuple[Session, dict[str, FloatArray], dict[str, BoolArray]]:
    """Two minutes of one healthy person at 60 Hz, with positions (n, 3) in m of each foot and its still samples."""
    place = folder / "both_feet_positions_60hz"
    truth = pd.read_csv(place / "positionGt.csv")
    streams: tuple[SensorStream, ...] = ()
    positions, still = {}, {}
    for side in ("left", "right"):
        frame = pd.read_csv(place / f"imuMeas{side.title()}.csv")
        streams += _streams(
            f"{side}_foot",
            frame[["acc_x", "acc_y", "acc_z"]].to_numpy(dtype=np.float64),
            frame[["gyro_x", "gyro_y", "gyro_z"]].to_numpy(dtype=np.float64),
            rate_hz=60.0,
        )
        positions[side] = truth[[f"pos_{side}_{axis}" for axis in "xyz"]].to_numpy(dtype=np.float64)
        still[side] = frame["is_zero_vel"].to_numpy() > 0
    return Session(name="positions_60hz", streams=streams), positions, still


def loop_walk(folder: Path) -> Session:
    """One foot around a closed loop of about 25 m, about 400 Hz with its own time column."""
    frame = pd.read_csv(folder / "loop_walk_ngimu" / "short_walk.csv")
    acc = frame[[f"Accelerometer {axis} (g)" for axis in "XYZ"]].to_numpy(dtype=np.float64) * GRAVITY_MPS2
    gyr = np.radians(frame[[f"Gyroscope {axis} (deg/s)" for axis in "XYZ"]].to_numpy(dtype=np.float64))
    time_s = frame["Time (s)"].to_numpy(dtype=np.float64)
    return Session(name="loop_walk", streams=_streams("left_foot", acc, gyr, time_s=time_s))
