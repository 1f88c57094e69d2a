"""The gait steps in order: Session to SessionResult."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from footdrop_imu import __version__, drags, tables
from footdrop_imu.errors import SchemaError, SchemaReason, SignalError, SignalReason
from footdrop_imu.feet import Foot, measure_feet
from footdrop_imu.gait.ankle import AnkleConfig
from footdrop_imu.gait.calibration import scale_positions
from footdrop_imu.gait.clock import ClockConfig
from footdrop_imu.gait.compensation import ASSUMED_LEG_LENGTH_M
from footdrop_imu.gait.drag import DragConfig, missing_witnesses
from footdrop_imu.gait.foot import FootConfig
from footdrop_imu.gait.timeseries import foot_timeseries
from footdrop_imu.schema import Session, SessionResult

__all__ = ["AnalysisConfig", "analyze"]


@dataclass(frozen=True)
class AnalysisConfig:
    """What a user may set for a whole analysis."""

    clock: ClockConfig = field(default_factory=ClockConfig)
    foot: FootConfig = field(default_factory=FootConfig)
    ankle: AnkleConfig = field(default_factory=AnkleConfig)
    drag: DragConfig = field(default_factory=DragConfig)
    turn_deg: float = 20.0
    """A stride that turns more than this is a turn (a U-turn takes three to six strides)."""


def analyze(session: Session, config: AnalysisConfig | None = None, *, timeseries: bool = False) -> SessionResult:
    """Measure one walk.

    Parameters
    ----------
    session
        Its streams, from ``files`` or made by hand: acceleration and angular rate of one or both feet, and of the
        shanks where they are worn.
    config
        Settings; the defaults are those of VALIDATION.md.
    timeseries
        Whether to keep every sample's angles, heights and positions.

    Returns
    -------
    SessionResult

    Raises
    ------
    SignalError
        A foot's signal cannot be analyzed; where the other foot's can, its reason is in ``quality.reasons``.
    SchemaError
        A shoe, mounting or belt speed that cannot be, or key presses that are not of this walk.
    """
    config = config or AnalysisConfig()
    if session.belt_speed_mps <= 0:
        raise SchemaError(
            SchemaReason.WRONG_VALUE, f"The belt's speed is {session.belt_speed_mps:g} m/s, expected more than 0."
        )
    feet, failures = measure_feet(session, config.clock, config.foot, config.ankle)
    if not feet:
        raise next(iter(failures.values()), _no_foot(session))
    rows = [
        tables.foot_rows(session.name, side, foot.strides, foot.recording, config.turn_deg, foot.shank_failure)
        for side, foot in feet.items()
    ]
    leg_length_m, teaching = _leg_length_m(session), dict(session.drag_teaching)
    rows = tables.with_drags(rows, config.drag, {side: one.threshold for side, one in teaching.items()})
    strides, rejected = tables.stride_table(rows, leg_length_m), tables.rejected_table(rows)
    taught = drags.Taught()
    if session.presses is not None:
        taught = drags.teach(
            strides, rejected, session.presses, session.person.affected, threshold=config.drag.threshold
        )
    if taught.teaching:
        teaching |= taught.teaching
        rows = tables.with_drags(rows, config.drag, {side: one.threshold for side, one in teaching.items()})
        strides = tables.stride_table(rows, leg_length_m)
    found = drags.drag_summaries(strides, rejected, teaching)
    quality = tables.quality(
        strides, rejected, rows, {side: error.message for side, error in failures.items()}, session.belt_speed_mps
    )
    series = None
    if timeseries:
        series = tables.timeseries_table(
            {
                side: scale_positions(
                    foot_timeseries(
                        foot.samples,
                        foot.strides,
                        left=side == "left",
                        config=config.foot,
                        ankle_deg=None if foot.ankle is None else foot.ankle.ankle_deg,
                    ),
                    foot.recording.calibration,
                )
                for side, foot in feet.items()
            }
        )
    return SessionResult(
        session=session.name,
        strides=strides,
        rejected=rejected,
        courses=tables.courses(rows),
        summary=replace(tables.summary(strides, rejected, session.person.affected), drags=found),
        quality=replace(quality, unavailable={**quality.unavailable, **drags.unavailable_rates(found)}),
        provenance=_provenance(session, feet, failures, config)
        | ({"drag_presses": taught.record} if taught.record else {}),
        timeseries=series,
        drag_teaching=taught.teaching,
    )


def _leg_length_m(session: Session) -> float:
    """Hip to floor as entered, else a usual one."""
    entered = session.person.leg_length_m
    if np.isfinite(entered) and not 0.3 <= entered <= 1.3:
        raise SchemaError(
            SchemaReason.WRONG_VALUE, f"The leg is {entered:g} m long, expected 0.3 to 1.3 m from hip to floor."
        )
    return float(entered) if np.isfinite(entered) else ASSUMED_LEG_LENGTH_M


def _no_foot(session: Session) -> SignalError:
    return SignalError(
        SignalReason.NO_FOOT,
        f"Session {session.name} has no foot sensor, expected a left or a right foot. Name the files with --left and "
        "--right.",
    )


def _provenance(
    session: Session, feet: Mapping[str, Foot], failures: Mapping[str, SignalError], config: AnalysisConfig
) -> dict[str, Any]:
    settings = asdict(config)
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
    return {
        "version": __version__,
        "config": settings,
        "config_hash": digest[:12],
        "source": dict(session.source),
        "notes": list(session.notes),
        "person": session.person.id,
        "affected": session.person.affected,
        "leg_length_m": _leg_length_m(session),
        "leg_length": "entered" if np.isfinite(session.person.leg_length_m) else "assumed",
        "activity": session.activity,
        "start": session.start,
        "condition": asdict(session.condition),
        "belt_speed_mps": session.belt_speed_mps,
        "feet": {side: foot.provenance for side, foot in feet.items()},
        "toe_drag_without": {
            side: missing_witnesses(foot.recording.rate_hz, config.drag) for side, foot in feet.items()
        },
        "refused": {side: {"reason": str(error.reason), "message": error.message} for side, error in failures.items()},
    }
