"""The nouns of exercising and of a person's course: prescriptions, log entries, events, a foot's motion.

Days are dates where the person lives (``Patient.time_zone``); instants are aware datetimes. Missing numbers are NaN,
missing days None, words that nobody said "". Nothing here loads numpy: the command line's choices are these lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from footdrop_imu.errors import SchemaError, SchemaReason

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from footdrop_imu.schema import BoolArray, Condition, FloatArray, Shoe

__all__ = [
    "AID_KINDS",
    "CAUSES",
    "CHAIR_LIFT_TEST",
    "CLINICAL_MEASURES",
    "EVENT_KINDS",
    "GOALS",
    "HELPER_SEES",
    "LEVELS",
    "LOG_SOURCES",
    "OUTCOMES",
    "RESTARTING_EVENTS",
    "SEVERITIES",
    "SIDES_OR_BOTH",
    "ClinicalEntry",
    "CountedRepetition",
    "CountedSet",
    "Helper",
    "LogEntry",
    "Motion",
    "OwnAid",
    "OwnShoe",
    "Patient",
    "PersonRecord",
    "PlanVersion",
    "Prescription",
    "TimelineEvent",
    "Walk",
]

CAUSES = ("peroneal_nerve", "nerve_root", "stroke", "multiple_sclerosis", "cerebral_palsy", "muscle_disease", "other")
"""Why the foot drops: the nerve at the fibular head, the root L4 to L5, the brain or spinal cord, the muscle."""
SEVERITIES = ("no_movement", "some_movement", "good_movement")
"""How far the foot can be lifted by the person alone; what a template of a plan is chosen by."""
GOALS = ("improve", "keep")
SIDES_OR_BOTH = ("left", "right", "both")
"""The side of a prescription, of a log entry, of a measure."""
LEVELS = ("passive", "assisted", "active", "loaded")
"""From least to most of the person's own work."""
OUTCOMES = ("done", "partly", "not_done", "excused")
LOG_SOURCES = ("patient", "clinician", "sensor")
EVENT_KINDS = (
    *("new_orthosis", "new_stimulator", "new_shoe", "injection", "relapse", "surgery", "illness"),
    *("fall", "near_fall", "red_flag", "review", "note"),
)
"""``red_flag``: a sign that needs medical help now; ``review``: a clinician or the person confirmed that it, or a fall,
was looked into."""
RESTARTING_EVENTS = (*EVENT_KINDS[:7], "fall")
"""After these a measure's course starts a new line: before and after are not one course."""
CLINICAL_MEASURES = {
    "dorsiflexor_strength_mrc": (0.0, 5.0),
    "ankle_range_deg": (-60.0, 60.0),
    "spasticity_mas": (0.0, 4.0),
    "walking_category_fac": (0.0, 5.0),
    "adherence_score": (0.0, 24.0),
}
"""What a clinician enters, with its lowest and highest value: Medical Research Council grade, greatest passive
dorsiflexion, modified Ashworth scale (1+ = 1.5), Functional Ambulation Category, a questionnaire's own score."""
CHAIR_LIFT_TEST = "chair_lift_test"
"""The activity of a walk record that is none: 30 s of lifting the foot on a chair."""
AID_KINDS = ("orthosis", "stimulator", "aid")
HELPER_SEES = ("steps", "exercises", "pain", "notes", "results")
"""What a helper may be shown; the first two without asking, the others when the person agreed."""


@dataclass(frozen=True)
class Patient:
    """A person in the store: a pseudonym and what bounds what may be expected. Closed lists: this module's constants.

    ``id`` a pseudonym, never a name. ``affected`` left, right, both or unknown. ``onset`` None = not said.
    ``primary_measure`` column of the stride table or of the chair lift test that is judged, chosen at the start; its
    side is ``primary_side`` ("" = the affected one). ``time_zone`` IANA name. ``answers``: what was answered to the
    questions that exercises ask (``rehab.cautions``), True = it is so; what was not asked is not there.
    """

    id: str
    affected: str = "unknown"
    cause: str = ""
    onset: date | None = None
    severity: str = ""
    goal: str = "improve"
    primary_measure: str = ""
    primary_side: str = ""
    nerve_regrowth: bool = False
    leg_length_m: float = float("nan")
    time_zone: str = "UTC"
    answers: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Prescription:
    """One exercise of a plan: sets x repetitions, or sets x holds of seconds, so often, from a day to a day.

    ``side`` left, right, both. ``repetitions`` a set (holds where ``hold_s`` is given), 0 = by time alone
    (``duration_s`` a session). ``times_a_day`` on each of ``weekdays`` (0 = Monday; () = any day), or
    ``times_a_week`` > 0 on days of the person's choice. ``end`` None = until the plan changes; both days included.
    ``cleared`` names what a clinician has lifted for this person: cautions of the exercise, and "supervision".
    """

    exercise: str
    side: str
    level: str = ""
    sets: int = 1
    repetitions: int = 0
    hold_s: float = float("nan")
    duration_s: float = float("nan")
    times_a_day: int = 1
    weekdays: tuple[int, ...] = ()
    times_a_week: int = 0
    start: date | None = None
    end: date | None = None
    note: str = ""
    cleared: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanVersion:
    """What is prescribed from a day on, until the next version begins. Old versions are never changed."""

    version: int
    start: date
    prescriptions: tuple[Prescription, ...]
    made_at: datetime
    author: str = ""
    note: str = ""


@dataclass(frozen=True)
class LogEntry:
    """What was done of one exercise, once; closed lists: this module's constants.

    ``id`` a UUID; ``replaces`` the id of the entry that this one corrects, "" = none (nothing is ever erased).
    ``at`` the instant that was said or measured; ``day`` its date where the person was. ``repetitions`` in all sets
    together; ``duration_s`` seconds of work (holds, balance, walking). ``pain`` and ``effort`` 0 to 10.
    """

    id: str
    exercise: str
    day: date
    at: datetime
    side: str = ""
    level: str = ""
    outcome: str = "done"
    reason: str = ""
    sets: int = 0
    repetitions: int = 0
    duration_s: float = float("nan")
    pain: float = float("nan")
    effort: float = float("nan")
    source: str = "patient"
    note: str = ""
    replaces: str = ""
    entered_at: datetime | None = None


@dataclass(frozen=True)
class TimelineEvent:
    """Something that changes what walks can be compared with, or a fall. ``kind`` of ``EVENT_KINDS``."""

    kind: str
    day: date
    note: str = ""
    id: str = ""


@dataclass(frozen=True)
class ClinicalEntry:
    """A clinician's own finding: ``measure`` of ``CLINICAL_MEASURES``, ``side`` "" where it has none."""

    measure: str
    value: float
    day: date
    side: str = ""
    author: str = ""
    note: str = ""
    id: str = ""


@dataclass(frozen=True)
class OwnShoe:
    """A shoe that a person owns, one side of it, as it is from a day on; ``name`` as the person calls it."""

    name: str
    shoe: Shoe
    valid_from: date


@dataclass(frozen=True)
class OwnAid:
    """An orthosis, stimulator or walking aid that a person has from a day to a day (both included, None = open).

    ``kind`` orthosis, stimulator or aid; ``word`` of that closed list of ``schema``; ``name`` as the person calls it.
    """

    kind: str
    word: str
    name: str = ""
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Walk:
    """A measured walk, or a chair lift test, as it is kept: facts, where its raw data are, what came of it.

    ``id`` the session's UUID; ``start`` ISO 8601 with offset (without one: the person's time zone). ``activity`` one
    of ``schema.ACTIVITIES`` or ``CHAIR_LIFT_TEST``. ``condition_key`` what compared walks have to share. ``folder``
    of the session; ``hashes`` SHA-256 by file. ``version`` and ``config_hash`` of the analysis, with its
    verdict ``quality`` and ``reasons``. ``affected``: which foot the session said drops, "" = not known.
    """

    id: str
    start: str
    activity: str = "walk"
    condition: Condition | None = None
    condition_key: str = ""
    folder: str = ""
    hashes: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    config_hash: str = ""
    quality: str = ""
    reasons: tuple[str, ...] = ()
    name: str = ""
    affected: str = ""


@dataclass(frozen=True)
class PersonRecord:
    """What is kept of a person up to a day: what a report of weeks is made of.

    ``plan`` every version that had begun; ``events`` in order of days; ``log`` ``columns_rehab.LOG_COLUMNS``;
    ``measures`` ``columns_rehab.WALK_MEASURE_COLUMNS``; ``walks`` in order of time; ``clinical`` a clinician's entries.
    ``entries`` (``LOG_ENTRY_COLUMNS``) those of the log that stand, for pain and effort; None = not asked for.
    """

    patient: Patient
    day: date
    plan: tuple[PlanVersion, ...]
    events: tuple[TimelineEvent, ...]
    log: pd.DataFrame
    measures: pd.DataFrame
    walks: tuple[Walk, ...]
    clinical: tuple[ClinicalEntry, ...] = ()
    entries: pd.DataFrame | None = None


@dataclass(frozen=True)
class CountedRepetition:
    """One repetition as the shoe sensor saw it; NaN where it could not be measured."""

    start_s: float
    range_deg: float = float("nan")
    hold_s: float = float("nan")
    lowering_s: float = float("nan")


@dataclass(frozen=True)
class CountedSet:
    """One set of an exercise that the shoe sensor counted. ``entry`` the id of its log entry, "" = none.

    ``id`` a UUID; ``session`` the recording's UUID, ``folder`` where it is; ``version`` of the program that counted.
    """

    id: str
    exercise: str
    side: str
    at: datetime
    day: date
    repetitions: tuple[CountedRepetition, ...]
    entry: str = ""
    session: str = ""
    folder: str = ""
    version: str = ""


@dataclass(frozen=True)
class Helper:
    """Someone who helps a person at home. ``sees`` of ``HELPER_SEES``: more than the first two is the person's choice.

    ``name`` a pseudonym or what the family calls them.
    """

    name: str
    sees: tuple[str, ...] = HELPER_SEES[:2]


@dataclass(frozen=True)
class Motion:
    """How one foot moved in an exercise, on the recording's own even grid; index k is time k / rate_hz.

    ``foot_pitch_deg``, ``foot_roll_deg``, ``foot_yaw_deg`` (n,): change from the posture at rest, toes up, inversion
    and toes outward positive, where the axes are known (``axes_known``); where they are not, pitch and roll are NaN.
    ``turn_deg`` (n, 3): the same turn as a rotation vector in a level frame of the resting sensor (x, y level, z up),
    with no knowledge of where the toes point. ``tilt_deg`` (n,): the angle between the vertical of now and of rest.
    ``valid`` (n,): False in gaps too long to trust. ``still`` (n,): the foot did not move.
    ``tilt_sd_deg``, ``yaw_sd_deg`` (n,): standard uncertainties; yaw's grows with the time from the nearest rest.
    ``notes``: sentences for the user.
    """

    segment: str
    rate_hz: float
    foot_pitch_deg: FloatArray
    foot_roll_deg: FloatArray
    foot_yaw_deg: FloatArray
    turn_deg: FloatArray
    tilt_deg: FloatArray
    valid: BoolArray
    still: BoolArray
    tilt_sd_deg: FloatArray
    yaw_sd_deg: FloatArray
    axes_known: bool
    clock_offset_s: float = 0.0
    notes: tuple[str, ...] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        count = self.tilt_deg.shape[0]
        for name in ("foot_pitch_deg", "foot_roll_deg", "foot_yaw_deg", "valid", "still", "tilt_sd_deg", "yaw_sd_deg"):
            if getattr(self, name).shape != (count,):
                raise SchemaError(
                    SchemaReason.WRONG_VALUE, f"{name} has shape {getattr(self, name).shape}, expected {(count,)}."
                )
        if self.turn_deg.shape != (count, 3):
            raise SchemaError(
                SchemaReason.WRONG_VALUE, f"turn_deg has shape {self.turn_deg.shape}, expected {(count, 3)}."
            )
