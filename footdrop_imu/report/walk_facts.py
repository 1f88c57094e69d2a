"""Who walked, when and how, as a reader is told it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.condition_words import activity_words, setting_words
from footdrop_imu.schema import Condition, Session, SessionResult

__all__ = ["condition_text", "start_text", "walk_facts"]

_AFFECTED: Mapping[str, str] = {"left": mark("left"), "right": mark("right"), "both": mark("both sides")}


def condition_text(condition: Condition, translate: Translate) -> str:
    """Say how the person walked, from what was recorded and nothing else; "" where nothing was."""
    _ = translate
    words = []
    for key in ("shoe", "orthosis", "stimulator", "aid", "surface", "tiredness"):
        value = getattr(condition, key)
        if value.strip():
            words.append(setting_words(key, value, _))
    return ", ".join(words)


def start_text(start: str, translate: Translate) -> str:
    """Write an ISO 8601 time for a reader; what is not one is shown as it stands."""
    _ = translate
    try:
        moment = datetime.fromisoformat(start)
    except ValueError:
        return start.strip()
    return translate.moment(moment)


def walk_facts(
    result: SessionResult, session: Session, sides: tuple[str, ...], translate: Translate
) -> tuple[tuple[str, str], ...]:
    """Name and text of each fact, in the order of the page; what was not recorded is named in one."""
    _ = translate
    counts = {side: _.number((result.strides["side"] == side).sum()) for side in sides}
    strides = _("left {left}, right {right}").format(**counts) if len(sides) == 2 else ", ".join(counts.values())
    affected = _AFFECTED.get(session.person.affected)
    facts = [
        (_("Person"), session.person.id.strip()),
        (_("When"), start_text(session.start, _)),
        (_("Activity"), activity_words(session.activity, _).strip()),
        (_("Condition"), condition_text(session.condition, _)),
        (_("Affected side"), _(affected) if affected else ""),
    ]
    told = [fact for fact in facts if fact[1]]
    told.append((_("Strides measured"), strides))
    if missing := ", ".join(name for name, text in facts if not text):
        told.append((_("Not recorded"), missing))
    if session.note.strip():
        told.append((_("Note"), session.note))
    return tuple(told)
