"""What a person says about a walk, put over what its files say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from footdrop_imu.calibration import CalibrationChoice
    from footdrop_imu.schema import Mounting, Session, Shoe

__all__ = ["WalkFacts", "facts_from_json", "facts_to_json", "read_mountings", "with_facts"]

_WORDS = ("person", "affected", "activity", "place")
_NUMBERS = ("leg_length_m", "shoe_length_m", "shoe_length_sd_m", "belt_speed_mps")


@dataclass(frozen=True)
class WalkFacts:
    """What a user says about the walks; it goes before what the files say. Empty or NaN = nothing said.

    ``shoe_length_m`` and ``place`` hold for both shoes; ``mounting`` is a TOML file.
    ``drag_presses`` is a helper's file of key presses in the one walk, ``drag_teaching`` what an earlier walk's taught.
    ``calibration`` None: what is kept for a sensor is used.
    """

    person: str = ""
    affected: str = ""
    leg_length_m: float = float("nan")
    start: str = ""
    activity: str = ""
    condition: Mapping[str, str] = field(default_factory=dict)
    shoe_length_m: float = float("nan")
    shoe_length_sd_m: float = float("nan")
    place: str = ""
    mounting: Path | None = None
    belt_speed_mps: float = float("nan")
    drag_presses: Path | None = None
    drag_teaching: Path | None = None
    calibration: CalibrationChoice | None = None


def read_mountings(facts: WalkFacts) -> dict[str, Mounting]:
    """Read the mounting file that was named, by segment; none where none was.

    Raises
    ------
    FileFormatError
        It cannot be used.
    """
    if facts.mounting is None:
        return {}
    from footdrop_imu.files.mounting import read_mounting

    return read_mounting(facts.mounting)


def with_facts(session: Session, facts: WalkFacts, mountings: Mapping[str, Mounting]) -> Session:
    """Put what the user says over what the files say; ``mountings`` by segment, from ``read_mountings``."""
    person, condition = session.person, session.condition
    return replace(
        session,
        person=replace(
            person,
            id=facts.person or person.id,
            affected=facts.affected or person.affected,
            leg_length_m=facts.leg_length_m if isfinite(facts.leg_length_m) else person.leg_length_m,
        ),
        start=facts.start or session.start,
        activity=facts.activity or session.activity,
        condition=replace(condition, **facts.condition),
        shoes=_shoes(session, facts, mountings),
        belt_speed_mps=facts.belt_speed_mps if isfinite(facts.belt_speed_mps) else session.belt_speed_mps,
    )


def facts_to_json(facts: WalkFacts, mountings: Mapping[str, Mounting]) -> dict[str, Any]:
    """Write what was said of person, shoe and walk as JSON, for a capture to keep; what was not said is left out."""
    words = {name: getattr(facts, name) for name in _WORDS if getattr(facts, name)}
    numbers = {name: getattr(facts, name) for name in _NUMBERS if isfinite(getattr(facts, name))}
    known = {segment: _without_none(asdict(mounting)) for segment, mounting in mountings.items()}
    return {**words, **numbers, "condition": dict(facts.condition), "mounting": known}


def facts_from_json(document: Mapping[str, Any]) -> tuple[WalkFacts, dict[str, Mounting]]:
    """Read what ``facts_to_json`` wrote; keys of others are left alone."""
    from footdrop_imu.schema import Mounting

    said: dict[str, Any] = {name: str(document[name]) for name in _WORDS if name in document}
    said |= {name: float(document[name]) for name in _NUMBERS if name in document}
    facts = WalkFacts(**said, condition=dict(document.get("condition", {})))
    mountings = {
        segment: Mounting(**{key: _tuples(value) for key, value in known.items()})
        for segment, known in document.get("mounting", {}).items()
    }
    return facts, mountings


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def _shoes(session: Session, facts: WalkFacts, mountings: Mapping[str, Mounting]) -> tuple[Shoe, ...]:
    from footdrop_imu.schema import SIDES, Shoe

    said: dict[str, Any] = {}
    if isfinite(facts.shoe_length_m):
        said |= {"length_m": facts.shoe_length_m, "length_sd_m": facts.shoe_length_sd_m}
    if facts.place:
        said["place"] = facts.place
    known = {shoe.side: shoe for shoe in session.shoes}
    shoes = []
    for side in SIDES:
        mounting = mountings.get(f"{side}_foot")
        changes = said if mounting is None else {**said, "mounting": mounting}
        if changes or side in known:
            shoes.append(replace(known.get(side, Shoe(side)), **changes))
    return tuple(shoes)
