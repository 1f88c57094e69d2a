"""Who walked, when and how, as a reader is told it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from footdrop_imu.language import Translate, mark, spoken
from footdrop_imu.schema import Condition, Session, SessionResult

__all__ = ["condition_text", "start_text", "walk_facts"]

_CONDITION: Mapping[tuple[str, str], str] = {
    ("shoe", "own"): mark("own shoes"),
    ("shoe", "special"): mark("special shoes"),
    ("shoe", "barefoot"): mark("barefoot"),
    ("shoe", "other"): mark("shoe: other"),
    ("orthosis", "none"): mark("no orthosis"),
    ("orthosis", "light_brace"): mark("light brace"),
    ("orthosis", "ankle_foot_orthosis"): mark("ankle-foot orthosis"),
    ("orthosis", "knee_pad"): mark("knee pad"),
    ("orthosis", "other"): mark("orthosis: other"),
    ("stimulator", "none"): mark("no stimulator"),
    ("stimulator", "on"): mark("stimulator on"),
    ("stimulator", "off"): mark("stimulator off"),
    ("aid", "none"): mark("no aid"),
    ("aid", "stick"): mark("stick"),
    ("aid", "crutches"): mark("crutches"),
    ("aid", "walker"): mark("walker"),
    ("aid", "rail"): mark("handrail"),
    ("aid", "person"): mark("helped by a person"),
    ("aid", "other"): mark("aid: other"),
    ("surface", "hard"): mark("hard floor"),
    ("surface", "carpet"): mark("carpet"),
    ("surface", "grass"): mark("grass"),
    ("surface", "gravel"): mark("gravel"),
    ("surface", "treadmill"): mark("treadmill"),
    ("surface", "other"): mark("surface: other"),
    ("tiredness", "rested"): mark("rested"),
    ("tiredness", "usual"): mark("usual tiredness"),
    ("tiredness", "tired"): mark("tired"),
}
_ACTIVITIES: Mapping[str, str] = {
    "walk": mark("walk"),
    "treadmill_walk": mark("treadmill walk"),
    "ten_metre_walk": mark("ten-meter walk"),
    "two_minute_walk": mark("two-minute walk"),
    "six_minute_walk": mark("six-minute walk"),
    "stairs": mark("stairs"),
    "other": mark("other"),
}
_AFFECTED: Mapping[str, str] = {"left": mark("left"), "right": mark("right"), "both": mark("both sides")}


def condition_text(condition: Condition, translate: Translate) -> str:
    """Say how the person walked, from what was recorded and nothing else."""
    _ = translate
    words = []
    for key in ("shoe", "orthosis", "stimulator", "aid", "surface", "tiredness"):
        value = getattr(condition, key)
        if value:
            words.append(_(_CONDITION.get((key, value), spoken(value))))
    return ", ".join(words) or _("not recorded")


def start_text(start: str, translate: Translate) -> str:
    """Write an ISO 8601 time for a reader; what is not one is shown as it stands."""
    _ = translate
    try:
        moment = datetime.fromisoformat(start)
    except ValueError:
        return start or _("not recorded")
    return translate.moment(moment)


def walk_facts(
    result: SessionResult, session: Session, sides: tuple[str, ...], translate: Translate
) -> tuple[tuple[str, str], ...]:
    """Name and text of each fact, in the order of the page."""
    _ = translate
    counts = {side: _.number((result.strides["side"] == side).sum()) for side in sides}
    strides = _("left {left}, right {right}").format(**counts) if len(sides) == 2 else ", ".join(counts.values())
    facts = [
        (_("Person"), session.person.id or _("not named")),
        (_("When"), start_text(session.start, _)),
        (_("Activity"), _(_ACTIVITIES.get(session.activity, spoken(session.activity))) or _("not recorded")),
        (_("Condition"), condition_text(session.condition, _)),
        (_("Affected side"), _(_AFFECTED.get(session.person.affected, mark("not recorded")))),
        (_("Strides measured"), strides),
    ]
    if session.note:
        facts.append((_("Note"), session.note))
    return tuple(facts)
