"""Read, analyze, report, write: the main job, as the command line and any other front calls it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footdrop_imu import __version__
from footdrop_imu.errors import FileFormatError, FileReason, FootdropError
from footdrop_imu.facts import WalkFacts, read_mountings, with_facts
from footdrop_imu.language import ENGLISH, Translate

if TYPE_CHECKING:
    from footdrop_imu.files.folder import Content
    from footdrop_imu.files.sessions import ReadOptions, SessionOutcome
    from footdrop_imu.schema import Mounting, SensorStream, Session, SessionResult
    from footdrop_imu.simulate.calibration import SensorErrors, TurnedSensor
    from footdrop_imu.simulate.exercise import SimulatedExercise
    from footdrop_imu.simulate.walk import SimulatedWalk

__all__ = [
    "WalkOutcome",
    "analyze_walks",
    "error_to_json",
    "folder_name",
    "outcomes_to_json",
    "read_capture",
    "refusal_to_json",
    "refuse_missing",
    "write_simulated_calibration",
    "write_simulated_exercise",
    "write_simulated_walk",
]


@dataclass(frozen=True)
class WalkOutcome:
    """What became of one walk: a result, or the error that says why there is none.

    ``source`` maps the original files' names to their hashes; ``notes`` say what was decided about them; ``folder``
    is where the results were written, None where nothing was. ``session`` without its streams.
    """

    name: str
    path: Path
    result: SessionResult | None = None
    error: FootdropError | None = None
    folder: Path | None = None
    source: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    session: Session | None = None


def analyze_walks(
    paths: Sequence[Path],
    options: ReadOptions,
    facts: WalkFacts | None = None,
    *,
    out: Path | None = None,
    write: bool = True,
    timeseries: bool = False,
    force: bool = False,
    translate: Translate = ENGLISH,
) -> Iterator[WalkOutcome]:
    """Turn recorded walks into results, and into files when asked; a walk that is refused does not hinder the others.

    Parameters
    ----------
    paths
        Files and folders; may be empty where ``options.segments`` names files.
    options
        How to read them.
    facts
        What the user says about the walks.
    out
        Folder of the results: of the one walk, or of a folder for each of several. None = the working folder, with
        a folder for each walk.
    write
        Whether to write the results and the report at all.
    timeseries
        Whether to make the table of every sample too.
    force
        Whether results that are there already may be replaced.
    translate
        Gives a text of the report page in the reader's language, see ``language.translator``.

    Yields
    ------
    WalkOutcome
        One a walk, in the order of the paths, as soon as it is done.

    Raises
    ------
    FileFormatError
        A path that does not exist (before anything is read), a mounting file that cannot be used, or several walks
        for one file of key presses.
    """
    from footdrop_imu.files.sessions import iterate_sessions

    facts = facts or WalkFacts()
    calibrations = [path for _, path in facts.calibration.files] if facts.calibration else []
    named = (options.columns, facts.mounting, facts.drag_presses, facts.drag_teaching, *calibrations)
    refuse_missing(chain(paths, options.segments.values(), filter(None, named)))
    mountings = read_mountings(facts)
    found = iterate_sessions(paths, replace(options, read_capture=options.read_capture or read_capture))
    # One walk goes into the folder named, several get a folder each: the second one has to be seen first.
    opening = list(islice(found, 2))
    if facts.drag_presses is not None and len(opening) > 1:
        raise FileFormatError(
            FileReason.BAD_PRESSES,
            f"The key presses of {facts.drag_presses.name} are of one walk, but there are several: name it alone.",
            path=facts.drag_presses,
        )
    for outcome in chain(opening, found):
        folder = out if out is not None and len(opening) == 1 else (out or Path()) / folder_name(outcome.name)
        yield _analyze_walk(
            outcome,
            facts,
            mountings,
            folder=folder if write else None,
            timeseries=timeseries,
            force=force,
            translate=translate,
        )


def read_capture(path: Path) -> Session:
    """Decode the journal of a recording that was broken off."""
    from footdrop_imu.recording import captures

    return captures.read_capture(path)


def _analyze_walk(
    outcome: SessionOutcome,
    facts: WalkFacts,
    mountings: Mapping[str, Mounting],
    *,
    folder: Path | None,
    timeseries: bool,
    force: bool,
    translate: Translate,
) -> WalkOutcome:
    from footdrop_imu.analysis import analyze
    from footdrop_imu.calibration import CalibrationChoice, with_calibrations

    if outcome.session is None:
        return WalkOutcome(outcome.name, outcome.path, error=outcome.error)
    session = with_facts(outcome.session, facts, mountings)
    done = WalkOutcome(outcome.name, outcome.path, source=session.source, notes=session.notes)
    try:
        session = with_calibrations(session, facts.calibration or CalibrationChoice())
        done = replace(done, notes=session.notes)
        session = _with_drags(session, facts)
        result = analyze(session, timeseries=timeseries)
        if folder is not None:
            _write_walk(folder, result, session, translate, force=force)
    except FootdropError as error:
        return replace(done, error=error)
    return replace(done, result=result, folder=folder, session=replace(session, streams=()))


def _write_walk(folder: Path, result: SessionResult, session: Session, translate: Translate, *, force: bool) -> None:
    from footdrop_imu.files.drag_teaching import TEACHING_FILE, drag_teaching_text
    from footdrop_imu.files.results import write_result
    from footdrop_imu.report.walk import walk_report
    from footdrop_imu.report.webpage import report_html

    extra: dict[str, Content] = {"report.html": report_html(walk_report(result, session, translate))}
    if result.drag_teaching:
        extra[TEACHING_FILE] = drag_teaching_text(
            result.drag_teaching, person=session.person.id, session=result.session
        )
    write_result(result, folder, source=session.source, extra=extra, force=force)


def outcomes_to_json(outcomes: Sequence[WalkOutcome]) -> dict[str, Any]:
    """Make the document of ``analyze --json``; NaN is null.

    Returns
    -------
    dict
        ``version`` and ``sessions``; ``refused`` with an error for each walk that was refused, where there is one;
        ``error``, the first of them, where no walk is left.
    """
    from footdrop_imu.files.results import result_to_json

    document: dict[str, Any] = {
        "version": __version__,
        "sessions": [
            result_to_json(outcome.result, outcome.source) for outcome in outcomes if outcome.result is not None
        ],
    }
    refused = [
        {"session": outcome.name, **error_to_json(outcome.error)} for outcome in outcomes if outcome.error is not None
    ]
    if refused:
        document["refused"] = refused
        if not document["sessions"]:
            document["error"] = {key: value for key, value in refused[0].items() if key != "session"}
    return document


def refusal_to_json(error: FootdropError) -> dict[str, Any]:
    """Make the same document where nothing was begun."""
    return {"version": __version__, "sessions": [], "error": error_to_json(error)}


def error_to_json(error: FootdropError) -> dict[str, Any]:
    """Kind, reason, message and place of an error; a place that is not known is null."""
    places = {name: getattr(error, name, None) for name in ("path", "line", "column")}
    return {"kind": error.kind, "reason": str(error.reason), "message": error.message, **places}


def refuse_missing(paths: Iterable[Path]) -> None:
    """Refuse paths at which nothing stands, by FileFormatError, before any work is done."""
    for path in paths:
        if not path.exists():
            raise FileFormatError(
                FileReason.NOT_FOUND, f"There is no file or folder {path}. Check the name.", path=path
            )


def _with_drags(session: Session, facts: WalkFacts) -> Session:
    """Add what a helper saw in this walk, or what an earlier walk taught of this person."""
    if facts.drag_presses is not None:
        from footdrop_imu.files.presses import read_presses

        session = replace(session, presses=read_presses(facts.drag_presses, session.start))
    if facts.drag_teaching is not None:
        from footdrop_imu.files.drag_teaching import read_drag_teaching

        session = replace(session, drag_teaching=read_drag_teaching(facts.drag_teaching, session.person.id))
    return session


def folder_name(session: str) -> str:
    """Make a walk's name fit for a folder, and never one that climbs out of its parent."""
    return re.sub(r"[^\w .+-]", "_", session).strip(" .") or "walk"


def write_simulated_walk(folder: Path, walk: SimulatedWalk, *, as_csv: bool = False, force: bool = False) -> Path:
    """Write a simulated walk with its truth: a session folder, or a CSV for each foot, and ``truth.csv``.

    Returns
    -------
    pathlib.Path
        ``folder``.

    Raises
    ------
    OutputError
        The folder holds such files already, or cannot be written.
    """
    truth: dict[str, Content] = {
        "truth.csv": lambda path: walk.strides.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    }
    return _write_simulated(folder, walk.session, truth, as_csv=as_csv, force=force)


def write_simulated_exercise(
    folder: Path, made: SimulatedExercise, *, as_csv: bool = False, force: bool = False
) -> Path:
    """Write a simulated exercise with its truth: a session folder, or a CSV for each sensor, and three files of truth.

    ``truth.csv`` has a row for each repetition and false start, ``truth.json`` all of `ExerciseTruth`,
    ``mounting.toml`` how the sensors sat.

    Returns
    -------
    pathlib.Path
        ``folder``.

    Raises
    ------
    OutputError
        The folder holds such files already, or cannot be written.
    """
    import json
    from dataclasses import asdict, fields

    import pandas as pd

    from footdrop_imu.files.mounting import mounting_text
    from footdrop_imu.simulate.exercise_truth import TrueRepetition

    told = asdict(made.truth)
    rows = sorted((*told["repetitions"], *told["false_starts"]), key=lambda row: row["start_s"])
    table = pd.DataFrame(rows, columns=[column.name for column in fields(TrueRepetition)])
    truth: dict[str, Content] = {
        "truth.csv": lambda path: table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8"),
        "truth.json": json.dumps(told | {"count": made.truth.count}, indent=1) + "\n",
        "mounting.toml": mounting_text(made.mounting),
    }
    return _write_simulated(folder, made.session, truth, as_csv=as_csv, force=force)


def _write_simulated(
    folder: Path, session: Session, truth: Mapping[str, Content], *, as_csv: bool, force: bool
) -> Path:
    """A session folder, or a CSV for each sensor, with the truth beside it."""
    from footdrop_imu.files.folder import write_folder
    from footdrop_imu.files.session_folder import write_session_folder
    from footdrop_imu.files.table import write_csv

    if not as_csv:
        return write_session_folder(folder, session, extra=truth, force=force)
    segments: dict[str, list[SensorStream]] = {}
    for stream in session.streams:
        segments.setdefault(stream.segment, []).append(stream)
    tables: dict[str, Content] = {
        f"{segment}.csv": partial(write_csv, streams=tuple(streams), counter=False)
        for segment, streams in segments.items()
    }
    write_folder(folder, {**tables, **truth}, force=force, owned=lambda _: False)
    return folder


def write_simulated_calibration(path: Path, made: TurnedSensor, errors: SensorErrors, *, force: bool = False) -> Path:
    """Write a simulated six-position recording as CSV, and its truth beside it as a calibration file.

    Returns
    -------
    pathlib.Path
        The truth's file: the CSV's name with ``.truth.toml``.

    Raises
    ------
    OutputError
        One of the files is there already, or cannot be written.
    """
    import numpy as np

    from footdrop_imu.files.calibration import write_calibration
    from footdrop_imu.files.table import write_csv
    from footdrop_imu.schema import Calibration

    truth = path.with_suffix(".truth.toml")
    undone = Calibration(
        sensor="simulated",
        acc_matrix=np.linalg.inv(np.array(errors.acc_scale)).tolist(),
        acc_offset_mps2=errors.acc_offset_mps2,
        gyr_matrix=np.linalg.inv(np.array(errors.gyr_scale)).tolist(),
        gyr_offset_radps=errors.gyr_offset_radps,
    )
    write_calibration(truth, undone, force=force)
    write_csv(path, made.session.streams, force=force)
    return truth
