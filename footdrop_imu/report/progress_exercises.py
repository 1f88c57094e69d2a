"""What was exercised: each exercise of the plan, what was done beside it, how it felt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.adherence import overall
from footdrop_imu.rehab.plan import in_effect
from footdrop_imu.rehab.plan_words import dose_words, side_words, title_words
from footdrop_imu.report.model import Table
from footdrop_imu.report.person_words import fit, percent
from footdrop_imu.report.progress_calendar import RecentWork

if TYPE_CHECKING:
    import pandas as pd

    from footdrop_imu.rehab.exercises import Exercise
    from footdrop_imu.schema_rehab import PersonRecord

__all__ = [
    "LATEST_WEEKS",
    "SharesDone",
    "also_done_table",
    "exercise_table",
    "felt_table",
    "shares_done",
]

LATEST_WEEKS = 4
_WHY: Mapping[str, str] = {
    "not_prescribed": mark("not in the plan"),
    "other_level": mark("at another level"),
    "other_side": mark("on the other side"),
}


class SharesDone(NamedTuple):
    """Rows of ``adherence.overall`` by exercise, "" = all together: of the whole time, and of the latest weeks."""

    whole: Mapping[str, Any]
    latest: Mapping[str, Any]


def shares_done(weeks: pd.DataFrame) -> SharesDone:
    """Put the weeks of ``Progress.weeks`` together: all of them, and the last `LATEST_WEEKS`."""
    if not len(weeks):
        return SharesDone({}, {})
    recent = (weeks["week"] > weeks["week"].max() - np.timedelta64(7 * LATEST_WEEKS, "D")).to_numpy()
    return SharesDone(_put_together(weeks), _put_together(weeks[recent]))


def _put_together(weeks: pd.DataFrame) -> Mapping[str, Any]:
    if not (weeks["state"] != "not_begun").any():
        return {}
    return {str(row.exercise): row for row in overall(weeks).itertuples()}


def exercise_table(
    done: SharesDone, record: PersonRecord, catalogue: Mapping[str, Exercise], translate: Translate
) -> Table | None:
    """Tell of each exercise that was ever due what is prescribed now and how much of it was done; None = none was."""
    _ = translate
    whole, latest = done
    version = in_effect(record.plan, record.day)
    now: dict[str, list[str]] = defaultdict(list)
    for one in () if version is None else version.prescriptions:
        held = (one.start is None or one.start <= record.day) and (one.end is None or one.end >= record.day)
        if held:
            now[one.exercise].append(dose_words(one, translate))
    past = [exercise for exercise in whole if exercise and exercise not in now]
    rows = [
        (
            fit(title_words(exercise, catalogue, translate)),
            "; ".join(now[exercise]) if exercise in now else _("no longer in the plan"),
            _done_words(whole.get(exercise), translate),
            _done_words(latest.get(exercise), translate),
        )
        for exercise in (*now, *past)
    ]
    if not rows:
        return None
    if "" in whole:
        rows.append((_("All together"), "", _done_words(whole[""], translate), _done_words(latest.get(""), translate)))
    head = (
        _("Exercise"),
        _("The plan now"),
        _("Done, the whole time"),
        _("Done, the last {count} weeks").format(count=LATEST_WEEKS),
    )
    return Table(head, tuple(rows), _("Done of what was due; excused days are left out"))


def _done_words(row: Any, translate: Translate) -> str:
    _ = translate
    if row is None or row.adherence != row.adherence:
        return "–"
    words = _("{percent} ({done} of {due} days)").format(
        percent=percent(row.adherence, translate),
        done=translate.number(row.done_days),
        due=translate.number(row.due_days),
    )
    return words + (", " + _("more than 150 % of the plan") if row.overdone is True or row.overdone == 1 else "")


def also_done_table(recent: RecentWork, catalogue: Mapping[str, Exercise], translate: Translate) -> Table | None:
    """List what was done in the last weeks and was not what the plan asked for; None where there was nothing."""
    _ = translate
    apart = recent.work.apart
    if not len(apart):
        return None
    keys = ["exercise", "side", "level", "why"]
    grouped = apart.groupby(keys)
    table = grouped[["repetitions", "duration_s"]].sum().assign(day_count=grouped["day"].nunique()).reset_index()
    table = table.sort_values("day_count", ascending=False, kind="stable")
    rows = []
    for words, numbers in zip(
        table[keys].to_numpy().tolist(),
        table[["repetitions", "duration_s", "day_count"]].to_numpy(np.float64).tolist(),
        strict=True,
    ):
        exercise, side, level, why = words
        repetitions, duration_s, day_count = numbers
        said = (fit(title_words(exercise, catalogue, translate)), side_words(side, translate), translate(level))
        many = _("{count} repetitions").format(count=translate.number(repetitions)) if repetitions else ""
        minutes = _("{count} min").format(count=translate.number(duration_s / 60)) if duration_s >= 60 else ""
        rows.append(
            (
                ", ".join(word for word in said if word),
                translate(_WHY[why]),
                translate.number(day_count),
                ", ".join(word for word in (many, minutes) if word) or "–",
            )
        )
    head = (_("Exercise"), _("Why it is no part of what was due"), _("Days"), _("In all"))
    return Table(head, tuple(rows), _("Done beside the plan since {day}").format(day=translate.day(recent.first)))


def felt_table(entries: pd.DataFrame | None, translate: Translate) -> Table | None:
    """Tell pain and effort as logged, month by month; None where nobody said any."""
    _ = translate
    if entries is None or not len(entries):
        return None
    felt = {name: entries[name].to_numpy(np.float64) for name in ("pain", "effort")}
    told = np.isfinite(felt["pain"]) | np.isfinite(felt["effort"])
    if not told.any():
        return None
    months = entries["day"].to_numpy()[told].astype("datetime64[M]")
    rows = []
    for month in np.unique(months):
        here = months == month
        cells = []
        for values in felt.values():
            said = values[told][here]
            said = said[np.isfinite(said)]
            pair = (float(said.mean()), float(said.max())) if said.shape[0] else ()
            cells += [translate.number(value, 1) for value in pair] or ["–", "–"]
        rows.append(
            (
                translate.month(month.astype("datetime64[D]").item(), year=True),
                translate.number(int(here.sum())),
                *cells,
            )
        )
    head = (
        _("Month"),
        _("Times said"),
        _("Pain, mean"),
        _("Pain, greatest"),
        _("Effort, mean"),
        _("Effort, greatest"),
    )
    return Table(head, tuple(rows), _("Pain and effort while exercising, 0 to 10, as logged"), numeric=True)
