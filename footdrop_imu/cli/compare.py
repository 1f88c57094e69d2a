"""``footdrop compare``: walks against walks, aids against aids, people beside each other."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from footdrop_imu.cli.compare_options import Greedy, measure_option, recorded, recording_options, show_sentences
from footdrop_imu.cli.store_options import language_option, output_options, refusing_in_json

__all__ = ["compare"]

_LATER = {
    "bench": "compare_bench",
    "order": "compare_bench",
    "between": "compare_people",
    "people": "compare_people",
    "sides": "compare_people",
}
"""Sub-command to the module of this package that holds it."""


class _Routed(click.Group):
    """A group whose words are those of a sub-command, or else two walks or a person."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return ["walks", *_LATER]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _LATER:
            return super().get_command(ctx, cmd_name)
        command = getattr(import_module(f"footdrop_imu.cli.{_LATER[cmd_name]}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.list_commands(ctx), *ctx.help_option_names):
            args = ["between" if "--between" in args else "walks", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_Routed,
    no_args_is_help=True,
    short_help="Before and after, with and without an aid, left and right, several people.",
    epilog="""\b
Examples:
  footdrop compare walk_before/ walk_after/
  footdrop compare --before march/* --after may/* --affected left
  footdrop compare order --settings none ankle_foot_orthosis --repeats 3
  footdrop compare bench --key orthosis --clinician "A. Berg" walks/*
  footdrop compare P13 --between orthosis=none orthosis=ankle_foot_orthosis
  footdrop compare sides P13
  footdrop compare people --measure foot_pitch_mid_swing_deg""",
)
def compare() -> None:
    """Compare walks with walks: BEFORE and AFTER, if no command is named.

    A difference counts when it is more than how walks differ anyway. What goes with something need not come from it.
    """


@compare.command(
    cls=Greedy,
    greedy=("--before", "--after"),
    short_help="BEFORE and AFTER a therapy; what compare does by itself.",
    epilog="""\b
Examples:
  footdrop compare walk_before/ walk_after/
  footdrop compare --before march/* --after may/* --affected left
  footdrop compare walk_before/ walk_after/ --json > compared.json""",
)
@click.argument("paths", metavar="[BEFORE AFTER]", nargs=-1, type=click.Path(path_type=Path))
@click.option("--before", type=click.Path(path_type=Path), multiple=True, metavar="PATH...", help="Walks before.")
@click.option("--after", type=click.Path(path_type=Path), multiple=True, metavar="PATH...", help="Walks after.")
@measure_option
@recording_options
@language_option
@output_options
def walks(paths: tuple[Path, ...], language: str, as_json: bool, quiet: bool, **given: Any) -> int:
    """Compare recorded walks BEFORE with recorded walks AFTER.

    Name two folders or files, or several each with --before and --after. Three days or more of each, beside the very
    first, give a verdict on the one judged measure; fewer show what was measured and how much days often differ.
    """
    before, after = given["before"], given["after"]
    if paths and (before or after):
        raise click.UsageError("Name BEFORE and AFTER, or several of each with --before and --after, not both.")
    if paths and len(paths) != 2:
        raise click.UsageError(
            f"{len(paths)} walks are named: expected BEFORE and AFTER. Several of each: --before PATH... --after "
            "PATH..."
        )
    if not paths and not (before and after):
        raise click.UsageError("Name the walks of both times: BEFORE AFTER, or --before PATH... --after PATH...")
    before, after = (paths[:1], paths[1:]) if paths else (before, after)
    from footdrop_imu.language import translator
    from footdrop_imu.people.comparisons import compare_times

    with refusing_in_json(as_json):
        say = translator(language)
        earlier, later = (recorded(one, given, quiet=quiet) for one in (before, after))
        found = compare_times(earlier.walks, later.walks, say, measure=given["measure"])
    code = max(earlier.code, later.code)
    if as_json:
        from footdrop_imu.cli.compare_show import print_document

        print_document("before_after", found, refused=earlier.refused + later.refused)
    elif not quiet:
        from footdrop_imu.cli.compare_show import show_times

        show_sentences(found.sentences)
        show_times(found, say)
    return code
