"""Reports of drawn walks and people: whatever is missing, dropped or mixed up, a page comes out of it that is right."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from extreme_pages import checked, empty_parts, left_over, texts
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from made_people import AIDLESS, BRACED, DAILY, FIRST, LIFT, PERSON, course, entry, person, plan, walks

from footdrop_imu import analyze, read_session, sample_data_folder
from footdrop_imu.columns import STRIDE_COLUMNS
from footdrop_imu.language import Translate, translator
from footdrop_imu.report.model import report_json
from footdrop_imu.reporting import MadeReport, person_report, walk_report_of
from footdrop_imu.schema import Session, SessionResult
from footdrop_imu.schema_rehab import EVENT_KINDS, GOALS, OUTCOMES, Patient, PersonRecord, TimelineEvent
from footdrop_imu.tables import summary

SAYS = {language: translator(language) for language in ("en", "de")}
NUMBERS = [column.name for column in STRIDE_COLUMNS if column.type == "float64"]
DRAWN = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # a smaller example is not worth minutes of drawing pages
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def walk() -> tuple[SessionResult, Session]:
    session = read_session(sample_data_folder() / "before")
    return analyze(session), replace(session, streams=())


def right(made: MadeReport, *, drawn: bool) -> None:
    """Look at the words of a report, and at its page where it is ``drawn``."""
    report_json(made.report)
    assert empty_parts(made.report) == []
    assert [text for text in texts(made.report) if left_over(text)] == []
    if drawn:
        assert left_over(checked(made).page.text) == []


@given(data=st.data())
@settings(DRAWN, max_examples=15)
def test_a_walk_of_which_anything_may_be_missing(walk: tuple[SessionResult, Session], data: st.DataObject) -> None:
    result, session = walk
    seed = data.draw(st.integers(0, 1000))
    rng = np.random.default_rng(seed)
    count = len(result.strides)
    kept = np.sort(rng.permutation(count)[: data.draw(st.sampled_from([0, 1, 2, 7, count // 2, count]))])
    strides = result.strides.iloc[kept].reset_index(drop=True)
    missing = data.draw(st.lists(st.sampled_from(NUMBERS), max_size=6, unique=True))
    share = data.draw(st.sampled_from([0.3, 1.0]))
    for name in missing:
        strides[name] = strides[name].mask(rng.random(len(strides)) < share)
    if data.draw(st.booleans()):
        strides["side"] = rng.permutation(strides["side"].to_numpy())
    affected = data.draw(st.sampled_from(["left", "right", "both", "unknown"]))
    shown = {
        name: getattr(result.courses, name)[kept]
        for name in ("side", "stride", "foot_pitch_deg", "foot_roll_deg", "ankle_deg", "toe_height_m")
    }
    drags = result.summary.drags if data.draw(st.booleans()) else {}
    changed = replace(
        result,
        strides=strides,
        courses=replace(result.courses, **shown),
        summary=replace(summary(strides, result.rejected, affected), drags=drags),
    )
    told = replace(session, person=replace(session.person, affected=affected))
    right(walk_report_of(changed, told, drawn_say(data)), drawn=seed % 4 == 0)


def drawn_say(data: st.DataObject) -> Translate:
    return SAYS[data.draw(st.sampled_from(list(SAYS)))]


@st.composite
def people(draw: st.DrawFn) -> PersonRecord:
    """A person with any walks, plan, log and events."""
    count = draw(st.integers(0, 16))
    days = draw(st.integers(0, 60))
    measures = walks(
        course(LIFT, draw(st.floats(-20, 20)), draw(st.floats(-20, 20)), count),
        side=draw(st.sampled_from(["left", "right", "both"])),
        apart=draw(st.integers(1, 9)),
        used=draw(st.sampled_from([0, 3, 120])),
        quality=draw(st.sampled_from(["good", "usable", "poor", ""])),
        condition=draw(st.lists(st.sampled_from([AIDLESS, BRACED, ""]), min_size=count, max_size=count)),
    )
    if draw(st.booleans()):
        measures["value"] = measures["value"].mask(np.arange(len(measures)) % 3 == 0)
    exercises = st.sampled_from(["assisted_toe_raise", "ankle_alphabet", "nobody_knows_it"])
    felt = st.floats(0, 10) | st.just(float("nan"))
    log = [
        entry(
            FIRST + timedelta(days=draw(st.integers(0, days))),
            draw(exercises),
            outcome=draw(st.sampled_from(OUTCOMES)),
            pain=draw(felt),
            effort=draw(felt),
            id=f"entry-{place}",
        )
        for place in range(draw(st.integers(0, 6)))
    ]
    ends = st.sampled_from([None, FIRST])
    asked = [
        replace(DAILY, exercise=draw(exercises), times_a_week=draw(st.integers(0, 3)), end=draw(ends))
        for _ in range(draw(st.integers(0, 3)))
    ]
    known = Patient(
        "P07",
        draw(st.sampled_from(["left", "right", "both", "unknown"])),
        goal=draw(st.sampled_from(GOALS)),
        primary_measure=draw(st.sampled_from(["", LIFT, "walking_speed_mps", "cadence_spm"])),
    )
    events = [
        TimelineEvent(draw(st.sampled_from(EVENT_KINDS)), FIRST + timedelta(days=draw(st.integers(0, days))))
        for _ in range(draw(st.integers(0, 3)))
    ]
    return person(
        measures,
        patient=draw(st.sampled_from([PERSON, known])),
        versions=plan(*asked) if draw(st.booleans()) else (),
        log=log,
        events=sorted(events, key=lambda event: event.day),
        day=FIRST + timedelta(days=days),
    )


@given(record=people(), data=st.data())
@settings(DRAWN, max_examples=12)
def test_a_person_of_whom_anything_may_be_missing(record: PersonRecord, data: st.DataObject) -> None:
    for kind in ("progress", "patient"):
        made = person_report(kind, record, drawn_say(data))
        right(made, drawn=len(record.walks) % 5 == 0)
