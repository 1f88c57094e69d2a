"""Bland-Altman plots of the comparisons with optical references, as small PNG files in ``benchmarks/figures``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.reference import load_optical, require_data
from benchmarks.scoring import agreement
from footdrop_imu.schema import FloatArray

PLACE = Path(__file__).with_name("figures")
SIZE_INCH = (6.4, 3.8)


def bland_altman(
    path: Path, own: FloatArray, reference: FloatArray, *, title: str, unit: str, group: pd.Series | None = None
) -> None:
    """Draw the differences over the means, with bias and 95 % limits of agreement.

    Parameters
    ----------
    path
        PNG to write.
    own, reference
        (n,) in ``unit``.
    title, unit
        What is compared.
    group
        Whose value it is, (n,): one marker a group, named in a legend.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    own, reference = np.asarray(own, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    found = agreement(own, reference)
    figure, axes = plt.subplots(figsize=SIZE_INCH, layout="constrained")
    mean, difference = (own + reference) / 2.0, own - reference
    if group is None:
        axes.plot(mean, difference, "o", ms=4, alpha=0.7, color="#1f5a7a")
    else:
        for marker, (name, rows) in zip("osD^v<>P*X", group.groupby(group, sort=True), strict=False):
            axes.plot(mean[rows.index], difference[rows.index], marker, ms=6, alpha=0.8, label=str(name))
        axes.legend(title="person", loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    for value, style, name in (
        (found.bias, "-", "bias"),
        (found.low, "--", "−1.96 sd"),
        (found.high, "--", "+1.96 sd"),
    ):
        axes.axhline(value, ls=style, lw=1, color="0.3")
        axes.annotate(
            f"{name} {value:+.1f}",
            (1.0, value),
            xycoords=("axes fraction", "data"),
            xytext=(-4, 3),
            textcoords="offset points",
            ha="right",
            fontsize=8,
        )
    axes.axhline(0.0, lw=0.6, color="0.7")
    axes.set(
        title=f"{title}  (n = {found.pairs})",
        xlabel=f"mean of both [{unit}]",
        ylabel=f"own − optical [{unit}]",
    )
    axes.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=90, metadata={"Software": None})
    plt.close(figure)


def draw(folder: Path, place: Path = PLACE) -> list[Path]:
    """Draw every plot from the reference recordings; the files written."""
    from benchmarks.reference import example_session
    from benchmarks.score_optical import analyze_with_courses, clearance_table, course_table, length_table
    from benchmarks.score_treadmill import trial_table

    optical = load_optical(folder)
    result = analyze_with_courses(example_session(folder))
    length = length_table(result, optical)
    clearance = clearance_table(course_table(result, optical))
    trials = trial_table(folder).reset_index(drop=True)
    paths = [place / f"{name}.png" for name in ("stride_length", "toe_clearance", "foot_strike_angle")]
    for path, table, title in (
        (paths[0], length, "Stride length, healthy person, 204.8 Hz"),
        (paths[1], clearance, "Minimum toe clearance, healthy person, 204.8 Hz"),
    ):
        own, reference = (1000.0 * table[name].to_numpy(dtype=np.float64) for name in ("own_m", "optical_m"))
        bland_altman(path, own, reference, title=title, unit="mm")
    angles = (trials[name].to_numpy(dtype=np.float64) for name in ("own_deg", "optical_deg"))
    person = trials["person"].str.removeprefix("1019_")
    bland_altman(paths[2], *angles, title="Foot strike angle after stroke, a trial", unit="°", group=person)
    return paths


if __name__ == "__main__":
    for drawn in draw(require_data()):
        print(drawn)
