"""What goes with an orthosis, a stimulator or a walking aid, of days with and without it that came by turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from footdrop_imu.rehab.measures import COMPENSATIONS, measure_facts
from footdrop_imu.rehab.two_conditions import two_conditions

if TYPE_CHECKING:
    from footdrop_imu.rehab.lines import Line
    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.schema_rehab import PersonRecord

__all__ = ["AIDS", "WithAid", "kind_of_walks", "with_aid"]

AIDS = ("orthosis", "stimulator", "aid")
_OFF = ("none", "off")
_LATEST_WALKS = 60
"""What goes with an aid is told of the latest walks: how it is now, and the comparison of years would take minutes."""


@dataclass(frozen=True)
class WithAid:
    """The judged measure with and without an aid, and the difference with its 95 % interval, in the measure's unit.

    ``key`` is one of `AIDS`, ``worn`` its value where it was worn or on.
    """

    key: str
    worn: str
    with_it: float
    without_it: float
    change: float
    low: float
    high: float


def kind_of_walks(record: PersonRecord, line: Line | None) -> tuple[str, bool]:
    """Say which aid the person's walks differ in, and whether it was worn in the judged ones; ("", False) = in none."""
    if line is None or not line.day.shape[0]:
        return "", False
    own = _parts(line.condition)
    others = [_parts(str(text)) for text in record.measures["condition"].unique()]
    for key in AIDS:
        if key in own and len({one[key] for one in others if key in one}) > 1:
            return key, own[key] not in _OFF
    return "", False


def with_aid(found: Progress, record: PersonRecord, key: str) -> WithAid | None:
    """Compare the judged measure with the aid against without; None where it is not clearly better with it.

    None too where the days did not come by turns, or where the whole leg helps more with the aid.

    Parameters
    ----------
    found, record
        The person's progress and what it was made of.
    key
        Of `AIDS`, or "": nothing is compared.
    """
    measure = found.verdict.measure
    values = {_parts(str(text)).get(key, "") for text in record.measures["condition"].unique()} if key else set()
    worn, off = sorted(values - {*_OFF, ""}), sorted(values & set(_OFF))
    if len(worn) != 1 or len(off) != 1 or found.verdict.reason == "side_disputed":
        return None
    walks = record.measures.drop_duplicates("walk").sort_values("day")["walk"].tail(_LATEST_WALKS)
    compared = two_conditions(
        record.measures[record.measures["walk"].isin(walks)],
        [event for event in record.events if event.day <= found.day],
        measure,
        key,
        (worn[0], off[0]),
        record.patient.affected,
        side=found.verdict.side,
    ).bench
    helped = any((worn[0], off[0]) in pairs for name, pairs in compared.compensation.items() if name in COMPENSATIONS)
    if compared.reason or helped:
        return None
    for one in compared.differences:
        turn = 1.0 if one.first == worn[0] else -1.0
        change = turn * one.difference.value
        if one.differs and change * measure_facts(measure).direction > 0:
            low, high = sorted((turn * one.difference.low, turn * one.difference.high))
            levels = compared.level
            return WithAid(key, worn[0], levels[worn[0]].value, levels[off[0]].value, change, low, high)
    return None


def _parts(condition: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in condition.split(";") if "=" in part)
