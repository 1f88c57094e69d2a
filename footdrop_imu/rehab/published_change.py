"""Published changes of walking tests: what is beyond error in a group, and what people in a group noticed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import inf

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.lines import Line
from footdrop_imu.rehab.progress_words import Said, say
from footdrop_imu.schema_rehab import Patient

__all__ = ["PUBLISHED", "TIMED", "PublishedChange", "published_changes", "published_sentences"]

TIMED = "test_speed_mps"
SUBACUTE_DAYS = 183


@dataclass(frozen=True)
class PublishedChange:
    """A change of ``measure`` in its own unit, or as a share of the first value where ``relative``.

    ``cause`` whom it is of; ``subacute`` within six months of the stroke only, None = at any time. It holds for first
    speeds from ``low_mps`` up to ``high_mps``. ``detectable``: beyond error, else smallest change people notice.
    """

    measure: str
    cause: str
    value: float
    words: str
    source: str
    doi: str
    low_mps: float = 0.0
    high_mps: float = inf
    subacute: bool | None = None
    relative: bool = False
    detectable: bool = True


_DETECTABLE = mark("smallest change beyond error after stroke, at this speed")
_NOTICED = mark("smallest change that mattered, in the first months after stroke")
_LEWEK = (mark("Lewek and Sykes 2019, 76 people"), "10.1097/NPT.0000000000000257")
_HOSOI = (mark("Hosoi et al. 2023, 84 people"), "10.3389/fneur.2023.1219505")

PUBLISHED: tuple[PublishedChange, ...] = (
    PublishedChange(TIMED, "stroke", 0.10, _DETECTABLE, *_LEWEK, 0.0, 0.4, subacute=False),
    PublishedChange(TIMED, "stroke", 0.15, _DETECTABLE, *_LEWEK, 0.4, 0.8, subacute=False),
    PublishedChange(TIMED, "stroke", 0.18, _DETECTABLE, *_LEWEK, 0.8, inf, subacute=False),
    PublishedChange(TIMED, "stroke", 0.05, _DETECTABLE, *_HOSOI, 0.0, 0.4),
    PublishedChange(TIMED, "stroke", 0.11, _DETECTABLE, *_HOSOI, 0.4, 0.8),
    PublishedChange(TIMED, "stroke", 0.21, _DETECTABLE, *_HOSOI, 0.8, inf),
    PublishedChange(
        *(TIMED, "stroke", 0.13, _NOTICED, mark("Bohannon et al. 2013, 35 inpatients"), "10.1589/jpts.25.1223"),
        subacute=True,
        detectable=False,
    ),
    PublishedChange(
        *(
            TIMED,
            "stroke",
            0.16,
            _NOTICED,
            mark("Tilson et al. 2010, 283 people, 20 to 60 days"),
            "10.2522/ptj.20090079",
        ),
        subacute=True,
        detectable=False,
    ),
    PublishedChange(
        *(TIMED, "multiple_sclerosis", 0.20, mark("change of a fifth that mattered in multiple sclerosis")),
        *(mark("Hobart et al. 2013, 533 people"), "10.1212/WNL.0b013e31828cf7f3"),
        relative=True,
        detectable=False,
    ),
)
"""Of timed walks only. Nothing is published for peroneal palsy, root compression, angles of the foot or clearance."""


def published_changes(patient: Patient, baseline_mps: float, day: date) -> tuple[PublishedChange, ...]:
    """Find what is published for a person like this one, at this first speed, on this day."""
    subacute = patient.onset is not None and (day - patient.onset).days <= SUBACUTE_DAYS
    return tuple(
        one
        for one in PUBLISHED
        if one.cause == patient.cause
        and one.low_mps <= baseline_mps < one.high_mps
        and (one.subacute is None or (patient.onset is not None and one.subacute == subacute))
    )


def published_sentences(patient: Patient, line: Line, day: date, translate: Translate) -> list[Said]:
    """Set a compared line beside what is published; only a timed walk is held against it."""
    if line.measure not in (TIMED, "walking_speed_mps"):
        return []
    said = []
    for one in published_changes(patient, line.baseline, day):
        value = one.value * (line.baseline if one.relative else 1.0)
        what = translate(one.words)
        if line.measure == TIMED:
            more = "more" if abs(line.change) > value else "not more"
            numbers = {"value": value, "change": line.change}
            said.append(say("published", translate, TIMED, what=what, source=one.source, more=more, **numbers))
        else:
            said.append(say("published_other", translate, TIMED, what=what, source=one.source, value=value))
    return said
