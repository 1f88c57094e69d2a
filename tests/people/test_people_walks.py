"""Walks kept in their person's course: once, as they are now, with what stands against them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from footdrop_imu.cli.main import main
from footdrop_imu.errors import SchemaError, StoreError
from footdrop_imu.files.sessions import ReadOptions
from footdrop_imu.language import translator
from footdrop_imu.people.courses import progress_of
from footdrop_imu.people.patients import add_patient, change_patient
from footdrop_imu.people.walks import disputed_walks, keep_walk, sides_differ, walk_record
from footdrop_imu.schema import Session, SessionResult
from footdrop_imu.store.database import Store
from footdrop_imu.store.walks import walks
from footdrop_imu.workflow import analyze_walks
from tests.people.conftest import MONDAY, PATIENT, berlin


@pytest.fixture(scope="module")
def analyzed(tmp_path_factory: pytest.TempPathFactory) -> tuple[SessionResult, Session]:
    folder = tmp_path_factory.mktemp("walks") / "walk"
    words = ["--foot-drop", "left", "--strides", "12", "--seed", "4", "--quiet", "--out", str(folder)]
    assert main(["simulate", "walk", *words]) == 0
    (outcome,) = analyze_walks([folder], ReadOptions(), write=False)
    assert outcome.result is not None
    assert outcome.session is not None
    person = replace(outcome.session.person, id="P07", affected="left")
    return outcome.result, replace(outcome.session, person=person, start="2026-03-02T10:00:00+01:00")


Analyzed = tuple[SessionResult, Session]


def test_a_walk_is_kept_once_and_where_it_is_now(planned: Store, analyzed: Analyzed) -> None:
    assert keep_walk(planned, *analyzed, Path("/walks/one")).outcome == "kept"
    assert keep_walk(planned, *analyzed, Path("/walks/one")).outcome == "as_before"
    assert keep_walk(planned, *analyzed, Path("/moved/one")).outcome == "kept"
    (walk,) = walks(planned, "P07")
    assert (walk.folder, walk.affected, walk.start) == ("/moved/one", "left", "2026-03-02T10:00:00+01:00")


def test_what_has_no_place_in_a_course(planned: Store, analyzed: Analyzed) -> None:
    result, session = analyzed
    stranger = keep_walk(planned, result, replace(session, person=replace(session.person, id="P70")))
    assert stranger.outcome == "unknown_person"
    assert "footdrop person add P70" in stranger.words
    with pytest.raises(SchemaError, match="Say it with --start"):
        keep_walk(planned, result, replace(session, start=""))
    assert walks(planned, "P07") == ()
    add_patient(planned, replace(PATIENT, id="P08"), berlin(MONDAY))
    keep_walk(planned, result, session)
    with pytest.raises(StoreError, match="of another person"):
        keep_walk(planned, result, replace(session, person=replace(session.person, id="P08")))


def test_a_poor_recording_is_kept_and_said_not_to_count(planned: Store, analyzed: Analyzed) -> None:
    result, session = analyzed
    poor = replace(result, quality=replace(result.quality, verdict="poor"))
    assert keep_walk(planned, poor, session) == ("kept", "Its quality is poor: it does not count in the comparison.")


def test_s5_sides_that_contradict_block_the_verdict_until_they_agree(planned: Store, analyzed: Analyzed) -> None:
    result, session = analyzed
    now = berlin(MONDAY + timedelta(days=1))
    wrong = replace(session, person=replace(session.person, affected="right"))
    assert "--affected left" in keep_walk(planned, result, wrong).words
    assert [walk.affected for walk in disputed_walks(planned, "P07", MONDAY)] == ["right"]
    assert disputed_walks(planned, "P07", MONDAY - timedelta(days=1)) == ()
    assert progress_of(planned, "P07", now, translator("en")).verdict.reason == "side_disputed"
    change_patient(planned, "P07", {"affected": "right"}, now)
    assert progress_of(planned, "P07", now, translator("en")).verdict.reason == "few_days"
    change_patient(planned, "P07", {"affected": "left"}, now)
    keep_walk(planned, result, session)
    assert progress_of(planned, "P07", now, translator("en")).verdict.reason == "few_days"


@pytest.mark.parametrize(("said", "known"), [("both", "left"), ("unknown", "left"), ("left", "both"), ("", "right")])
def test_only_one_foot_against_the_other_is_a_contradiction(analyzed: Analyzed, said: str, known: str) -> None:
    walk = replace(walk_record(*analyzed), affected=said)
    assert not sides_differ(replace(PATIENT, affected=known), walk)
