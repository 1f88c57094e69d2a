"""Templates: drafts from the sources' doses that a clinician must finish."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.exercises import load_exercises
from footdrop_imu.rehab.plan import new_version
from footdrop_imu.rehab.plan_file import PlanDraft, read_plan
from footdrop_imu.rehab.plan_templates import template, template_draft, template_text
from footdrop_imu.schema_rehab import CAUSES, SEVERITIES, Patient, PlanVersion

CATALOGUE = load_exercises()
MONDAY = date(2026, 3, 2)


def prescribe(draft: PlanDraft, cause: str = "peroneal_nerve", author: str = "K. Weiss") -> PlanVersion:
    return new_version(
        [],
        draft.prescriptions,
        start=MONDAY,
        made_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        author=author,
        today=MONDAY,
        catalogue=CATALOGUE,
        patient=Patient("P-1", affected="left", cause=cause),
    )


def filled(draft: PlanDraft) -> PlanDraft:
    """As a clinician would: every gap, nothing else."""
    return draft._replace(
        prescriptions=tuple(
            replace(one, repetitions=one.repetitions or 10, times_a_day=one.times_a_day or 1)
            for one in draft.prescriptions
        )
    )


@pytest.mark.parametrize("severity", SEVERITIES)
def test_a_draft_is_refused_until_a_clinician_has_filled_it_and_signed(severity: str) -> None:
    draft = template_draft(severity, "left", CATALOGUE)
    assert draft.prescriptions
    assert (draft.author, draft.start) == ("", None)
    with pytest.raises(ExerciseError) as caught:
        prescribe(draft)
    assert caught.value.reason is ExerciseReason.WRONG_VALUE
    with pytest.raises(ExerciseError, match="no author"):
        prescribe(filled(draft), author=draft.author)
    assert len(prescribe(filled(draft)).prescriptions) == len(draft.prescriptions)


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("cause", ["", *CAUSES])
def test_no_caution_of_any_cause_forbids_a_draft(severity: str, cause: str) -> None:
    prescribe(filled(template_draft(severity, "right", CATALOGUE)), cause)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_no_exercise_of_a_draft_needs_a_helper(severity: str) -> None:
    for line in template(severity).exercises:
        assert CATALOGUE[line.exercise].supervision == "alone"
        assert CATALOGUE[line.exercise].cautions == ()
    for line in template(severity).consider:
        assert CATALOGUE[line.exercise].supervision == "alone"
        assert CATALOGUE[line.exercise].cautions


@pytest.mark.parametrize("severity", SEVERITIES)
def test_every_number_of_a_draft_is_the_sources(severity: str) -> None:
    lines = template(severity).exercises
    for line, prescription in zip(lines, template_draft(severity, "left", CATALOGUE).prescriptions, strict=True):
        exercise = CATALOGUE[line.exercise]
        assert line.level in exercise.levels
        (dose,) = [dose for dose in exercise.doses if dose.source == line.source]
        assert prescription.repetitions == (dose.repetitions[0] if dose.repetitions else 0)
        assert prescription.sets == (dose.sets[0] if dose.sets else 1)
        assert prescription.times_a_day == (dose.times_a_day[0] if dose.times_a_day else 0)
        assert repr(prescription.hold_s) == repr(dose.hold_s)
        assert prescription.times_a_week == 0
    for line in template(severity).consider:
        assert line.level in CATALOGUE[line.exercise].levels
        assert line.source in {dose.source for dose in CATALOGUE[line.exercise].doses}


def test_the_levels_follow_the_severity() -> None:
    def levels(severity: str) -> set[str]:
        chosen = template(severity)
        return {line.level for line in (*chosen.exercises, *chosen.consider)}

    assert levels("no_movement") == {"passive"}
    assert "loaded" in levels("good_movement")
    assert "loaded" not in levels("some_movement")
    assert {CATALOGUE[line.exercise].group for line in template("good_movement").exercises} >= {"strength", "gait"}


def test_worked_examples_from_the_sources() -> None:
    some = {one.exercise: one for one in template_draft("some_movement", "left", CATALOGUE).prescriptions}
    eversion = some["ankle_eversion"]
    assert (eversion.side, eversion.repetitions, eversion.times_a_day) == ("left", 10, 2)
    good = {one.exercise: one for one in template_draft("good_movement", "left", CATALOGUE).prescriptions}
    hip = good["hip_rotation_slide"]
    assert (hip.side, hip.sets, hip.repetitions, hip.times_a_day) == ("both", 2, 10, 0)
    assert (good["walking"].repetitions, good["walking"].times_a_day) == (0, 0)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_the_text_of_a_draft_is_a_plan_file_of_it(severity: str, tmp_path: Path) -> None:
    text = template_text(severity, "left", CATALOGUE)
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    assert repr(read_plan(path)) == repr(template_draft(severity, "left", CATALOGUE))
    assert "fill in" in text
    # every exercise to consider can be added by taking the remark signs away, and is still refused
    added = "\n".join(
        line.removeprefix("# ") if line.startswith("# [[") or " = " in line.partition(":")[0] else line
        for line in text.splitlines()
    )
    path.write_text(added, encoding="utf-8")
    draft = filled(read_plan(path))
    assert len(draft.prescriptions) == len(template(severity).exercises) + len(template(severity).consider)
    with pytest.raises(ExerciseError) as caught:
        prescribe(draft)
    assert caught.value.reason in (ExerciseReason.NEEDS_ANSWER, ExerciseReason.NEEDS_CLINICIAN, ExerciseReason.UNFIT)


def test_a_severity_or_a_side_that_is_none_is_refused() -> None:
    with pytest.raises(ExerciseError, match="no_movement, some_movement, good_movement"):
        template("severe")
    for make in (template_draft, template_text):
        with pytest.raises(ExerciseError, match="left, right or both"):
            make("no_movement", "unknown", CATALOGUE)
