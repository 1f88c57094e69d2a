"""How walks were made, as people say it: shoes, braces, aids, floor, and what kind of walk it was."""

from __future__ import annotations

from collections.abc import Mapping

from footdrop_imu.language import Translate, mark, spoken

__all__ = ["activity_words", "condition_name", "condition_words", "setting_words"]

_NAMES: Mapping[str, str] = {
    "shoe": mark("shoe"),
    "orthosis": mark("orthosis"),
    "stimulator": mark("stimulator"),
    "aid": mark("aid"),
    "surface": mark("surface"),
    "tiredness": mark("tiredness"),
    "activity": mark("kind of walk"),
}
_SETTINGS: Mapping[str, Mapping[str, str]] = {
    "shoe": {
        "own": mark("own shoes"),
        "special": mark("special shoes"),
        "barefoot": mark("barefoot"),
        "other": mark("other shoes"),
    },
    "orthosis": {
        "none": mark("no orthosis"),
        "light_brace": mark("light brace"),
        "ankle_foot_orthosis": mark("ankle foot orthosis"),
        "knee_pad": mark("knee pad"),
        "other": mark("another orthosis"),
    },
    "stimulator": {
        "none": mark("no stimulator"),
        "off": mark("stimulator off"),
        "on": mark("stimulator on"),
    },
    "aid": {
        "none": mark("no walking aid"),
        "stick": mark("stick"),
        "crutches": mark("crutches"),
        "walker": mark("walker"),
        "rail": mark("handrail"),
        "person": mark("helped by a person"),
        "other": mark("another walking aid"),
    },
    "surface": {
        "hard": mark("hard floor"),
        "carpet": mark("carpet"),
        "grass": mark("grass"),
        "gravel": mark("gravel"),
        "treadmill": mark("treadmill"),
        "other": mark("another floor"),
    },
    "tiredness": {
        "rested": mark("rested"),
        "usual": mark("usual tiredness"),
        "tired": mark("tired"),
    },
}
_ACTIVITIES: Mapping[str, str] = {
    "walk": mark("walk"),
    "treadmill_walk": mark("walk on a treadmill"),
    "ten_metre_walk": mark("ten meter walk"),
    "two_minute_walk": mark("two minute walk"),
    "six_minute_walk": mark("six minute walk"),
    "stairs": mark("stairs"),
    "other": mark("other activity"),
    "chair_lift_test": mark("chair lift test"),
}


def condition_name(key: str, translate: Translate) -> str:
    """Name what may differ between walks, such as the shoe; ``activity`` too."""
    return translate(_NAMES.get(key) or spoken(key))


def setting_words(key: str, setting: str, translate: Translate) -> str:
    """Name a setting as people do: "no orthosis" for the orthosis "none"; one of a clinic's own stays as it is."""
    return translate(_SETTINGS.get(key, {}).get(setting) or spoken(setting))


def condition_words(condition: str, translate: Translate) -> str:
    """Say how walks were made, from what they share (``aid=stick;orthosis=none``): "stick, no orthosis"."""
    pairs = [part.partition("=") for part in condition.split(";") if part]
    return ", ".join(setting_words(key, setting, translate) for key, _, setting in pairs)


def activity_words(activity: str, translate: Translate) -> str:
    """Say what kind of walk it was."""
    return translate(_ACTIVITIES.get(activity) or spoken(activity))
