"""Before a recording: who walks, how, and which sensor is on which foot; one question where it was so the last time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from footdrop_imu.cli.walk_options import AFFECTED, CONDITION_VALUES
from footdrop_imu.errors import DeviceError, DeviceReason
from footdrop_imu.facts import WalkFacts, facts_from_json, facts_to_json, read_mountings
from footdrop_imu.files.last_recording import LastRecording, WornSensor, read_last_recording

if TYPE_CHECKING:
    from footdrop_imu.device.scan import SeenSensor, Target
    from footdrop_imu.schema import Mounting

__all__ = ["Setup", "find_worn", "settle"]

_SCAN_S = 6.0
_ASKED = ("aid", "orthosis", "shoe", "stimulator")
_WORDS = {"ankle_foot_orthosis": "ankle-foot orthosis", "knee_pad": "knee pad", "light_brace": "light brace"}


@dataclass(frozen=True)
class Setup:
    """What a recording is begun with; ``memory`` is to be kept once it has worked."""

    targets: list[Target]
    facts: WalkFacts
    mountings: Mapping[str, Mounting]
    memory: LastRecording


def settle(
    wanted: Mapping[str, str],
    profiles: Mapping[str, str],
    facts: WalkFacts,
    *,
    rate_hz: float | None,
    adapter: str | None,
    ask: bool,
    take_last: bool,
    quiet: bool,
) -> Setup:
    """Settle who walks with which sensors, and find these.

    ``ask``: somebody can answer; ``take_last``: what was said the last time holds where nothing is said now.
    """
    last = read_last_recording()
    mountings = read_mountings(facts)
    before, old_mountings = facts_from_json(last.facts) if last is not None else (WalkFacts(), {})
    known = {} if last is None or wanted else dict(last.sensors)
    if last is not None and ask:
        both = _over(facts, before)
        if click.confirm(f"Same as last time: {_in_words(both, known)}?", default=True, err=True):
            facts, mountings = both, mountings or old_mountings
        else:
            if known and not click.confirm(f"Same sensors: {_sensors_in_words(known)}?", default=True, err=True):
                known = {}
            facts = _ask(facts, before)
    elif last is not None and take_last:
        facts, mountings = _over(facts, before), mountings or old_mountings
    elif ask and not (facts.person or facts.condition):
        facts = _ask(facts, before)
    targets, worn = find_worn(wanted, profiles, known, rate_hz=rate_hz, adapter=adapter, ask=ask, quiet=quiet)
    return Setup(targets, facts, mountings, LastRecording(worn, facts_to_json(facts, mountings)))


def find_worn(
    wanted: Mapping[str, str],
    profiles: Mapping[str, str],
    known: Mapping[str, WornSensor],
    *,
    rate_hz: float | None,
    adapter: str | None,
    ask: bool,
    quiet: bool,
) -> tuple[list[Target], dict[str, WornSensor]]:
    """Find the sensors that were named, else those ``known`` from the last time, else those that somebody taps."""
    from footdrop_imu.sensors import find_targets, run

    if not wanted:
        wanted = {segment: one.address for segment, one in known.items()}
        if not profiles:
            profiles = {segment: one.profile for segment, one in known.items() if one.profile}
    if not wanted:
        wanted = _by_tapping(adapter, ask=ask)
    if not quiet:
        click.echo(f"Looking for {len(wanted)} sensors …" if len(wanted) > 1 else "Looking for the sensor …", err=True)
    targets = run(find_targets(wanted, profiles=profiles, rate_hz=rate_hz, adapter=adapter))
    own = {target.segment: profiles.get(target.segment) or profiles.get("", "") for target in targets}
    return targets, {
        target.segment: WornSensor(target.sensor.address, target.sensor.name, own[target.segment]) for target in targets
    }


def _over(facts: WalkFacts, before: WalkFacts) -> WalkFacts:
    """What is said now over what was said the last time; what was done then is not carried over."""
    from math import isfinite

    numbers = ("leg_length_m", "shoe_length_m", "shoe_length_sd_m")
    return replace(
        facts,
        person=facts.person or before.person,
        affected=facts.affected or before.affected,
        place=facts.place or before.place,
        condition={**before.condition, **facts.condition},
        **{name: getattr(facts if isfinite(getattr(facts, name)) else before, name) for name in numbers},
    )


def _in_words(facts: WalkFacts, sensors: Mapping[str, WornSensor]) -> str:
    """Write person, condition and sensors in a line, for somebody to agree to."""
    parts = [f"person {facts.person}" if facts.person else "nobody named"]
    for key in CONDITION_VALUES:
        value = facts.condition.get(key, "")
        if value:
            plain = _WORDS.get(value, value.replace("_", " "))
            parts.append(f"no {key}" if value == "none" else f"{key} {plain}")
    return ", ".join(parts + ([_sensors_in_words(sensors)] if sensors else []))


def _sensors_in_words(sensors: Mapping[str, WornSensor]) -> str:
    return ", ".join(f"{segment.replace('_', ' ')}: {one.name or one.address}" for segment, one in sensors.items())


def _ask(facts: WalkFacts, before: WalkFacts) -> WalkFacts:
    """Ask who walks and how, where the command line does not say; Enter leaves it open."""
    person = facts.person or click.prompt(
        "Who walks (a pseudonym, never a name; Enter for not said)",
        default=before.person,
        show_default=bool(before.person),
        err=True,
    )
    affected = facts.affected
    if not affected:
        affected = click.prompt(
            "Which side has foot drop", type=click.Choice(AFFECTED), default=before.affected or "unknown", err=True
        )
    condition = dict(facts.condition)
    for key in _ASKED:
        if key not in condition:
            answer = click.prompt(
                f"{key.capitalize()} today, - for not said",
                type=click.Choice(("-", *CONDITION_VALUES[key])),
                default=before.condition.get(key, "-"),
                err=True,
            )
            if answer != "-":
                condition[key] = answer
    return replace(facts, person=person.strip(), affected=affected, condition=condition)


def _by_tapping(adapter: str | None, *, ask: bool) -> dict[str, str]:
    """Have somebody tap one shoe after the other."""
    from footdrop_imu.sensors import run, scan_sensors, tell_by_tapping

    if not ask:
        raise click.UsageError(
            "Say which sensor is on which foot with --left and --right (footdrop scan shows the sensors)"
            ", or take those of the last time with --yes."
        )
    click.echo("Looking for sensors …", err=True)
    seen: list[SeenSensor] = run(scan_sensors(_SCAN_S, adapter=adapter))
    usable = [one for one in seen if one.profile is not None]
    if len(usable) == 1:
        one = usable[0]
        foot = click.prompt(
            f"Only one sensor is there, {one.name or one.address}. Which foot is it for",
            type=click.Choice(("left", "right")),
            err=True,
        )
        return {f"{foot}_foot": one.address}
    if not usable:
        refused = " ".join(one.refused for one in seen if one.refused)
        raise DeviceError(
            DeviceReason.NOT_FOUND,
            f"No sensor was found that can be used, among {len(seen)} Bluetooth devices. {refused} Wake the sensors "
            "(press their button or move them); footdrop scan --all shows what is there.",
        )
    click.echo(f"Found: {', '.join(one.name or one.address for one in usable)}. Lay both shoes down.", err=True)

    def say(segment: str) -> None:
        click.echo(f"Now tap the {segment.removesuffix('_foot').upper()} shoe a few times with your hand.", err=True)

    found = run(tell_by_tapping(usable, ("left_foot", "right_foot"), ask=say, adapter=adapter))
    for segment, one in found.items():
        click.echo(f"{segment.replace('_', ' ').capitalize()}: {one.name or one.address}", err=True)
    return {segment: one.address for segment, one in found.items()}
