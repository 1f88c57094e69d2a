"""Before a recording: who walks, how, and which sensor is on which foot; one question where it was so the last time."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from footdrop_imu.cli.console import fitted
from footdrop_imu.cli.walk_options import AFFECTED, CONDITION_VALUES
from footdrop_imu.errors import DeviceError, DeviceReason
from footdrop_imu.facts import WalkFacts, facts_from_json, facts_to_json, read_mountings
from footdrop_imu.files.last_recording import LastRecording, WornSensor, read_last_recording

if TYPE_CHECKING:
    from footdrop_imu.device.scan import SeenSensor, Target
    from footdrop_imu.schema import Mounting

__all__ = ["Setup", "find_worn", "settle"]

_SCAN_S = 6.0
_FEET = ("left_foot", "right_foot")
_ASKED = ("aid", "orthosis", "shoe", "stimulator")
_OPEN = "not said"


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
        if click.confirm(fitted(f"Same as last time: {_in_words(both, known)}?"), default=True, err=True):
            facts, mountings = both, mountings or old_mountings
        else:
            question = fitted(f"Same sensors: {_sensors_in_words(known)}?")
            if known and not click.confirm(question, default=True, err=True):
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
    from footdrop_imu.recording.sensors import find_targets, run

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
            parts.append(f"no {key}" if value == "none" else f"{key} {_plain(value)}")
    return ", ".join(parts + ([_sensors_in_words(sensors)] if sensors else []))


def _sensors_in_words(sensors: Mapping[str, WornSensor]) -> str:
    return ", ".join(f"{segment.replace('_', ' ')}: {one.name or one.address}" for segment, one in sensors.items())


def _ask(facts: WalkFacts, before: WalkFacts) -> WalkFacts:
    """Ask who walks and how, where the command line does not say; Enter leaves it open."""
    told = "Enter takes what stands in brackets, - leaves it open. The first letters of a word are enough."
    click.echo(fitted(told), err=True)
    person = facts.person or click.prompt(
        "Who walks, by a pseudonym, never a name", default=before.person or _OPEN, err=True
    )
    affected = facts.affected or _choose("Side with foot drop", AFFECTED, before.affected or "unknown")
    condition = dict(facts.condition)
    for key in _ASKED:
        if key not in condition:
            answer = _choose(f"{key.capitalize()} today", CONDITION_VALUES[key], before.condition.get(key, ""))
            condition |= {key: answer} if answer else {}
    person = "" if person.strip() in ("-", _OPEN) else person.strip()
    return replace(facts, person=person, affected=affected or "unknown", condition=condition)


def _plain(value: str) -> str:
    return "ankle-foot orthosis" if value == "ankle_foot_orthosis" else value.replace("_", " ")


def _choose(question: str, values: Sequence[str], default: str | None) -> str:
    """Ask for one of some values; their first letters will do. "" = left open; default None = it must be answered."""

    def find(text: str) -> str:
        typed = text.strip().lower().replace("-", "_").replace(" ", "_")
        if default is not None and typed in ("_", _OPEN.replace(" ", "_")):
            return ""
        meant = [value for value in values if value == typed] or [one for one in values if one.startswith(typed)]
        if len(meant) != 1 or not typed:
            raise click.UsageError(fitted(f"{text!r}: expected {words}."))
        return meant[0]

    words = ", ".join(_plain(value) for value in values[:-1]) + f" or {_plain(values[-1])}"
    usual = None if default is None else default or _OPEN
    shown = fitted(f"{question} ({words})" + ("" if usual is None else f" [{_plain(usual)}]"), "  ")
    answer: str = click.prompt(shown, default=usual, show_default=False, value_proc=find, err=True)
    return answer


def _by_tapping(adapter: str | None, *, ask: bool) -> dict[str, str]:
    """Have somebody tap one shoe after the other."""
    from footdrop_imu.recording.sensors import run, scan_sensors, tell_by_tapping

    if not ask:
        raise click.UsageError(
            "Say which sensor is on which foot with --left and --right (footdrop scan shows the sensors)"
            ", or take those of the last time with --yes."
        )
    click.echo("Looking for sensors …", err=True)
    stop = threading.Event()
    seen: list[SeenSensor] = run(scan_sensors(_SCAN_S, adapter=adapter, stop=stop))
    if stop.is_set():
        raise click.Abort
    usable = [one for one in seen if one.profile is not None]
    if len(usable) == 1:
        one = usable[0]
        click.echo(fitted(f"Only one sensor is there: {one.name or one.address}."), err=True)
        return {f"{_choose('Which foot is it on', ('left', 'right'), None)}_foot": one.address}
    if not usable:
        refused = " ".join(one.refused for one in seen if one.refused)
        raise DeviceError(
            DeviceReason.NOT_FOUND,
            f"No sensor was found that can be used, among {len(seen)} Bluetooth devices. {refused} Wake the sensors "
            "(press their button or move them); footdrop scan --all shows what is there.",
        )
    names = ", ".join(one.name or one.address for one in usable)
    click.echo(fitted(f"Found: {names}. Lay both shoes down and wait until you are asked."), err=True)

    def say(segment: str) -> None:
        click.echo(f"Now tap the {segment.removesuffix('_foot').upper()} shoe a few times with your hand.", err=True)

    found = run(tell_by_tapping(usable, _FEET, ask=say, adapter=adapter))
    if len(found) < len(_FEET):
        raise click.Abort
    for segment, one in found.items():
        click.echo(f"{segment.replace('_', ' ').capitalize()}: {one.name or one.address}", err=True)
    click.prompt("Put the shoes on. Enter goes on", default="", show_default=False, prompt_suffix=" … ", err=True)
    return {segment: one.address for segment, one in found.items()}
