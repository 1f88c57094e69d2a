"""What the comparisons share: options that take several words, recordings read and measured, sentences shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from footdrop_imu.cli.walk_options import CONDITION_VALUES, format_options, person_options, shoe_options

if TYPE_CHECKING:
    from pathlib import Path

    from footdrop_imu.people.comparisons import Recorded
    from footdrop_imu.rehab.progress_words import Said

__all__ = [
    "Greedy",
    "RecordedWalks",
    "clinician_option",
    "measure_option",
    "parse_between",
    "parse_measure",
    "person_named",
    "recorded",
    "recording_options",
    "show_sentences",
]

Command = Callable[..., int]


class Greedy(click.Command):
    """A command some of whose options take all words up to the next option: ``--before a b c``."""

    def __init__(self, *arguments: Any, greedy: Sequence[str] = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.greedy = tuple(greedy)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeat such an option before each of its words."""
        spread: list[str] = []
        current, due = "", False
        for place, word in enumerate(args):
            if word == "--":
                spread += args[place:]
                break
            if word.startswith("-") and word != "-":
                current, due = (word, True) if word in self.greedy else ("", False)
                spread.append(word)
            else:
                spread += [word] if due or not current else [current, word]
                due = False
        return super().parse_args(ctx, spread)


class RecordedWalks(NamedTuple):
    """Walks that could be measured, those that were refused as JSON has them, and the exit code of it."""

    walks: list[Recorded]
    refused: list[dict[str, Any]]
    code: int


def recording_options(command: Command) -> Command:
    """Add the options that say how recordings are read and who walked."""
    return format_options(shoe_options(person_options(start=False)(command)))


def parse_between(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> tuple[str, tuple[str, str]]:
    """Turn two KEY=VALUE of one key into the key and its values, and refuse what is in no list; nothing stays so."""
    if not given:
        return "", ("", "")
    split = [word.partition("=")[::2] for word in given]
    for key, value in split:
        if key not in CONDITION_VALUES or value not in CONDITION_VALUES[key]:
            choices = ", ".join(CONDITION_VALUES.get(key, CONDITION_VALUES))
            raise click.BadParameter(f"{key}={value}: expected KEY=VALUE out of {choices}.")
    if len(split) != 2 or split[0][0] != split[1][0] or split[0] == split[1]:
        raise click.BadParameter(
            f"{' '.join(given)}: expected two values of one condition, such as orthosis=none "
            "orthosis=ankle_foot_orthosis."
        )
    return split[0][0], (split[0][1], split[1][1])


def parse_measure(_context: click.Context, _option: click.Parameter, given: str) -> str:
    """Refuse a measure that nothing is known of."""
    from difflib import get_close_matches

    from footdrop_imu.rehab.measures import MEASURES

    if given and given not in MEASURES:
        near = get_close_matches(given, MEASURES, n=3) or list(MEASURES)
        raise click.BadParameter(f"{given!r} is no measure. Did you mean one of these: {', '.join(near)}?")
    return given


measure_option = click.option(
    "--measure",
    metavar="NAME",
    default="",
    callback=parse_measure,
    help="The one measure that is judged; the person's own, or toe lift at mid swing (foot_pitch_mid_swing_deg), "
    "if not said.",
)
clinician_option = click.option(
    "--clinician", metavar="NAME", required=True, help="Who makes the test: it is for the clinic."
)


def person_named(words: Sequence[str]) -> str:
    """Give the pseudonym where one word stands that is no path, "" where recordings are named."""
    from pathlib import Path

    path = Path(words[0])
    return words[0] if len(words) == 1 and not path.exists() and not path.suffix and len(path.parts) == 1 else ""


def recorded(paths: Sequence[Path], given: dict[str, Any], *, quiet: bool) -> RecordedWalks:
    """Measure recorded walks; what is refused is said on stderr, and where nothing is left it is the error."""
    from footdrop_imu.cli.console import collect, exit_code_of, fitted, show_error
    from footdrop_imu.cli.walk_options import facts_of, read_options
    from footdrop_imu.workflow import analyze_walks, error_to_json

    outcomes = collect(analyze_walks(paths, read_options(given, {}), facts_of(given), write=False), quiet=quiet)
    errors = [one.error for one in outcomes if one.error is not None]
    if errors and len(errors) == len(outcomes):
        raise errors[0]
    for one in outcomes:
        for note in one.notes if not quiet else ():
            click.echo(fitted(f"{one.name}: {note}", "  "), err=True)
        if one.error is not None:
            show_error(one.error, about=one.name)
    walks = [(one.result, one.session) for one in outcomes if one.result is not None and one.session is not None]
    refused = [{"session": one.name, **error_to_json(one.error)} for one in outcomes if one.error is not None]
    return RecordedWalks(walks, refused, exit_code_of([one.error for one in outcomes], quiet=quiet))


def show_sentences(sentences: Iterable[Said | str]) -> None:
    """Print sentences, each from the line's begin, none wider than 80 columns."""
    import textwrap

    for said in sentences:
        text = said if isinstance(said, str) else said.text
        click.echo(textwrap.fill(text, 80, break_long_words=False, break_on_hyphens=False))
