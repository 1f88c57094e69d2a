"""A walk made of plain numbers, and files of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

Write = Callable[..., Path]
"""The fixture that makes a file of a name and a content."""

G = 9.80665
DEG = math.pi / 180


def make_walk(count: int = 600, rate_hz: float = 100.0, seed: int = 0) -> np.ndarray:
    """Acceleration (m/s²) and angular velocity (rad/s) that look like a walking foot, (count, 6)."""
    rng = np.random.default_rng(seed)
    phase = (np.arange(count) / rate_hz / 1.1) % 1
    swing = np.where(phase > 0.6, np.sin(np.pi * (phase - 0.6) / 0.4), 0.0)
    acc = rng.normal((0.5, 0.3, 9.79), 0.05, (count, 3))
    acc += swing[:, None] * [8.0, 2.0, 6.0] * np.sin(20 * phase)[:, None]
    gyr = rng.normal(0, 0.01, (count, 3)) + swing[:, None] * [0.8, -6.0, 0.5] * np.cos(5 * phase)[:, None]
    return np.round(np.hstack((acc, gyr)), 6)


def csv_text(walk: np.ndarray, *, time: bool = True, rate_hz: float = 100.0, start_s: float = 0.0) -> str:
    names = "acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_radps,gyr_y_radps,gyr_z_radps"
    rows = [",".join(f"{value:.6f}" for value in row) for row in walk]
    if time:
        names = f"time_s,{names}"
        rows = [f"{start_s + k / rate_hz:.6f},{row}" for k, row in enumerate(rows)]
    return "\n".join((names, *rows)) + "\n"


def xsens_text(
    walk: np.ndarray,
    *,
    first: int = 65_300,
    drop: tuple[int, ...] = (),
    head: str = "// Device\n",
    step_s: float = 0.01,
) -> str:
    """First dialect: empty SampleTimeFine, velocity increments, an empty trailing column."""
    lines = ["PacketCounter\tSampleTimeFine\tAcc_X\tAcc_Y\tAcc_Z\tGyr_X\tGyr_Y\tGyr_Z\tVelInc_X\tVelInc_Y\tVelInc_Z\t"]
    for k, row in enumerate(walk):
        if k not in drop:
            cells = [f"{(first + k) % 65_536:05d}", "", *(f"{value:.6f}" for value in row)]
            lines.append("\t".join((*cells, *(f"{value * step_s:.6f}" for value in row[:3]), "")))
    return head + "\n".join(lines) + "\n"


def xsens_plain_text(walk: np.ndarray, *, first: int = 0, drop: tuple[int, ...] = (), names: str | None = None) -> str:
    """Second dialect: a frequency line, counters as floats."""
    lines = ["Acquisition frequency: 100 Hz", names or "PacketCounter\tAcc_X\tAcc_Y\tAcc_Z\tGyr_X\tGyr_Y\tGyr_Z"]
    lines += [
        "\t".join((f"{first + k}.0", *(f"{value:.6f}" for value in row))) for k, row in enumerate(walk) if k not in drop
    ]
    return "\n".join(lines) + "\n"
