"""gaitmap 2.6.0 on the same recordings, scored by the same functions.

It runs as a program of its own (``peer_program.py``) in the interpreter that ``FOOTDROP_PEER_PYTHON`` names, where
gaitmap and gaitmap_mad are installed. Nothing of it is imported here.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.reference import (
    example_session,
    multiple_sclerosis_session,
    overground_walks,
    require_data,
    treadmill_trials,
)
from footdrop_imu.columns import REJECTED_COLUMNS, STRIDE_COLUMNS, TIMESERIES_COLUMNS, make_table
from footdrop_imu.errors import FootdropError, SignalError, SignalReason
from footdrop_imu.schema import Courses, FloatArray, Quality, Session, SessionResult, Summary

PEER_PYTHON = "FOOTDROP_PEER_PYTHON"
PROGRAM = Path(__file__).with_name("peer_program.py")
EVENT_METHODS = ("rampp", "herzer")
AXES_KNOWN = ("example", "multiple_sclerosis")


def peer_python() -> str | None:
    """Interpreter in which the peer is installed, or None."""
    return os.environ.get(PEER_PYTHON) or None


def arrays_of(session: Session) -> tuple[float, dict[str, FloatArray]]:
    """Rate in Hz and ``<side>_acc``, ``<side>_gyr`` (n, 3) of the feet, lost packets filled linearly on the counter."""
    rate_hz, arrays = 0.0, {}
    for stream in session.streams:
        samples = np.asarray(stream.values)
        if stream.counter is not None:
            counter = np.unwrap(stream.counter.astype(np.float64), period=2.0 ** (stream.counter_bits or 52))
            ticks = np.arange(counter[0], counter[-1] + 1)
            samples = np.column_stack([np.interp(ticks, counter, column) for column in samples.T])
        rate_hz = stream.rate_hz or 0.0
        arrays[f"{stream.segment.split('_')[0]}_{stream.quantity[:3].replace('ang', 'gyr')}"] = samples
    return rate_hz, arrays


def run_peer(sessions: Iterable[Session], events: str, trajectory: str = "stride") -> dict[str, dict[str, Any]]:
    """What the peer's program gives for each session, by the session's name."""
    python = peer_python()
    if python is None:
        raise SystemExit(f"Set {PEER_PYTHON} to an interpreter in which gaitmap and gaitmap_mad are installed.")
    found = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for session in sessions:
            rate_hz, arrays = arrays_of(session)
            np.savez(folder / f"{session.name}.npz", **arrays)  # type: ignore[arg-type]
            job = {
                "rate_hz": rate_hz,
                "align": not session.name.startswith(AXES_KNOWN),
                "events": events,
                "trajectory": trajectory,
            }
            (folder / f"{session.name}.json").write_text(json.dumps(job))
        subprocess.run([python, str(PROGRAM), str(folder)], check=True)
        for path in folder.glob("*.out.npz"):
            with np.load(path) as arrays_out:
                found[path.name.removesuffix(".out.npz")] = {key: arrays_out[key] for key in arrays_out}
    return found


def _walked(position: FloatArray) -> FloatArray:
    """Place (n,) in m along the line from the first to the last position (n, 3)."""
    line = position[-1, :2] - position[0, :2]
    length = float(np.hypot(*line))
    return np.asarray((position[:, :2] - position[0, :2]) @ line / max(length, 1e-9))


def _series(side: str, strides: FloatArray, found: Mapping[str, Any], rate_hz: float) -> pd.DataFrame:
    """Time series of one foot in this project's columns."""
    from scipy.spatial.transform import Rotation

    parts = []
    for number, (s_id, start, toe_off, contact, _) in enumerate(strides):
        position, orientation, pitch = (
            found[f"{side}_{name}"][found[f"{side}_{name}"][:, 0] == s_id][:, 1:]
            for name in ("position", "orientation", "pitch")
        )
        index = start + np.arange(len(position))
        matrix = Rotation.from_quat(orientation).as_matrix()
        roll = np.degrees(np.arctan2(matrix[:, 2, 1], matrix[:, 2, 2])) * (-1.0 if side == "left" else 1.0)
        parts.append(
            {
                "side": np.full(len(index), side, dtype=object),
                "time_s": index / rate_hz,
                "stride": np.full(len(index), number),
                "foot_pitch_deg": pitch[:, 0],
                "foot_roll_deg": roll,
                "position_x_m": _walked(position),
                "position_y_m": np.zeros(len(index)),
                "position_z_m": position[:, 2],
                **{f"orientation_{axis}": orientation[:, k] for k, axis in enumerate("xyzw")},
                "phase": np.where((index >= toe_off) & (index < contact), "swing", "stance"),
            }
        )
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}
    return make_table(TIMESERIES_COLUMNS, columns or {"side": np.empty(0, dtype=object), "stride": np.empty(0, int)})


def _strides(session: Session, side: str, strides: FloatArray, parameters: FloatArray, rate_hz: float) -> pd.DataFrame:
    events = {
        "start": strides[:, 1],
        "toe_off": strides[:, 2],
        "mid_swing": np.floor((strides[:, 2] + strides[:, 3]) / 2.0),
        "initial_contact": strides[:, 3],
        "end": strides[:, 4],
    }
    offset_s = next(stream.clock_offset_s for stream in session.streams if stream.segment.startswith(side))
    return make_table(
        STRIDE_COLUMNS,
        {
            "session": np.full(len(strides), session.name, dtype=object),
            "side": side,
            "stride": np.arange(len(strides)),
            **{name: np.floor(index).astype(np.int64) for name, index in events.items()},
            **{f"{name}_time_s": index / rate_hz for name, index in events.items()},
            "clock_offset_s": offset_s,
            "stride_length_m": parameters[:, 0],
            "walking_speed_mps": parameters[:, 1],
            "foot_pitch_initial_contact_deg": parameters[:, 2],
            "bout": 0,
            "position_in_bout": np.arange(len(strides)),
            "kind": "straight",
        },
    )


def peer_result(session: Session, found: Mapping[str, Any]) -> SessionResult:
    """Write the peer's answer in this project's tables, so that the same scores apply.

    Strides are its foot-flat to foot-flat strides; swings that it saw without such a stride are the rejected rows.

    Raises
    ------
    SignalError
        Where the peer failed on the recording.
    """
    if "error" in found:
        raise SignalError(SignalReason.NO_WALKING, str(found["error"]))
    rate_hz, _ = arrays_of(session)
    strides, rejected, series = [], [], []
    for side in ("left", "right"):
        if f"{side}_strides" not in found:
            continue
        own = found[f"{side}_strides"]
        swings = found[f"{side}_swings"]
        swings = swings[np.isfinite(swings).all(axis=1) & ~np.isin(swings[:, 1], own[:, 3])]
        rejected.append(
            make_table(
                REJECTED_COLUMNS,
                {
                    "session": np.full(len(swings), session.name, dtype=object),
                    "side": side,
                    "toe_off": np.floor(swings[:, 0]),
                    "initial_contact": np.floor(swings[:, 1]),
                    "toe_off_time_s": swings[:, 0] / rate_hz,
                    "initial_contact_time_s": swings[:, 1] / rate_hz,
                    "reason": "no stride",
                },
            )
        )
        if len(own):
            strides.append(_strides(session, side, own, found[f"{side}_parameters"], rate_hz))
            series.append(_series(side, own, found, rate_hz))
    if not strides:
        raise SignalError(SignalReason.NO_WALKING, "The peer found no stride.")
    nothing = np.empty(0)
    return SessionResult(
        session=session.name,
        strides=pd.concat(strides, ignore_index=True),
        rejected=pd.concat(rejected, ignore_index=True),
        courses=Courses(nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing),  # type: ignore[arg-type]
        summary=Summary(),
        quality=Quality("good"),
        provenance={},
        timeseries=pd.concat(series, ignore_index=True),
    )


class Peer:
    """The peer as an estimator: all sessions are run once, then asked for one by one."""

    def __init__(self, sessions: Iterable[Session], events: str, trajectory: str = "stride") -> None:
        self._found = run_peer(sessions, events, trajectory)

    def __call__(self, session: Session) -> SessionResult:
        """Give the peer's result of a session that was run; a refusal where it failed."""
        return peer_result(session, self._found[session.name])


def sessions(folder: Path) -> list[Session]:
    """Every session that the scores ask for."""
    return [
        *(example_session(folder, thin, phase) for thin in (1, 2, 4) for phase in range(thin)),
        example_session(folder, stairs=True),
        multiple_sclerosis_session(folder),
        *(walk.session for walk in overground_walks(folder)),
        *(trial.session for trial in treadmill_trials(folder)),
    ]


def score(folder: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Figures by event method and data set."""
    from benchmarks import score_optical, score_overground, score_treadmill

    figures: dict[str, dict[str, dict[str, float]]] = {}
    for events in EVENT_METHODS:
        peer = Peer(sessions(folder), events)
        figures[events] = {}
        for name, module in (
            ("optical", score_optical),
            ("overground", score_overground),
            ("treadmill", score_treadmill),
        ):
            try:
                figures[events][name] = module.score(folder, peer)
            except FootdropError as error:
                print(f"peer, {events}, {name}: {error}")
    return figures


if __name__ == "__main__":
    print(json.dumps(score(require_data()), indent=1))
