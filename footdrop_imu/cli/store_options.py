"""The options that commands about people share: which store, which language, who works, what is printed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.errors import FootdropError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from footdrop_imu.rehab.exercises import Exercise
    from footdrop_imu.schema_rehab import Helper
    from footdrop_imu.store.database import Store

__all__ = [
    "Day",
    "catalogue_of",
    "clinic_option",
    "helper_option",
    "helper_said",
    "home_zone",
    "language_option",
    "now",
    "opened",
    "output_options",
    "refusing_in_json",
    "store_options",
]

Command = Callable[..., int]
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


class Day(click.ParamType[date]):
    """A day, as ISO 8601 writes it."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Refuse what is no day, or none that anyone can have lived."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = date.min
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            self.fail(
                f"{value!r}: expected a day such as 2026-03-14, in the years {_FIRST_YEAR} to {_LAST_YEAR}.", param, ctx
            )
        return day

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        """What stands behind the option in the help."""
        return "DAY"


def store_options(command: Command) -> Command:
    """Add --store and --who, and --backup-made, which an upgrade on a server asks for when it comes to that."""
    command = click.option("--backup-made", is_flag=True, hidden=True)(command)
    command = click.option(
        "--who", metavar="NAME", default="", help="Who works with the store, for its audit trail; else your login."
    )(command)
    return click.option(
        "--store",
        metavar="FILE|URL",
        help="Where people and results are kept, if not in your data folder: a file, or postgresql://...; "
        "FOOTDROP_STORE says it for every command.",
    )(command)


def output_options(command: Command) -> Command:
    """Add --json and --quiet."""
    command = click.option("--quiet", is_flag=True, help="Say nothing but errors.")(command)
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


clinic_option = click.option(
    "--clinic",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.toml",
    envvar="FOOTDROP_EXERCISES",
    help="A clinic's own exercises, added to the catalogue; FOOTDROP_EXERCISES says it for every command.",
)
helper_option = click.option(
    "--as-helper", metavar="NAME", default="", help="Show only what this helper of the person may see."
)
language_option = click.option(
    "--language", "--lang", "language", metavar="CODE", default="en", help="Language of the words, such as de."
)


def opened(given: Mapping[str, Any]) -> Store:
    """Open the store that the options name, to be used in a ``with`` statement."""
    from footdrop_imu.store.database import open_store

    return open_store(given["store"], who=given["who"], backup_made=given["backup_made"])


def catalogue_of(given: Mapping[str, Any]) -> Mapping[str, Exercise]:
    """Load the exercises, with a clinic's own where the option names them."""
    from footdrop_imu.rehab.exercises import load_exercises

    return load_exercises(given["clinic"])


def helper_said(store: Store, pseudonym: str, given: Mapping[str, Any]) -> Helper | None:
    """Find the helper that --as-helper names; None where it names none."""
    from footdrop_imu.people.patients import helper_of

    return helper_of(store, pseudonym, given["as_helper"]) if given["as_helper"] else None


def home_zone() -> str:
    """Name the time zone of this computer as IANA does, UTC where it does not say."""
    from zoneinfo import ZoneInfo

    said = os.environ.get("TZ", "").removeprefix(":")
    linked = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    for name in (said, linked):
        try:
            if name:
                return ZoneInfo(name).key
        except (ValueError, OSError, LookupError):
            continue
    return "UTC"


def now() -> datetime:
    """Give the instant, as every command about people reads the clock."""
    return datetime.now(UTC).astimezone()


@contextmanager
def refusing_in_json(as_json: bool) -> Iterator[None]:
    """Print an error as the JSON document too, where one was asked for."""
    try:
        yield
    except FootdropError as error:
        if as_json:
            from footdrop_imu.cli.console import print_json
            from footdrop_imu.workflow import error_to_json

            print_json({"error": error_to_json(error)})
        raise
