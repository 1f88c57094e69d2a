"""``footdrop calibrate``: what a sensor's errors are, found once and kept for every walk after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.sensor_choice import SEGMENTS, parse_calibrations, parse_sensors
from footdrop_imu.errors import FileFormatError, FileReason, FootdropError, OutputError, OutputReason

if TYPE_CHECKING:
    from footdrop_imu.calibration import DistanceOutcome, SixPositionOutcome
    from footdrop_imu.schema import Calibration

__all__ = ["calibrate"]

_FILE = click.Path(path_type=Path)

_LARGEST_EXPECTED = 0.05
"""Scale error beyond which a wrong distance is likelier than the sensor: factory trimming leaves 1 to 3 %."""


@click.group(
    short_help="Find a sensor's errors once, for every walk of it.",
    epilog="""\b
Examples:
  footdrop calibrate six-position sides.csv --sensor A7
  footdrop calibrate distance walk/ --distance 20
  footdrop calibrate show""",
)
def calibrate() -> None:
    """Find a sensor's errors once, and keep them for every walk of that sensor.

    Six positions show scale and offset; a walk over a known distance shows what is left of the error in lengths.
    Both are worth doing for each sensor, the distance again after a change of shoe.
    """


def _reading(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options that say how a recording is read and what is printed."""
    for option in (
        click.option("--quiet", is_flag=True, help="Say nothing but errors."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
        click.option("--force", is_flag=True, help="Replace what is kept already."),
        click.option("--counter-bits", type=click.IntRange(1, 64), metavar="N", help="Width of a counter that wraps."),
        click.option(
            "--rate",
            "rate_hz",
            type=click.FloatRange(min=0, min_open=True),
            metavar="HZ",
            help="Sampling rate, where the file has neither counter nor time.",
        ),
        click.option("--columns", type=_FILE, metavar="MAP.toml", help="Which column is what, for any other CSV."),
        click.option("--format", metavar="NAME", help="Read as this format instead of looking at the header."),
    ):
        command = option(command)
    return command


@calibrate.command(
    "six-position",
    short_help="The sensor laid on each of its six sides.",
    epilog="""\b
Examples:
  footdrop calibrate six-position sides.csv --sensor A7
  footdrop calibrate six-position MT_012000E0_00B4778E.txt --walk walk/""",
)
@click.argument("recording", metavar="RECORDING", type=_FILE)
@click.option("--sensor", default="", metavar="ID", help="Serial number or name; known from Xsens files.")
@click.option(
    "--segment", type=click.Choice(SEGMENTS), help="Which sensor is meant, where the recording holds several."
)
@click.option("--out", type=_FILE, metavar="FILE.toml", help="Where it goes; kept for this sensor, if not said.")
@click.option("--walk", type=_FILE, metavar="PATH", help="A walk of this sensor, to show what the calibration changes.")
@_reading
def six_position(recording: Path, **given: Any) -> int:
    """Find scale, misalignment and offset of one sensor.

    \b
    1. Put the sensor on a firm, level table and start recording.
    2. Lay it on each of its six sides, three seconds each, in any order.
       Let go of it there; turn it calmly in between.
    3. Better: go round twice, by another way. Turns about each of the
       three axes are what shows the gyroscope's scale.
    4. Stop recording.

    A sensor with round sides stands well in a box or between two books.
    """  # noqa: D301  (click's mark for lines that stay)
    from footdrop_imu.calibration import calibrate_six_position, length_change
    from footdrop_imu.files.calibration import calibration_path, write_calibration

    def work() -> dict[str, Any]:
        options = _options(given)
        made = calibrate_six_position(recording, options, sensor=given["sensor"], segment=given["segment"] or "")
        path = given["out"] or calibration_path(made.calibration.sensor)
        changes = {} if given["walk"] is None else length_change(given["walk"], options, made.calibration)
        write_calibration(path, made.calibration, force=given["force"])
        if not (given["quiet"] or given["as_json"]):
            _say(_six_position_words(made, changes), path)
        return {**_as_document(made.calibration, path), "length_change_percent": changes, **_fit_document(made)}

    return _run(work, as_json=given["as_json"])


@calibrate.command(
    short_help="A walk along a measured distance.",
    epilog="""\b
Examples:
  footdrop calibrate distance walk/ --distance 20
  footdrop calibrate distance walk_1/ --distance 10 --sensor-id left=A7""",
)
@click.argument("recordings", metavar="RECORDING...", type=_FILE, nargs=-1, required=True)
@click.option(
    "--distance", "distance_m", type=click.FloatRange(5, 1000), required=True, metavar="M", help="From line to line."
)
@click.option(
    "--sensor-id",
    "sensors",
    multiple=True,
    callback=parse_sensors,
    metavar="SEGMENT=ID",
    help="Which sensor is where, such as left=A7; known from Xsens files. May be repeated.",
)
@click.option(
    "--calibration",
    "calibrations",
    multiple=True,
    callback=parse_calibrations,
    metavar="[SEGMENT=]FILE.toml",
    help="Start from this calibration; from the one that is kept, if not said.",
)
@click.option("--shoe", type=click.Choice(("own", "special", "barefoot", "other")), help="For this kind of shoe only.")
@click.option("--out", type=_FILE, metavar="DIR", help="Folder for the files; kept for the sensors, if not said.")
@_reading
def distance(recordings: tuple[Path, ...], **given: Any) -> int:
    """Find what is left of the error in lengths, from walks over a known distance.

    \b
    1. Measure a straight way of 10 to 20 m and mark both ends.
    2. Stand with the heels at the first line, start recording, wait three
       seconds.
    3. Walk at your usual speed to the other line, stop with the heels at it.
       There and back counts twice: --distance 40 for 20 m, turning at the
       line. Nothing else may be walked in the recording.
    4. Wait three seconds and stop recording.

    Two or more walks make it surer. Each foot's strides, end to end, are
    compared with the distance; for a turn its outer foot walks farther.
    """  # noqa: D301
    from footdrop_imu.calibration import CalibrationChoice, calibrate_distance
    from footdrop_imu.files.calibration import calibration_path, write_calibration

    def work() -> dict[str, Any]:
        choice = CalibrationChoice(given["calibrations"], given["sensors"])
        found = calibrate_distance(
            recordings, _options(given), given["distance_m"], choice=choice, shoe=given["shoe"] or ""
        )
        targets = []
        for one in found:
            kept = calibration_path(one.calibration.sensor, one.calibration.shoe)
            path = kept if given["out"] is None else given["out"] / kept.name
            _refuse_older_length(path, force=given["force"])
            targets.append(path)
        for one, path in zip(found, targets, strict=True):
            write_calibration(path, one.calibration, force=True)
            if not (given["quiet"] or given["as_json"]):
                _say(_distance_words(one, given["distance_m"]), path)
        return {
            "calibrations": [
                {
                    "segment": one.segment,
                    **_as_document(one.calibration, path),
                    "walks": [fit._asdict() for fit in one.fits],
                }
                for one, path in zip(found, targets, strict=True)
            ]
        }

    return _run(work, as_json=given["as_json"])


@calibrate.command(
    short_help="List what is kept, or explain one calibration.",
    epilog="""\b
Examples:
  footdrop calibrate show
  footdrop calibrate show A7 --json""",
)
@click.argument("sensor", metavar="[ID]", default="")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(sensor: str, *, as_json: bool) -> int:
    """Show the calibrations that are kept, or those of one sensor."""
    from footdrop_imu.files.calibration import calibration_folder, stored_calibrations

    def work() -> dict[str, Any]:
        found = [(one, path) for one, path in stored_calibrations() if sensor in ("", one.sensor)]
        if sensor and not found:
            kept = ", ".join(sorted({one.sensor for one, _ in stored_calibrations()})) or "none"
            raise FileFormatError(
                FileReason.NOT_FOUND,
                f"There is no calibration of sensor {sensor!r} in {calibration_folder()}; kept are those of {kept}.",
            )
        if not as_json:
            for one, path in found:
                _say([_headline(one), *_known_words(one)], path)
            if not found:
                click.echo(f"No calibration in {calibration_folder()}.")
        return {"calibrations": [_as_document(one, path) for one, path in found]}

    return _run(work, as_json=as_json)


def _run(work: Callable[[], dict[str, Any]], *, as_json: bool) -> int:
    from footdrop_imu import __version__
    from footdrop_imu.cli.console import print_json
    from footdrop_imu.workflow import refusal_to_json

    try:
        document = work()
    except FootdropError as error:
        if as_json:
            print_json(refusal_to_json(error))
        raise
    if as_json:
        print_json({"version": __version__, **document})
    return 0


def _options(given: dict[str, Any]) -> Any:
    from footdrop_imu.files.sessions import ReadOptions

    return ReadOptions(**{key: given[key] for key in ("format", "columns", "rate_hz", "counter_bits")})


def _refuse_older_length(path: Path, *, force: bool) -> None:
    """A file without a length scale is completed; one that has it is replaced only when asked for."""
    from math import isfinite

    from footdrop_imu.files.calibration import read_calibration

    if not force and path.exists() and isfinite(read_calibration(path).length_scale):
        raise OutputError(
            OutputReason.EXISTS, f"{path} already has a length scale. Replace it with --force.", path=path
        )


def _as_document(calibration: Calibration, path: Path) -> dict[str, Any]:
    from footdrop_imu.files.calibration import calibration_to_table

    return {"path": str(path), "calibration": calibration_to_table(calibration)}


def _fit_document(made: SixPositionOutcome) -> dict[str, Any]:
    return {"fit": {name: values.tolist() for name, values in made.fit._asdict().items()}}


def _say(lines: list[str], path: Path) -> None:
    click.echo("\n  ".join([*lines, f"Kept in {path}"]))


def _headline(calibration: Calibration) -> str:
    shoe = f", shoe {calibration.shoe}" if calibration.shoe else ""
    return f"Sensor {calibration.sensor}{shoe}" + (f" ({calibration.made_at[:10]})" if calibration.made_at else "")


def _known_words(calibration: Calibration) -> list[str]:
    """Every error of the sensor that is known, one line each."""
    from math import degrees, hypot, isfinite

    import numpy as np

    lines = []
    for name, matrix, sd, offset in (
        (
            "Accelerometer",
            calibration.acc_matrix,
            calibration.acc_scale_sd,
            None if calibration.acc_offset_mps2 is None else f"{hypot(*calibration.acc_offset_mps2):.2f} m/s²",
        ),
        (
            "Gyroscope",
            calibration.gyr_matrix,
            calibration.gyr_scale_sd,
            None
            if calibration.gyr_offset_radps is None
            else f"{degrees(hypot(*calibration.gyr_offset_radps)):.2f} °/s",
        ),
    ):
        parts = []
        if matrix is not None:
            shown = 100.0 * (np.diag(np.linalg.inv(np.array(matrix))) - 1.0)
            scales = ", ".join(f"{axis} {value:+.1f} %" for axis, value in zip("xyz", shown, strict=True))
            parts.append(f"shows {scales}" + (f" (known to {100 * sd:.1f} %)" if isfinite(sd) else ""))
        parts += [f"offset {offset}"] if offset else []
        lines += [f"{name}: {', '.join(parts)}."] if parts else []
    if isfinite(calibration.gyr_delay_s):
        late = "late" if calibration.gyr_delay_s >= 0 else "early"
        lines.append(f"The gyroscope is {1000 * abs(calibration.gyr_delay_s):.1f} ms {late}.")
    if isfinite(calibration.length_scale):
        known = f" (95 %: ±{196 * calibration.length_scale_sd:.1f} %)" if isfinite(calibration.length_scale_sd) else ""
        lines.append(f"Lengths and speed change by {100 * (calibration.length_scale - 1):+.1f} %{known}.")
    return lines


def _six_position_words(made: SixPositionOutcome, changes: dict[str, float]) -> list[str]:
    from math import isfinite

    fit = made.fit
    before, after = fit.gravity_before_mps2, fit.gravity_after_mps2
    shown = (
        f"Gravity showed as {before.min():.2f} to {before.max():.2f} m/s², now as {after.min():.2f} to "
        f"{after.max():.2f} (true: 9.81)."
    )
    lines = [
        f"{_headline(made.calibration)}: six sides, still {len(fit.side)} times.",
        *_known_words(made.calibration),
        shown,
    ]
    if len(fit.turn_before_deg):
        lines.append(
            f"Gravity carried from side to side by the gyroscope missed by up to {fit.turn_before_deg.max():.1f}°, now "
            f"by {fit.turn_after_deg.max():.1f}°."
        )
    if made.calibration.gyr_scale_sd > 0.01:
        lines.append("Going round the six sides twice, by turns about each axis, makes the gyroscope's scale surer.")
    lines += [
        f"What it is worth: lengths of the {segment.replace('_', ' ')} change by {change:+.1f} %."
        for segment, change in changes.items()
    ]
    if made.before is not None and isfinite(made.before.length_scale):
        lines.append("The length scale that was kept held for the older scales: walk the known distance again.")
    return lines


def _distance_words(found: DistanceOutcome, distance_m: float) -> list[str]:
    walks = ", ".join(f"{fit.measured_m:.2f} m" for fit in found.fits)
    place = found.segment.replace("_", " ")
    added = f"{_headline(found.calibration)}, {place}: its strides add up to {walks} of {distance_m:g} m."
    lines = [added, *_known_words(found.calibration)[-1:]]
    if abs(found.calibration.length_scale - 1.0) > _LARGEST_EXPECTED:
        lines.append(
            f"That is more than a sensor in order is off by ({100 * _LARGEST_EXPECTED:.0f} %): measure the distance "
            "again, check that every stride of it is in the recording, and calibrate the six positions first."
        )
    return lines
