"""The command ``footdrop``: finds the sub-command, and turns every ending into an exit code.

Nothing here may import numpy, pandas or scipy: ``--help`` has to come at once.
"""

from __future__ import annotations

import codecs
import os
import sys
from difflib import get_close_matches
from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING

import click

from footdrop_imu import __version__
from footdrop_imu.errors import FootdropError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["footdrop", "main", "run"]

_COMMANDS = {
    "analyze": "analyze",
    "calibrate": "calibrate",
    "check": "check",
    "compare": "compare",
    "demo": "demo",
    "exercises": "exercises",
    "import": "ingest",
    "log": "log",
    "person": "person",
    "plan": "plan",
    "profiles": "profiles",
    "progress": "progress",
    "record": "record",
    "replay": "replay",
    "report": "report",
    "reps": "reps",
    "scan": "scan",
    "simulate": "simulate",
}
"""Command name to module of this package; the function has the command's name, ``import`` that of its module."""


class _LazyGroup(click.Group):
    """A group that imports a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"footdrop_imu.cli.{_COMMANDS[cmd_name]}")
        command = getattr(module, _COMMANDS[cmd_name] if iskeyword(cmd_name) else cmd_name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and (near := get_close_matches(args[0], _COMMANDS, n=1)):
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)


_HELP = """Measure walking with foot drop from sensors on the shoes.

\b
Start here:
  footdrop demo                  two made-up walks and their reports
  footdrop analyze my_walk/      the walks in a folder of sensor files
  footdrop report P07            a page of a person's weeks, or of a walk
  footdrop scan                  the sensors in reach; check and record them
  footdrop COMMAND --help        options and an example

\b
Exit codes: 0 ok, 1 failure, 2 wrong use, 3 unusable data, 4 sensor not found
or lost, 5 part of the walks refused, 130 interrupted.
"""


@click.group(
    cls=_LazyGroup,
    help=_HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="It shows how a person walks; it does not diagnose. It is not a medical device.",
)
@click.version_option(__version__, prog_name="footdrop")
def footdrop() -> None:
    """Hold the commands."""


_PLAIN = {"−": "-", "–": "-", "°": " deg", "²": "2", "×": "x", "±": "+-"}


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Write for a terminal that cannot show a character; a minus must never get lost."""
    assert isinstance(error, UnicodeEncodeError)
    return "".join(_PLAIN.get(character, "?") for character in error.object[error.start : error.end]), error.end


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code.

    Parameters
    ----------
    arguments
        What follows ``footdrop`` on the command line; None = this process's own.

    Returns
    -------
    int
        0 ok, 1 failure, 2 usage, 3 unusable data, 4 sensor, 5 part of a batch failed, 130 interrupted.
    """
    codecs.register_error("footdrop_plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="footdrop_plain")
    try:
        code = footdrop.main(
            args=None if arguments is None else list(arguments), prog_name="footdrop", standalone_mode=False
        )
        sys.stdout.flush()
    except click.Abort:
        click.echo("Interrupted.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except FootdropError as error:
        from footdrop_imu.cli.console import exit_code, show_error

        show_error(error)
        return exit_code(error)
    except BrokenPipeError:
        # The reader of the output has left (`| head`): nothing more to say, and nobody to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if os.environ.get("FOOTDROP_DEBUG"):
            raise
        click.echo(
            f"This should not have happened: {type(error).__name__}: {error}\n"
            "It is a fault of the program, not of your files. FOOTDROP_DEBUG=1 in front of the command shows where.",
            err=True,
        )
        return 1
    return code if isinstance(code, int) else 0


def run() -> None:
    """Entry point of the installed command."""
    # the products here are small: shared out among threads they take longer, and the threads take time to start
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(main())
