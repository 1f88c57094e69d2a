"""Which report is made of what the command line names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.compare_options import recorded
from footdrop_imu.cli.store_options import catalogue_of, helper_said, now, opened

if TYPE_CHECKING:
    from footdrop_imu.language import Translate
    from footdrop_imu.reporting import MadeReport

__all__ = ["made_report"]

_COMPARE = "--kind compare needs what is compared: BEFORE AFTER (two recordings), --before PATH... --after PATH..., "
_COMPARE += "--between KEY=VALUE KEY=VALUE of a person, --sides, or --bench KEY."


def made_report(
    kind: str, named: tuple[str, ...], pseudonym: str, language: str, given: dict[str, Any], *, quiet: bool
) -> tuple[MadeReport, int]:
    """Make the report, and give the exit code of what it is made from."""
    from footdrop_imu.language import translator

    say = translator(language)
    if kind == "compare":
        return _comparison(named, pseudonym, say, given, quiet=quiet)
    if len(named) != 1:
        raise click.UsageError(
            f"{len(named)} are named: expected one PERSON or SESSION. Two walks are compared with --kind compare."
        )
    if kind == "walk":
        return _walk(named[0], pseudonym, say, given, quiet=quiet)
    if not pseudonym:
        raise click.UsageError(f"--kind {kind} is of a person in the store, and {named[0]} is a recording.")
    from footdrop_imu.people.courses import person_record
    from footdrop_imu.reporting import person_report

    with opened(given) as store:
        _refuse_helper(store, pseudonym, given)
        record = person_record(store, pseudonym, now(), on=given["day"], with_entries=kind == "progress")
    return person_report(kind, record, say, catalogue=catalogue_of(given)), 0


def _refuse_helper(store: Any, pseudonym: str, given: dict[str, Any]) -> None:
    """A helper sees results only where the person agreed."""
    helper = helper_said(store, pseudonym, given)
    if helper is not None and "results" not in helper.sees:
        raise click.UsageError(
            f"The results of {pseudonym} are not shared with {helper.name}. footdrop progress shows what is."
        )


def _walk(named: str, pseudonym: str, say: Translate, given: dict[str, Any], *, quiet: bool) -> tuple[MadeReport, int]:
    """The walk of a recording, or a person's latest."""
    from footdrop_imu.reporting import latest_recording, walk_report_of

    path = Path(named)
    if pseudonym:
        from footdrop_imu.people.courses import person_record

        with opened(given) as store:
            record = person_record(store, pseudonym, now(), on=given["day"])
            _refuse_helper(store, pseudonym, given)
        path = latest_recording(record)
        given = {**given, "person": pseudonym, "affected": given["affected"] or record.patient.affected}
    walks, _, code = recorded([path], given, quiet=quiet)
    if len(walks) > 1:
        raise click.UsageError(
            f"{named} holds {len(walks)} walks. Name one of them, or make all their reports with footdrop analyze."
        )
    return walk_report_of(*walks[0], say), code


def _comparison(
    named: tuple[str, ...], pseudonym: str, say: Translate, given: dict[str, Any], *, quiet: bool
) -> tuple[MadeReport, int]:
    """Two times, two conditions, two feet, or a bench."""
    from footdrop_imu import reporting

    measure, day = given["measure"], given["day"]
    paths = [Path(word) for word in named]
    if given["bench"]:
        if not given["clinician"].strip():
            raise click.UsageError("--bench is a test for the clinic: say with --clinician who makes it.")
        from footdrop_imu.people.benches import bench_of_person, bench_of_recordings
        from footdrop_imu.people.courses import person_record

        chosen = {"clinician": given["clinician"].strip(), "settings": given["settings"], "measure": measure}
        if pseudonym:
            with opened(given) as store:
                _refuse_helper(store, pseudonym, given)
                record = person_record(store, pseudonym, now(), on=day)
                shown = bench_of_person(store, pseudonym, given["bench"], say, day=day, **chosen)
            return reporting.bench_report_of(shown, record, say), 0
        walks, _, code = recorded(paths, given, quiet=quiet)
        return reporting.bench_report_of(bench_of_recordings(walks, given["bench"], say, **chosen), walks, say), code
    if given["between"][0]:
        return _between(pseudonym, say, given)
    if given["sides"]:
        return _sides(paths, pseudonym, say, given, quiet=quiet)
    before, after = list(given["before"]), list(given["after"])
    if not (before or after) and len(paths) == 2:
        before, after = paths[:1], paths[1:]
    elif named or not (before and after):
        raise click.UsageError(_COMPARE)
    from footdrop_imu.people.comparisons import compare_times

    earlier, later = (recorded(one, given, quiet=quiet) for one in (before, after))
    found = compare_times(earlier.walks, later.walks, say, measure=measure)
    return reporting.times_report_of(found, earlier.walks, later.walks, say), max(earlier.code, later.code)


def _between(pseudonym: str, say: Translate, given: dict[str, Any]) -> tuple[MadeReport, int]:
    if not pseudonym:
        raise click.UsageError("--between compares the walks of a PERSON in the store: name one.")
    from footdrop_imu.people.courses import person_record
    from footdrop_imu.people.kept_comparisons import compare_conditions
    from footdrop_imu.reporting import conditions_report_of

    key, values = given["between"]
    with opened(given) as store:
        _refuse_helper(store, pseudonym, given)
        record = person_record(store, pseudonym, now(), on=given["day"])
        found = compare_conditions(store, pseudonym, key, values, say, measure=given["measure"], last_day=given["day"])
    return conditions_report_of(found, record, say), 0


def _sides(
    paths: list[Path], pseudonym: str, say: Translate, given: dict[str, Any], *, quiet: bool
) -> tuple[MadeReport, int]:
    from footdrop_imu.people.courses import person_record
    from footdrop_imu.people.kept_comparisons import compare_feet, compare_feet_of
    from footdrop_imu.reporting import feet_report_of

    if not pseudonym:
        walks, _, code = recorded(paths, given, quiet=quiet)
        return feet_report_of(compare_feet_of(walks, say, measure=given["measure"]), walks, say), code
    with opened(given) as store:
        _refuse_helper(store, pseudonym, given)
        record = person_record(store, pseudonym, now(), on=given["day"])
        found = compare_feet(store, pseudonym, say, measure=given["measure"], last_day=given["day"])
    return feet_report_of(found, record, say), 0
