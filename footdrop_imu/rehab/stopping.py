"""When an exercise ends early: pain, dizziness, pain in the chest; and what becomes of its log entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from footdrop_imu.language import mark
from footdrop_imu.schema_rehab import LogEntry

__all__ = ["LEAST_STOPPING_PAIN", "LEAST_STOPPING_RISE", "STOP_SIGNS", "STOP_WORDS", "settled", "stop_reason"]

LEAST_STOPPING_PAIN = 4.0
"""Pain, 0 to 10, that ends an exercise."""
LEAST_STOPPING_RISE = 2.0
"""Rise of pain since the exercise began that ends it."""

STOP_SIGNS = (
    mark("Pain is 4 or more on a scale from 0 to 10."),
    mark("Pain is 2 or more above what it was at the start."),
    mark("You are dizzy."),
    mark("Your chest hurts."),
)
"""The same in words, to be read before one begins."""

STOP_WORDS: Mapping[str, str] = {
    "pain": mark("Stop here and rest. It hurts too much to go on. Tell your therapist."),
    "dizziness": mark("Stop here and sit down. Wait until you are no longer dizzy. Tell your therapist."),
    "chest_pain": mark(
        "Stop here and sit down. If the pain in the chest does not go away at once, call for medical help now. "
        "Tell your therapist."
    ),
}
"""What is said when an exercise ends early, by what goes into ``LogEntry.reason``."""


def stop_reason(
    pain: float, *, pain_at_start: float = float("nan"), dizziness: bool = False, chest_pain: bool = False
) -> str:
    """Say why an exercise has to end now: chest_pain, dizziness or pain, "" = it may go on.

    Parameters
    ----------
    pain, pain_at_start
        0 to 10; NaN = not said, which ends nothing.
    dizziness, chest_pain
        Whether the person named them.
    """
    if chest_pain:
        return "chest_pain"
    if dizziness:
        return "dizziness"
    return "pain" if pain >= LEAST_STOPPING_PAIN or pain - pain_at_start >= LEAST_STOPPING_RISE else ""


def settled(
    entry: LogEntry, *, pain_at_start: float = float("nan"), dizziness: bool = False, chest_pain: bool = False
) -> tuple[LogEntry, str]:
    """Make an entry excused where pain, dizziness or chest pain ended the exercise.

    What was done stays in it.

    Returns
    -------
    tuple[LogEntry, str]
        The entry to keep, and what to say to the person, "" = nothing.
    """
    reason = stop_reason(entry.pain, pain_at_start=pain_at_start, dizziness=dizziness, chest_pain=chest_pain)
    if not reason:
        return entry, ""
    return replace(entry, outcome="excused", reason=reason), STOP_WORDS[reason]
