"""``footdrop simulate``: walks and exercises with known truth, and sensors that stream them."""

from __future__ import annotations

from pathlib import Path

import click

from footdrop_imu.cli.simulate_exercise import exercise
from footdrop_imu.cli.simulate_sensor import sensor
from footdrop_imu.cli.walk_options import parse_start
from footdrop_imu.errors import FootdropError

__all__ = ["simulate"]

AIDS = ("none", "orthosis", "stimulator")


@click.group(
    short_help="Made-up walks and exercises with known truth, and simulated sensors.",
    epilog="""\b
Example:
  footdrop simulate walk --foot-drop left --out my_walk""",
)
def simulate() -> None:
    """Make recordings with known truth, and sensors, to try and to test with."""


simulate.add_command(exercise)
simulate.add_command(sensor)


@simulate.command(
    short_help="A walk with a sensor on each shoe, and the truth of it.",
    epilog="""\b
Examples:
  footdrop simulate walk --foot-drop left --severity 0.6 --out my_walk
  footdrop simulate walk --foot-drop right --drags 0.1 --out dragging_walk
  footdrop simulate walk --speed 0.5 --strides 40 --csv --out slow_walk
  footdrop simulate walk --shanks --stairs 10 --out stairs_walk
  footdrop simulate walk --foot-drop left --aid orthosis --out aided_walk
  footdrop analyze my_walk/""",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Where the walk goes.")
@click.option(
    "--speed",
    "speed_mps",
    type=click.FloatRange(0.2, 2.0),
    default=1.1,
    show_default=True,
    metavar="MPS",
    help="Walking speed.",
)
@click.option(
    "--strides",
    "stride_count",
    type=click.IntRange(5, 20_000),
    default=30,
    show_default=True,
    metavar="N",
    help="Strides of each foot.",
)
@click.option("--foot-drop", type=click.Choice(("left", "right", "both")), help="Which foot is weak; none if not said.")
@click.option(
    "--severity",
    type=click.FloatRange(0, 1),
    metavar="S",
    default=0.7,
    show_default=True,
    help="How weak: 0.5 lands flat, 1 on the forefoot.",
)
@click.option(
    "--drags",
    "drag_share",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Share of the weak foot's swings in which its toe drags; a few in a hundred if not said.",
)
@click.option(
    "--drag-kind",
    type=click.Choice(("initial", "mid", "terminal", "throughout")),
    default="mid",
    show_default=True,
    help="When in swing.",
)
@click.option(
    "--turns",
    "turn_count",
    type=click.IntRange(0, 1000),
    default=0,
    show_default=True,
    metavar="N",
    help="Turns of 180 degrees on the way.",
)
@click.option(
    "--rate",
    "rate_hz",
    type=click.FloatRange(25, 1000),
    default=102.4,
    show_default=True,
    metavar="HZ",
    help="Sampling rate of the sensors.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31),
    default=0,
    show_default=True,
    metavar="N",
    help="The same seed gives the same walk.",
)
@click.option(
    "--stairs",
    "stair_count",
    type=click.IntRange(-500, 500),
    default=0,
    metavar="N",
    help="Stairs on the way: N up, -N down.",
)
@click.option("--shanks", is_flag=True, help="A sensor on each shank too, for the angle of the ankle.")
@click.option(
    "--aid", type=click.Choice(AIDS), help="What holds or lifts the weak foot; nothing is said of it otherwise."
)
@click.option(
    "--late",
    "lag_s",
    type=click.FloatRange(-0.4, 0.8),
    metavar="S",
    help="The stimulator comes on so long after the heel leaves the floor; 0 if not said, negative: before.",
)
@click.option("--person", default="", metavar="ID", help="Pseudonym of the person who is said to walk.")
@click.option("--start", callback=parse_start, metavar="TIME", help="When, as 2026-03-14T10:30+01:00.")
@click.option(
    "--csv", "as_csv", is_flag=True, help="Write left_foot.csv and right_foot.csv in place of a session folder."
)
@click.option("--force", is_flag=True, help="Replace a walk that is already in DIR.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as one JSON document.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def walk(
    *,
    out: Path,
    speed_mps: float,
    stride_count: int,
    foot_drop: str | None,
    severity: float,
    drag_share: float | None,
    drag_kind: str,
    turn_count: int,
    rate_hz: float,
    seed: int,
    stair_count: int,
    shanks: bool,
    aid: str | None,
    lag_s: float | None,
    person: str,
    start: str,
    as_csv: bool,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Make a walk with a sensor on each shoe, and the truth of every stride beside it (truth.csv).

    Sensors have noise, offsets and limits like bought ones. The person and the walk are made up.
    """
    from dataclasses import replace
    from math import copysign, sqrt

    from footdrop_imu import __version__
    from footdrop_imu.cli.console import print_json
    from footdrop_imu.schema import SIDES, Person
    from footdrop_imu.simulate import aids, pattern
    from footdrop_imu.simulate.drag import toe_drags
    from footdrop_imu.simulate.sensor import SensorConfig
    from footdrop_imu.simulate.stimulation import Stimulation
    from footdrop_imu.simulate.terrain import Stairs
    from footdrop_imu.simulate.walk import simulate_walk
    from footdrop_imu.workflow import refusal_to_json, write_simulated_walk

    if drag_share is not None and foot_drop is None:
        raise click.UsageError("--drags needs --foot-drop: say which foot's toe drags.")
    if aid is not None and foot_drop not in SIDES:
        raise click.UsageError("--aid needs --foot-drop left or right: say which foot is weak.")
    if lag_s is not None and aid != "stimulator":
        raise click.UsageError("--late needs --aid stimulator: it says when the stimulator comes on.")
    weak = SIDES if foot_drop == "both" else (foot_drop,)
    weak_foot = pattern.foot_drop(severity)
    if drag_share is not None:
        weak_foot = replace(weak_foot, drags=toe_drags(drag_kind, drag_share))
    feet = {side: weak_foot if side in weak else pattern.healthy() for side in SIDES}
    try:
        usual = pattern.WalkConfig(speed_mps=speed_mps)
        distance_m = stride_count * 2 * sqrt(60 * speed_mps * usual.walk_ratio)
        # half way to the first turn, or to the end
        stairs_m = 0.5 * distance_m / (turn_count + 1)
        stairs = (Stairs(stairs_m, abs(stair_count), copysign(0.17, stair_count)),) if stair_count else ()
        config = pattern.WalkConfig(
            speed_mps=speed_mps,
            distance_m=distance_m,
            left=feet["left"],
            right=feet["right"],
            stairs=stairs,
            turns=pattern.corridor(distance_m, distance_m / (turn_count + 1)) if turn_count else (),
            seed=seed,
        )
        if aid == "orthosis":
            config = aids.with_orthosis(config, str(foot_drop))
        elif aid == "stimulator":
            config = aids.with_stimulator(config, str(foot_drop), Stimulation(lag_s=lag_s or 0.0))
        made = simulate_walk(
            config,
            SensorConfig(rate_hz=rate_hz, random_mounting=True, shank=shanks, seed=seed),
            name=out.resolve().name,
            person=Person(person, affected=foot_drop or "unknown"),
            condition=None if aid is None else aids.aided_condition(aid),
        )
        if start:
            made = replace(made, session=replace(made.session, start=start))
        write_simulated_walk(out, made, as_csv=as_csv, force=force)
    except FootdropError as error:
        if as_json:
            print_json(refusal_to_json(error))
        raise
    if as_json:
        counts = {side: int((made.strides["side"] == side).sum()) for side in SIDES}
        document = {"version": __version__, "session": made.session.name, "folder": str(out), "stride_count": counts}
        print_json(document)
    elif not quiet:
        click.echo(f"Simulated walk: {out} ({len(made.strides)} strides of both feet, truth in {out / 'truth.csv'})")
        click.echo(f"Analyze it with: footdrop analyze {out}")
    return 0


@simulate.command(
    short_help="A recording of six positions, to try calibrating with.",
    epilog="""\b
Examples:
  footdrop simulate calibration --out sides.csv
  footdrop calibrate six-position sides.csv --sensor A7""",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE.csv", help="Where it goes.")
@click.option("--once", is_flag=True, help="Lay each side once; twice, by other turns, if not said.")
@click.option(
    "--rate",
    "rate_hz",
    type=click.FloatRange(25, 1000),
    default=102.4,
    show_default=True,
    metavar="HZ",
    help="Sampling rate.",
)
@click.option("--seed", type=click.IntRange(0, 2**31), default=0, show_default=True, metavar="N", help="Of everything.")
@click.option("--force", is_flag=True, help="Replace files that are already there.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as one JSON document.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def calibration(*, out: Path, once: bool, rate_hz: float, seed: int, force: bool, as_json: bool, quiet: bool) -> int:
    """Make the recording of a sensor with drawn errors that is laid on each of its six sides.

    The truth goes beside it as a calibration file (FILE.truth.toml), such as `footdrop calibrate` would make.
    """
    from footdrop_imu import __version__
    from footdrop_imu.cli.console import print_json
    from footdrop_imu.simulate.calibration import TWICE, SixPositionConfig, draw_errors, simulate_six_positions
    from footdrop_imu.workflow import refusal_to_json, write_simulated_calibration

    errors = draw_errors(seed)
    order = SixPositionConfig().order if once else TWICE
    try:
        made = simulate_six_positions(errors, SixPositionConfig(order=order, rate_hz=rate_hz, seed=seed))
        truth = write_simulated_calibration(out, made, errors, force=force)
    except FootdropError as error:
        if as_json:
            print_json(refusal_to_json(error))
        raise
    if as_json:
        print_json({"version": __version__, "file": str(out), "truth": str(truth)})
    elif not quiet:
        click.echo(f"Simulated recording: {out} ({len(order)} positions, truth in {truth})")
        click.echo(f"Calibrate with: footdrop calibrate six-position {out} --sensor A7")
    return 0
