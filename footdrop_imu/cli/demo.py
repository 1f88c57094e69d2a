"""``footdrop demo``: the main job on built-in walks, and people over eight weeks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from footdrop_imu.files.course_folder import CourseFolder
    from footdrop_imu.language import Translate

__all__ = ["demo"]

DEFAULT_FOLDER = Path("footdrop_demo")
STORE = "people.db"
_SHOWN = "improving"
_COURSES = {
    "improving": "exercises well and gets better",
    "not_improving": "does not get better",
    "orthosis": "walks better with the orthosis alone",
    "poor_data": "has recordings that cannot be trusted",
}
"""The built-in people, folder to what is made up about them."""


@click.command(
    short_help="Built-in walks with their reports, and a person over eight weeks.",
    epilog="""\b
Example:
  footdrop demo --out pages/""",
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help=f"Where the pages go; {DEFAULT_FOLDER}/ here."
)
@click.option("--force", is_flag=True, help="Replace results that are already in DIR.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; without --out nothing is written.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def demo(out: Path | None, *, force: bool, as_json: bool, quiet: bool) -> int:
    """Analyze two built-in walks of one person, write their reports, and show a person's progress over eight weeks.

    The people are made up: walks and weeks come from the simulator. Nothing is loaded from a network.
    """
    from footdrop_imu.cli.console import collect, print_json, show_walks
    from footdrop_imu.files.course_folder import read_course_folder
    from footdrop_imu.files.sample_data import sample_data_folder
    from footdrop_imu.files.sessions import ReadOptions
    from footdrop_imu.language import SOURCE_LANGUAGE, translator
    from footdrop_imu.people.courses import last_day, progress_of_course
    from footdrop_imu.workflow import analyze_walks, outcomes_to_json

    samples = sample_data_folder()
    write = not as_json or out is not None
    # The folder of its own name holds nothing but an earlier demo; another one may hold somebody's results.
    walks = analyze_walks(
        [samples / "before", samples / "after"],
        ReadOptions(),
        out=out or DEFAULT_FOLDER,
        write=write,
        force=force or out is None,
    )
    outcomes = collect(walks, quiet=quiet)
    code = show_walks(outcomes, quiet=quiet or as_json, as_json=False)
    courses = {name: read_course_folder(samples / "eight_weeks" / name) for name in _COURSES}
    say = translator(SOURCE_LANGUAGE)
    progress = progress_of_course(courses[_SHOWN], say)
    if write and not code:
        _write_store((out or DEFAULT_FOLDER) / STORE, list(courses.values()), force=force or out is None)
        pages = _write_pages(out or DEFAULT_FOLDER, courses[_SHOWN], say, force=force or out is None)
    if as_json:
        print_json({**outcomes_to_json(outcomes), "progress": progress})
    elif not quiet and not code:
        from footdrop_imu.cli.progress import show_progress

        click.echo("\nProgress of a person over eight weeks")
        show_progress(progress, say)
        click.echo()
        for page in pages:
            click.echo(f"Report: {page}")
        store = (out or DEFAULT_FOLDER) / STORE
        click.echo(f"\nFour people are in {store}:")
        for name, course in courses.items():
            click.echo(f"  {course.patient.id}  {_COURSES[name]}")
        first = courses[_SHOWN].patient.id
        where = f"{first} --store {store} --day {last_day(courses[_SHOWN])}"
        click.echo(f"A page of one: footdrop report {where}")
        click.echo(f"See one with: footdrop progress {where}")
    return code


def _write_pages(folder: Path, course: CourseFolder, say: Translate, *, force: bool) -> list[Path]:
    """Write the progress report and the patient's sheet of a person."""
    from footdrop_imu.files.folder import write_file
    from footdrop_imu.people.courses import record_of_course
    from footdrop_imu.reporting import person_report, report_bytes

    record = record_of_course(course)
    pages = []
    for kind in ("progress", "patient"):
        pages.append(folder / f"{course.patient.id}_{kind}.html")
        write_file(pages[-1], report_bytes(person_report(kind, record, say), "html"), force=force)
    return pages


def _write_store(path: Path, courses: list[CourseFolder], *, force: bool) -> None:
    """Put the people into a store of their own."""
    from footdrop_imu.errors import OutputError, OutputReason
    from footdrop_imu.people.courses import take_in
    from footdrop_imu.store.database import open_store

    if path.exists():
        if not force:
            raise OutputError(
                OutputReason.EXISTS, f"{path} is there already. Name another folder, or replace it with --force."
            )
        for old in path.parent.glob(f"{path.name}*"):  # with what a database keeps beside it
            old.unlink()
    with open_store(str(path)) as store:
        for course in courses:
            take_in(store, course)
