"""``footdrop simulate exercise``: a set of an exercise, or a chair lift test, with the truth of every repetition."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from footdrop_imu.errors import FootdropError

if TYPE_CHECKING:
    from footdrop_imu.simulate.chair_lift import ChairLiftConfig

__all__ = ["exercise"]

_CHAIR_LIFT = "chair_lift_test"


@click.command(
    short_help="A set of an exercise with a sensor on each shoe, and the truth of it.",
    epilog="""\b
Examples:
  footdrop simulate exercise toe_raise_negative --out lifts
  footdrop simulate exercise ankle_eversion --range 8 --out small_eversion
  footdrop simulate exercise chair_lift_test --range 6 --csv --out chair_lift""",
)
@click.argument("exercise_id", metavar="ID")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Where the recording goes.")
@click.option(
    "--side",
    type=click.Choice(("left", "right")),
    default="right",
    show_default=True,
    help="The foot that exercises; of standing on one leg, that one.",
)
@click.option(
    "--range", "range_deg", type=click.FloatRange(3, 40), metavar="DEG", help="How far the foot turns; as usual if not."
)
@click.option(
    "--repetitions",
    type=click.IntRange(1, 200),
    metavar="N",
    help="How many, of a walk its strides; 10 or 20 if not said.",
)
@click.option(
    "--time",
    "repetition_s",
    type=click.FloatRange(1, 12),
    metavar="S",
    help="Lifting and lowering together; as usual in the exercise if not said.",
)
@click.option(
    "--hold", "hold_s", type=click.FloatRange(0, 60), metavar="S", help="Held in between; as usual if not said."
)
@click.option("--tremor", "tremor_deg", type=click.FloatRange(0, 5), metavar="DEG", help="Trembling; none if not said.")
@click.option(
    "--false-starts",
    "false_start_count",
    type=click.IntRange(0, 50),
    metavar="N",
    help="Movements broken off; none if not said.",
)
@click.option("--shanks", is_flag=True, help="A sensor on each shank too.")
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
    help="The same seed gives the same exercise.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Write a CSV for each sensor in place of a session folder.")
@click.option("--force", is_flag=True, help="Replace a recording that is already in DIR.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as one JSON document.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def exercise(
    *,
    exercise_id: str,
    out: Path,
    side: str,
    range_deg: float | None,
    repetitions: int | None,
    repetition_s: float | None,
    hold_s: float | None,
    tremor_deg: float | None,
    false_start_count: int | None,
    shanks: bool,
    rate_hz: float,
    seed: int,
    as_csv: bool,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Make a recording of the exercise ID, or of the chair_lift_test, with a sensor on each shoe.

    The truth goes beside it: truth.csv has each repetition and false start, truth.json all of it. Sensors have noise,
    offsets and limits like bought ones, and sit on the shoe at any angle: mounting.toml says which. The person and the
    exercise are made up.
    """
    from footdrop_imu import __version__
    from footdrop_imu.cli.console import print_json
    from footdrop_imu.simulate.chair_lift import simulate_chair_lift
    from footdrop_imu.simulate.exercise import simulate_exercise
    from footdrop_imu.simulate.exercise_config import usual_set
    from footdrop_imu.simulate.exercise_walks import EXERCISE_WALKS, exercise_walk
    from footdrop_imu.simulate.sensor import SensorConfig
    from footdrop_imu.simulate.walk import simulate_walk
    from footdrop_imu.workflow import refusal_to_json, write_simulated_exercise, write_simulated_walk

    settings = {
        "repetitions": repetitions,
        "repetition_s": repetition_s,
        "hold_s": hold_s,
        "tremor_deg": tremor_deg,
        "false_start_count": false_start_count,
    }
    given = {name: value for name, value in settings.items() if value is not None}
    if exercise_id == _CHAIR_LIFT and given:
        raise click.UsageError(f"{_CHAIR_LIFT} has its own course: of the movement only --range can be said.")
    if exercise_id in EXERCISE_WALKS and (given.keys() - {"repetitions"} or range_deg is not None):
        raise click.UsageError(f"{exercise_id} is a walk: of the movement only --repetitions can be said, its strides.")
    sensor = SensorConfig(rate_hz=rate_hz, random_mounting=True, shank=shanks, seed=seed)
    name = out.resolve().name
    try:
        if exercise_id in EXERCISE_WALKS:
            walked = simulate_walk(exercise_walk(exercise_id, repetitions or 20, seed=seed), sensor, name=name)
            write_simulated_walk(out, walked, as_csv=as_csv, force=force)
            count = len(walked.strides) // 2
        else:
            if exercise_id == _CHAIR_LIFT:
                made = simulate_chair_lift(_chair_lift(side, range_deg, seed), sensor, name=name)
            else:
                given |= {} if range_deg is None else {"range_deg": range_deg}
                made = simulate_exercise(usual_set(exercise_id, side=side, seed=seed, **given), sensor, name=name)
            write_simulated_exercise(out, made, as_csv=as_csv, force=force)
            count = len(made.truth.stances) or made.truth.count
    except FootdropError as error:
        if as_json:
            print_json(refusal_to_json(error))
        raise
    if as_json:
        document = {"version": __version__, "session": name, "folder": str(out), "exercise": exercise_id}
        print_json(document | {"side": side, "repetition_count": count, "truth": str(out / "truth.csv")})
    elif not quiet:
        click.echo(f"Simulated exercise: {out} ({exercise_id}, {count} repetitions, truth in {out / 'truth.csv'})")
    return 0


def _chair_lift(side: str, range_deg: float | None, seed: int) -> ChairLiftConfig:
    from dataclasses import replace

    from footdrop_imu.simulate.chair_lift import ChairLiftConfig

    config = ChairLiftConfig(side=side, seed=seed)
    if range_deg is None:
        return config
    return replace(config, affected=replace(config.affected, active_range_deg=range_deg))
