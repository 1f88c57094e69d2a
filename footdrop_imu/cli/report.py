"""``footdrop report``: a walk, a comparison, a person's weeks, or the patient's own sheet, as a page or on paper."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.compare_options import Greedy, measure_option, parse_between, person_named
from footdrop_imu.cli.store_options import (
    Day,
    clinic_option,
    helper_option,
    language_option,
    output_options,
    refusing_in_json,
    store_options,
)
from footdrop_imu.cli.walk_options import CONDITION_VALUES, format_options, person_options, shoe_options

if TYPE_CHECKING:
    from footdrop_imu.reporting import MadeReport

__all__ = ["report"]

_KINDS = ("walk", "compare", "progress", "patient")
# those of `reporting`, once more: that module takes time to load
_FORMATS = ("html", "pdf", "json")
_PAPERS = {"a4": "a4", "letter": "us-letter"}


@click.command(
    cls=Greedy,
    greedy=("--before", "--after", "--between", "--settings"),
    short_help="Pages to read and to print: a walk, a comparison, progress, the patient's sheet.",
    epilog="""\b
Examples:
  footdrop report my_walk/
  footdrop report P07 --format pdf --lang de
  footdrop report P07 --kind patient --format pdf --paper letter
  footdrop report walk_before/ walk_after/ --kind compare
  footdrop report P13 --between stimulator=off stimulator=on
  footdrop report P07 --sides
  footdrop report walks/* --bench orthosis --clinician "A. Berg" """,
)
@click.argument("named", metavar="PERSON|SESSION...", nargs=-1)
@click.option(
    "--kind",
    type=click.Choice(_KINDS),
    help="What is told; progress of a person and the walk of a recording, if not said.",
)
@click.option(
    "--format", "file_format", type=click.Choice(_FORMATS), help="html, if not said and --out does not end in another."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Where it goes, - for standard output; a file named after the person or walk here, if not said.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option("--paper", type=click.Choice(tuple(_PAPERS)), default="a4", show_default=True, help="Of a pdf.")
@click.option("--day", type=Day(), help="As of that day, of a person; today, if not said.")
@click.option(
    "--before", type=click.Path(path_type=Path), multiple=True, metavar="PATH...", help="Compare: walks before."
)
@click.option(
    "--after", type=click.Path(path_type=Path), multiple=True, metavar="PATH...", help="Compare: walks after."
)
@click.option(
    "--between",
    multiple=True,
    callback=parse_between,
    metavar="KEY=VALUE KEY=VALUE",
    help="Compare: two conditions of a person.",
)
@click.option("--sides", is_flag=True, help="Compare: the affected foot with the other.")
@click.option("--bench", type=click.Choice(tuple(CONDITION_VALUES)), help="Compare: settings of this, in the clinic.")
@click.option("--settings", multiple=True, metavar="SETTING...", help="Of --bench: of each walk, in their order.")
@click.option("--clinician", default="", metavar="NAME", help="Of --bench: who makes the test.")
@measure_option
@lambda command: format_options(command, named="--read-as")
@shoe_options
@person_options(start=False)
@clinic_option
@helper_option
@language_option
@store_options
@output_options
def report(named: tuple[str, ...], out: Path | None, language: str, as_json: bool, quiet: bool, **given: Any) -> int:
    """Make a report of a person in the store, or of recorded walks.

    A page is one file with everything in it; a pdf carries results.json and the tables inside; json is every word and
    number of the report. A report shows how a person walks; it does not diagnose.
    """
    from footdrop_imu.cli.report_choice import made_report

    pseudonym = person_named(named) if named else ""
    kind = given["kind"] or _usual_kind(pseudonym, given)
    file_format = _format(given["file_format"], out, as_json=as_json)
    with refusing_in_json(as_json):
        made, code = made_report(kind, named, pseudonym, language, given, quiet=quiet or as_json)
        content = _content(made, file_format, given["paper"])
        target = Path("-") if as_json and out is None else out
        target = target or Path(f"{_file_name(made.report.subject)}_{kind}.{file_format}")
        if str(target) == "-":
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
            return code
        from footdrop_imu.files.folder import write_file

        write_file(target, content, force=given["force"])
    if as_json:
        from footdrop_imu.cli.console import print_json
        from footdrop_imu.report.model import report_json

        print_json(report_json(made.report))
    elif not quiet:
        click.echo(f"{made.report.answer.headline}\nReport: {target}")
    return code


def _usual_kind(pseudonym: str, given: dict[str, Any]) -> str:
    """What is most likely meant."""
    if any(given[name] for name in ("before", "after", "sides", "bench")) or given["between"][0]:
        return "compare"
    return "progress" if pseudonym else "walk"


def _format(said: str | None, out: Path | None, *, as_json: bool) -> str:
    """The format asked for, or the one of the file's name."""
    suffix = out.suffix.lower().removeprefix(".") if out is not None else ""
    if said and suffix in _FORMATS and suffix != said:
        raise click.UsageError(f"--out {out} ends in .{suffix}, but --format is {said}. Give one of them.")
    return said or (suffix if suffix in _FORMATS else "json" if as_json and out is None else "html")


def _content(made: MadeReport, file_format: str, paper: str) -> bytes:
    from footdrop_imu.reporting import report_bytes

    return report_bytes(made, file_format, paper=_PAPERS[paper])


def _file_name(subject: str) -> str:
    """Make a name of a file of whatever a person or walk is called."""
    return re.sub(r"[^\w.+-]+", "_", subject).strip("._")[:80] or "report"
