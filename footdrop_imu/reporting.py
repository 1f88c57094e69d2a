"""Reports made from recordings and from the store, and written as pages, paper or data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema_rehab import PersonRecord

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from footdrop_imu.language import Translate
    from footdrop_imu.people.comparisons import Recorded
    from footdrop_imu.rehab.compared import BenchesShown, ConditionsCompared, FeetCompared, TimesCompared
    from footdrop_imu.rehab.exercises import Exercise
    from footdrop_imu.report.model import Report
    from footdrop_imu.schema import Session, SessionResult

__all__ = [
    "FORMATS",
    "MadeReport",
    "bench_report_of",
    "conditions_report_of",
    "feet_report_of",
    "latest_recording",
    "person_report",
    "report_bytes",
    "times_report_of",
    "walk_report_of",
]

FORMATS = ("html", "pdf", "json")


@dataclass(frozen=True)
class MadeReport:
    """A report, and the tables that go with it as files, by name."""

    report: Report
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def walk_report_of(result: SessionResult, session: Session, translate: Translate) -> MadeReport:
    """Make the report of one walk; every stride goes with it."""
    from footdrop_imu.report.walk import walk_report

    return MadeReport(walk_report(result, session, translate), {"strides.csv": result.strides})


def person_report(
    kind: str, record: PersonRecord, translate: Translate, *, catalogue: Mapping[str, Exercise] | None = None
) -> MadeReport:
    """Make the report of a person's weeks; what each walk gave goes with it.

    Parameters
    ----------
    kind
        progress or patient.
    record
        Of ``people.courses.person_record``, for progress with its entries, or ``record_of_course``.
    translate
        Gives a text in the reader's language, see ``language.translator``.
    catalogue
        Exercises by id; None = the built-in ones.
    """
    from footdrop_imu.people.courses import progress_of_record  # late: it loads the store, and a walk needs none

    found = progress_of_record(record, translate)
    measures = {"measures.csv": record.measures}
    if kind == "patient":
        from footdrop_imu.report.patient import patient_sheet

        return MadeReport(patient_sheet(found, record, translate, catalogue=catalogue), measures)
    from footdrop_imu.report.progress import progress_report

    return MadeReport(progress_report(found, record, translate, catalogue=catalogue), measures)


def times_report_of(
    found: TimesCompared, before: Sequence[Recorded], after: Sequence[Recorded], translate: Translate
) -> MadeReport:
    """Make the report of recorded walks before and after."""
    from footdrop_imu.report.comparison import times_report

    walks = [*before, *after]
    return MadeReport(times_report(found, walks, translate), _strides(walks))


def conditions_report_of(found: ConditionsCompared, record: PersonRecord, translate: Translate) -> MadeReport:
    """Make the report of a person's walks in two conditions."""
    from footdrop_imu.report.comparison import conditions_report

    return MadeReport(conditions_report(found, record, translate), {"measures.csv": record.measures})


def feet_report_of(found: FeetCompared, walks: Sequence[Recorded] | PersonRecord, translate: Translate) -> MadeReport:
    """Make the report of one foot beside the other."""
    from footdrop_imu.report.comparison import feet_report

    return MadeReport(feet_report(found, walks, translate), _tables(walks))


def bench_report_of(found: BenchesShown, walks: Sequence[Recorded] | PersonRecord, translate: Translate) -> MadeReport:
    """Make the report of a clinic's bench."""
    from footdrop_imu.report.comparison import bench_report

    return MadeReport(bench_report(found, walks, translate), _tables(walks))


def _tables(walks: Sequence[Recorded] | PersonRecord) -> dict[str, pd.DataFrame]:
    return {"measures.csv": walks.measures} if isinstance(walks, PersonRecord) else _strides(walks)


def _strides(walks: Sequence[Recorded]) -> dict[str, pd.DataFrame]:
    """Every stride of several walks; the first column names the walk."""
    import pandas as pd

    return {"strides.csv": pd.concat([result.strides for result, _ in walks], ignore_index=True)}


def latest_recording(record: PersonRecord) -> Path:
    """Find the recording of a person's latest walk that is still where it was.

    Raises
    ------
    StoreError
        NOT_FOUND: no walk is kept, or no recording of one is found.
    """
    from pathlib import Path

    from footdrop_imu.schema_rehab import CHAIR_LIFT_TEST

    who = record.patient.id
    folders = [walk.folder for walk in reversed(record.walks) if walk.folder and walk.activity != CHAIR_LIFT_TEST]
    for folder in folders:
        if Path(folder).exists():
            return Path(folder)
    missing = f" The latest was in {folders[0]}." if folders else ""
    raise StoreError(
        StoreReason.NOT_FOUND,
        f"No recording of a walk of {who} is found.{missing} Name the recording instead: footdrop report FOLDER",
    )


def report_bytes(made: MadeReport, file_format: str, *, paper: str = "a4") -> bytes:
    """Write a report as one file.

    Parameters
    ----------
    made
        The report.
    file_format
        Of ``FORMATS``: html, one page with everything in it; pdf, with ``results.json`` and the tables inside; json.
    paper
        Of ``report.pdf.PAPERS``, for pdf.

    Returns
    -------
    bytes
        The same for the same report.

    Raises
    ------
    OutputError
        pdf without the extra that writes it.
    """
    if file_format == "html":
        from footdrop_imu.report.webpage import report_html

        return report_html(made.report).encode()
    if file_format == "json":
        return _json(made.report)
    from footdrop_imu.report.pdf import report_pdf

    tables = {
        name: table.to_csv(index=False, lineterminator="\n").encode() for name, table in sorted(made.tables.items())
    }
    return report_pdf(made.report, {"results.json": _json(made.report), **tables}, paper=paper)


def _json(report: Report) -> bytes:
    from footdrop_imu.report.model import report_json

    return (json.dumps(report_json(report), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
