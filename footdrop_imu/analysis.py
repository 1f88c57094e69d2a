"""The gait steps in order: Session to SessionResult."""

from __future__ import annotations

from dataclasses import dataclass

from footdrop_imu.schema import Session, SessionResult

__all__ = ["AnalysisConfig", "analyze"]


@dataclass(frozen=True)
class AnalysisConfig:
    """What a user may set for a whole analysis."""


def analyze(session: Session, config: AnalysisConfig | None = None, *, timeseries: bool = False) -> SessionResult:
    """Measure one walk."""
    raise NotImplementedError
