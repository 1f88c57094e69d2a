"""``footdrop demo``: the main job on built-in walks."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["demo"]

DEFAULT_FOLDER = Path("footdrop_demo")


@click.command(
    short_help="Two built-in walks, before and after therapy, and their reports.",
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
    """Analyze two built-in walks of one person, before and after therapy, and write their reports.

    The person is made up: both walks come from the simulator. Nothing is loaded from a network.
    """
    from footdrop_imu.cli.console import collect, show_walks
    from footdrop_imu.files.sample_data import sample_data_folder
    from footdrop_imu.files.sessions import ReadOptions
    from footdrop_imu.workflow import analyze_walks

    samples = sample_data_folder()
    # The folder of its own name holds nothing but an earlier demo; another one may hold somebody's results.
    walks = analyze_walks(
        [samples / "before", samples / "after"],
        ReadOptions(),
        out=out or DEFAULT_FOLDER,
        write=not as_json or out is not None,
        force=force or out is None,
    )
    return show_walks(collect(walks, quiet=quiet), quiet=quiet, as_json=as_json)
