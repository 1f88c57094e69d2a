"""Walks against walks: two times, two feet, from recordings or from the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.rehab.before_after import before_after
from footdrop_imu.rehab.compared import TimesCompared, compared_walks
from footdrop_imu.rehab.comparison_words import tell
from footdrop_imu.rehab.condition_words import condition_name
from footdrop_imu.rehab.progress_words import Said
from footdrop_imu.rehab.two_times import two_times
from footdrop_imu.schema_rehab import Patient
from footdrop_imu.walk_measures import condition_key, walk_id, walk_measure_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from footdrop_imu.language import Translate
    from footdrop_imu.rehab.before_after import BeforeAfter
    from footdrop_imu.schema import Session, SessionResult

__all__ = ["LEAD_MEASURE", "Recorded", "compare_times", "measures_of", "names_of", "setting_of", "who_walked"]

LEAD_MEASURE = "foot_pitch_mid_swing_deg"
"""What is judged where nobody chose."""
Recorded = tuple["SessionResult", "Session"]
"""A walk as it was analyzed, and its session without streams."""


def who_walked(walks: Sequence[Recorded], measure: str = "") -> Patient:
    """Give the one person of these walks, as far as the recordings say who it was.

    Raises
    ------
    FileFormatError
        ``NOT_ALIKE``: two people, or two affected sides.
    """
    said = {
        "person": {session.person.id for _, session in walks} - {""},
        "affected side": {session.person.affected for _, session in walks} - {"unknown", ""},
    }
    for what, found in said.items():
        if len(found) > 1:
            raise FileFormatError(
                FileReason.NOT_ALIKE,
                f"These walks say different things of the {what}: {', '.join(sorted(found))}. Compare walks of one "
                "person, or say with --person and --affected what holds for all.",
            )
    one = {what: next(iter(found), "") for what, found in said.items()}
    return Patient(one["person"], one["affected side"] or "unknown", primary_measure=measure or LEAD_MEASURE)


def measures_of(walks: Sequence[Recorded]) -> pd.DataFrame:
    """Put the measures of recorded walks into one table, ``columns_rehab.WALK_MEASURE_COLUMNS``; the day may be NaT.

    Raises
    ------
    FileFormatError
        ``NOT_ALIKE``: the same recording twice.
    """
    import pandas as pd

    tables = [walk_measure_rows(result, session, day_needed=False) for result, session in walks]
    seen: set[str] = set()
    for result, session in walks:
        if walk_id(session) in seen:
            raise FileFormatError(
                FileReason.NOT_ALIKE, f"The recording {result.session} is there twice. Name each walk once."
            )
        seen.add(walk_id(session))
    return pd.concat(tables, ignore_index=True)


def names_of(walks: Sequence[Recorded]) -> dict[str, str]:
    """Names of recorded walks by their ids."""
    return {walk_id(session): result.session for result, session in walks}


def setting_of(condition: str, key: str) -> str:
    """Read one key of a condition written as ``walk_measures.condition_key`` does; "" = not said."""
    return dict(part.split("=", 1) for part in condition.split(";") if part).get(key, "")


def compare_times(
    before: Sequence[Recorded], after: Sequence[Recorded], translate: Translate, *, measure: str = ""
) -> TimesCompared:
    """Compare recorded walks before with recorded walks after.

    Parameters
    ----------
    before, after
        Walks of one person, one or more each.
    translate
        Gives a text in the reader's language, see ``language.translator``.
    measure
        What is judged; "" = ``LEAD_MEASURE``.

    Raises
    ------
    FileFormatError
        ``NOT_ALIKE``: walks of two people, a recording twice, or walks after that are older than those before.
    """
    patient = who_walked([*before, *after], measure)
    both = measures_of([*before, *after])
    is_earlier = both["walk"].isin([walk_id(session) for _, session in before])
    earlier, later = both[is_earlier], both[~is_earlier]
    last, first = earlier["day"].max(), later["day"].min()
    if later["day"].max() < earlier["day"].min() or last > first:
        raise FileFormatError(
            FileReason.NOT_ALIKE,
            f"Walks before go on to {last:%Y-%m-%d}, walks after begin on {first:%Y-%m-%d}. Name the earlier time "
            "first, and all of it.",
        )
    dated = bool(both["day"].notna().all())
    judged = before_after(patient, earlier, later, translate) if dated and last < first else None
    names = [tuple(result.session for result, _ in walks) for walks in (before, after)]
    sentences = _times_said(before, after, earlier, later, judged, dated=dated, translate=translate)
    times = {walk_id(session): time for time, own in (("before", before), ("after", after)) for _, session in own}
    poor = dict.fromkeys(both.loc[both["quality"] == "poor", "walk"], "quality")
    walks = compared_walks(both, patient.primary_measure, names_of([*before, *after]), times, poor)
    return TimesCompared(patient, names[0], names[1], judged, two_times(earlier, later), walks, sentences)


def _times_said(
    before: Sequence[Recorded],
    after: Sequence[Recorded],
    earlier: pd.DataFrame,
    later: pd.DataFrame,
    judged: BeforeAfter | None,
    *,
    dated: bool,
    translate: Translate,
) -> tuple[Said, ...]:
    said: list[Said] = []
    days = [float(walks.loc[walks["quality"] == "good", "day"].nunique()) for walks in (earlier, later)]
    if not dated:
        said.append(tell("undated", translate))
    elif judged is None:
        said.append(tell("same_day", translate))
    elif judged.verdict.code != "not_known" or judged.verdict.reason not in ("few_days", "nothing_measured"):
        said += judged.verdict.sentences
    else:
        said.append(tell("few_days", translate, before=days[0], after=days[1]))
    keys = [{condition_key(session.condition) for _, session in walks} for walks in (before, after)]
    if keys[0] != keys[1]:
        said.append(tell("conditions", translate, detail=_differing(keys[0] | keys[1], translate)))
    for quality, code in (("poor", "poor"), ("usable", "usable")):
        names = [result.session for result, _ in (*before, *after) if result.quality.verdict == quality]
        if names:
            said.append(tell(code, translate, names=", ".join(names)))
    if judged is not None:
        said += [one for one in judged.sentences if one.code != "cannot_tell"]
    return (*said, tell("beside", translate))


def _differing(keys: set[str], translate: Translate) -> str:
    """Name what differs between conditions: ``orthosis``."""
    conditions = [dict(part.split("=", 1) for part in key.split(";") if part) for key in keys]
    names = sorted({name for one in conditions for name in one})
    return ", ".join(
        condition_name(name, translate) for name in names if len({one.get(name, "") for one in conditions}) > 1
    )
