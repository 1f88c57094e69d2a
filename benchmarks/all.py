"""Makes every figure anew: ``benchmarks/results.json``, the plots, and the tables in VALIDATION.md.

``python -m benchmarks.all`` runs everything; ``--only optical treadmill`` runs parts and keeps the other figures.
A table of VALIDATION.md stands between ``<!-- table: NAME -->`` and ``<!-- end -->`` and is written by this script
only.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import (
    ablation,
    capture,
    clock,
    comparisons,
    constants,
    constants_tables,
    decode,
    figures,
    peer,
    progress,
    recording,
    repetitions,
    reports,
    score_ankle,
    score_calibration,
    score_compensation,
    score_drag,
    score_further,
    score_hard,
    score_optical,
    score_overground,
    score_simulated,
    score_treadmill,
    score_uncertainty,
    speed,
    store,
    trend,
)
from benchmarks.bars import ROWS, Row
from benchmarks.reference import require_data
from footdrop_imu import __version__

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_name("results.json")
DOCUMENT = ROOT / "VALIDATION.md"
SCRIPTS = {
    "optical": "score_optical",
    "overground": "score_overground",
    "treadmill": "score_treadmill",
    "further": "score_further",
    "drag": "score_drag",
    "simulated": "score_simulated",
    "compensation": "score_compensation",
    "ankle": "score_ankle",
    "uncertainty": "score_uncertainty",
    "speed": "speed",
    "capture": "capture",
    "decode": "decode",
    "clock": "clock",
    "recording": "recording",
    "store": "store",
    "repetitions": "repetitions",
    "progress": "progress",
    "trend": "trend",
    "comparisons": "comparisons",
    "reports": "reports",
}


def _simulated() -> dict[str, Any]:
    table = score_simulated.by_condition()
    return {"simulated": score_simulated.score(table), "conditions": table.to_dict("records")}


def parts(folder: Path) -> dict[str, Callable[[], dict[str, Any]]]:
    """What can be run, by name; each gives what it puts into the results."""
    return {
        "optical": lambda: {"optical": score_optical.score(folder)},
        "overground": lambda: {"overground": score_overground.score(folder)},
        "treadmill": lambda: {"treadmill": score_treadmill.score(folder)},
        "further": lambda: {"further": score_further.score(folder)},
        "drag": lambda: score_drag.study(folder),
        "simulated": _simulated,
        "compensation": lambda: {"compensation": score_compensation.score(score_compensation.walk_table())},
        "hard": lambda: {"hard": score_hard.score(folder)},
        "ankle": lambda: {
            "ankle": score_ankle.score(score_ankle.by_condition(), score_ankle.legs_after_stroke(folder))
        },
        "uncertainty": lambda: {"uncertainty": score_uncertainty.score()},
        "ablation": lambda: ablation.study(folder),
        "calibration": lambda: {"calibration": score_calibration.score(folder)},
        "constants": lambda: {"constants": constants.study(folder)},
        "peer": lambda: {"peer": peer.score(folder)},
        "speed": lambda: {"speed": speed.score(folder)},
        "capture": lambda: {"capture": capture.score()},
        "decode": lambda: {"decode": decode.score()},
        "clock": lambda: {"clock": clock.score()},
        "recording": lambda: {"recording": recording.score()},
        "store": lambda: {"store": store.score()},
        "repetitions": lambda: {"repetitions": repetitions.score()},
        "progress": lambda: {"progress": progress.score()},
        "trend": lambda: {"trend": trend.score()},
        "comparisons": lambda: {"comparisons": comparisons.score()},
        "reports": lambda: {"reports": reports.score(folder)},
        "figures": lambda: {"figures": [path.name for path in figures.draw(folder)]},
    }


def clean(value: Any) -> Any:
    """JSON-ready, six significant digits, NaN as null."""
    if isinstance(value, Mapping):
        return {str(key): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    if isinstance(value, bool | str) or value is None:
        return value
    number = float(value)
    return float(f"{number:.6g}") if math.isfinite(number) else None


def _cell(value: float | None, row: Row) -> str:
    if value is None:
        return "–"
    unit = row.unit if row.unit in ("%", "°", "×") else f" {row.unit}" if row.unit else ""
    return f"{value:.{row.digits}f}{unit}"


def _best_peer(results: Mapping[str, Any], row: Row) -> float | None:
    """The peer's figure, the better of its two ways to find events."""
    name = row.peer_figure
    if name is None:
        return None
    if row.part == "speed":
        value = results.get("speed", {}).get(name)
        return None if value is None else float(value)
    runs = results.get("peer", {})
    found = [run[row.part][name] for run in runs.values() if run.get(row.part, {}).get(name) is not None]
    if not found:
        return None
    return float(max(found) if row.bar.kind == "at_least" else min(found, key=abs))


def bars_table(results: Mapping[str, Any]) -> str:
    """Bar, goal, reached, peer, one row a figure."""
    lines = ["| what | bar | goal | reached | | peer | script |", "|---|---|---|---|---|---|---|"]
    for row in ROWS:
        value = results.get(row.part, {}).get(row.figure)
        reached = value is not None and row.bar.reached(value)
        verdict = "yes" if reached else "**no**" if value is not None else "not run"
        if reached and row.goal is not None and row.goal.reached(value):
            verdict = "yes, and the goal"
        lines.append(
            f"| {row.label} | {row.bar} | {row.goal or '–'} | {_cell(value, row)} | {verdict} "
            f"| {_cell(_best_peer(results, row), row)} | `{SCRIPTS[row.part]}` |"
        )
    return "\n".join(lines)


def rows_table(rows: list[Mapping[str, Any]]) -> str:
    """Records as a table, columns as they are called."""
    if not rows:
        return "(not run)"
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    for row in rows:
        cells = [
            "–" if row[name] is None else f"{row[name]:.3g}" if isinstance(row[name], float) else str(row[name])
            for name in names
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def worst_table(rows: list[Mapping[str, Any]], count: int = 3) -> str:
    """For each measure the conditions with the greatest error."""
    lines = ["| measure | worst conditions |", "|---|---|"]
    for name in [name for name in (rows[0] if rows else ()) if "rmse" in name]:
        ranked = sorted((row for row in rows if row.get(name) is not None), key=lambda row: -row[name])[:count]
        corners = [
            f"{row['person']}, {row['speed_mps']:g} m/s, {row['rate_hz']:g} Hz: {row[name]:.3g}" for row in ranked
        ]
        lines.append(f"| {name} | {'; '.join(corners)} |")
    return "\n".join(lines) if rows else "(not run)"


def all_figures_table(figures_by_name: Mapping[str, Any]) -> str:
    """Every figure of a part with the name the script gives it."""
    lines = ["| figure | value |", "|---|---|"]
    lines += [f"| {name} | {'–' if value is None else f'{value:.4g}'} |" for name, value in figures_by_name.items()]
    return "\n".join(lines)


def tables(results: Mapping[str, Any]) -> dict[str, str]:
    """Every table of VALIDATION.md by name."""
    conditions = results.get("conditions", [])
    made = {"bars": bars_table(results), "conditions": rows_table(conditions), "worst": worst_table(conditions)}
    varied = results.get("constants", [])
    made |= {"constants": constants_tables.study_table(varied), "edges": constants_tables.edges_table(varied)}
    listed = ("ablation", "sensors", "distance", "delays", "drag_strengths", "drag_witnesses")
    made |= {name: rows_table(results.get(name, [])) for name in listed}
    return made | {part: all_figures_table(results.get(part, {})) for part in SCRIPTS}


def fill(text: str, made: Mapping[str, str]) -> str:
    """Put each table between its marks.

    Raises
    ------
    KeyError
        The document asks for a table that is not made.
    """
    pattern = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}\n{made[found[2]]}\n\n{found[3]}", text)


def main() -> None:
    """Run the parts asked for and write everything that is made from them."""
    runnable = parts(require_data())
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=sorted(runnable), help="parts to run; none: write the tables only")
    chosen = parser.parse_args().only
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name, run in runnable.items():
        if chosen is not None and name not in chosen:
            continue
        if name == "peer" and peer.peer_python() is None:
            print(f"peer: left as it was, {peer.PEER_PYTHON} is not set")
            continue
        print(name, flush=True)
        results |= clean(run())
    results["made_with"] = {
        "footdrop_imu": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
    }
    RESULTS.write_text(json.dumps(results, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    if DOCUMENT.exists():
        DOCUMENT.write_text(fill(DOCUMENT.read_text(), tables(results)))


if __name__ == "__main__":
    main()
