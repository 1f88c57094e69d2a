"""``footdrop exercises``: the catalogue, one exercise in words and as a drawing, a clinic's own file checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from footdrop_imu.cli.console import exit_code, print_json, show_error
from footdrop_imu.cli.store_options import clinic_option, language_option, refusing_in_json
from footdrop_imu.rehab.exercises import (
    GROUPS,
    TRAINED_SIDES,
    Exercise,
    drawing_file,
    general_rules,
    known_exercise,
    load_exercises,
)

if TYPE_CHECKING:
    from footdrop_imu.language import Translate

__all__ = ["exercises"]

_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group(
    short_help="The exercises there are, and what each needs.",
    epilog="""\b
Examples:
  footdrop exercises list
  footdrop exercises show towel_stretch
  footdrop exercises safety
  footdrop exercises check our_clinic.toml""",
)
def exercises() -> None:
    """Exercises for people whose foot drops: what each is for, how it is done, and what it needs.

    Doses stand as five source documents (000 to 004) give them. A clinician chooses: nothing is prescribed here.
    """


@exercises.command(
    "list",
    short_help="List the exercises.",
    epilog="""\b
Examples:
  footdrop exercises list
  footdrop exercises list --group strength --countable
  footdrop exercises list --language de""",
)
@click.option("--group", type=click.Choice(GROUPS), help="Only those of one group.")
@click.option("--side", type=click.Choice(TRAINED_SIDES), help="Only those of the affected, or of both sides.")
@click.option("--countable", is_flag=True, help="Only those that the shoe sensor can count.")
@clinic_option
@language_option
@_json
@click.option("--quiet", is_flag=True, help="Print the ids alone.")
def list_(
    group: str | None,
    side: str | None,
    countable: bool,
    clinic: Path | None,
    language: str,
    as_json: bool,
    quiet: bool,
) -> int:
    """List the exercises; * marks those that need a helper beside and a clinician's word."""
    from footdrop_imu.cli.exercise_words import exercise_document, show_list

    found, say = _loaded(clinic, language, as_json=as_json)
    chosen = [
        exercise
        for exercise in found.values()
        if group in (None, exercise.group)
        and side in (None, exercise.side)
        and not (countable and exercise.counted.kind == "none")
    ]
    if as_json:
        rules = [say(rule) for rule in general_rules()]
        print_json({"exercises": [exercise_document(exercise, say) for exercise in chosen], "rules": rules})
    elif quiet:
        click.echo("\n".join(exercise.id for exercise in chosen))
    elif not chosen:
        click.echo("No exercise is like that: leave an option out.", err=True)
    else:
        show_list(chosen, say)
    return 0


@exercises.command(
    short_help="Explain one exercise.",
    epilog="""\b
Examples:
  footdrop exercises show assisted_toe_raise
  footdrop exercises show assisted_toe_raise --language de
  footdrop exercises show heel_walk --drawing heel_walk.svg""",
)
@click.argument("exercise", metavar="ID")
@click.option(
    "--drawing",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.svg",
    help="Write its drawing to a file.",
)
@click.option("--force", is_flag=True, help="Replace that file if it is there.")
@clinic_option
@language_option
@_json
@click.option("--quiet", is_flag=True, help="Print nothing: the exit code tells whether there is such an exercise.")
def show(
    exercise: str,
    drawing: Path | None,
    force: bool,
    clinic: Path | None,
    language: str,
    as_json: bool,
    quiet: bool,
) -> int:
    """Explain one exercise: what it is for, how it is done, its doses by source, what it needs."""
    from footdrop_imu.cli.exercise_words import exercise_document, show_exercise, translated_drawing

    found, say = _loaded(clinic, language, as_json=as_json)
    with refusing_in_json(as_json):
        chosen = known_exercise(found, exercise)
        if drawing is not None:
            from footdrop_imu.files.folder import write_file

            write_file(drawing, translated_drawing(drawing_file(chosen, clinic), say), force=force)
    if as_json:
        print_json({**exercise_document(chosen, say), "drawing_written": None if drawing is None else str(drawing)})
    elif not quiet:
        show_exercise(chosen, say)
        if drawing is not None:
            click.echo(f"\n{drawing}")
    return 0


@exercises.command(
    short_help="What holds for every exercise, and when to get help.",
    epilog="""\b
Examples:
  footdrop exercises safety
  footdrop exercises safety --language de""",
)
@language_option
@_json
@click.option("--quiet", is_flag=True, help="Print nothing.")
def safety(language: str, as_json: bool, quiet: bool) -> int:
    """Say what holds for every exercise, which signs need medical help now, and how a strap is worn."""
    from footdrop_imu.cli.exercise_words import safety_document, show_safety

    _, say = _loaded(None, language, as_json=as_json)
    if as_json:
        print_json(safety_document(say))
    elif not quiet:
        show_safety(say)
    return 0


@exercises.command(
    short_help="Check a clinic's own file.",
    epilog="""\b
Examples:
  footdrop exercises check our_clinic.toml
  footdrop exercises check our_clinic.toml --json""",
)
@click.argument("file", metavar="FILE.toml", type=click.Path(path_type=Path))
@_json
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def check(file: Path, as_json: bool, quiet: bool) -> int:
    """Check a file with a clinic's own exercises; the exit code is 3 where it cannot be used.

    docs/exercises.md tells how one is written.
    """
    from footdrop_imu.rehab.exercise_file import clinic_file_errors, read_clinic_file

    errors = clinic_file_errors(file, load_exercises())
    for error in errors:
        show_error(error)
    ids = [] if errors else list(read_clinic_file(file, load_exercises()))
    if as_json:
        told = [{"reason": str(error.reason), "place": error.column, "message": error.message} for error in errors]
        print_json({"path": str(file), "good": not errors, "exercises": ids, "errors": told})
    elif not (errors or quiet):
        click.echo(f"{file}: good, {len(ids)} exercise{'s' if len(ids) != 1 else ''}: {', '.join(ids)}")
    return max((exit_code(error) for error in errors), default=0)


def _loaded(clinic: Path | None, language: str, *, as_json: bool) -> tuple[Mapping[str, Exercise], Translate]:
    from footdrop_imu.language import translator

    with refusing_in_json(as_json):
        return load_exercises(clinic), translator(language)
