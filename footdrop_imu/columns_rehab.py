"""The tables of a person's course: measures walk by walk, the log, what was due, adherence week by week."""

from __future__ import annotations

from footdrop_imu.columns import Column

__all__ = ["DUE_COLUMNS", "LOG_COLUMNS", "WALK_MEASURE_COLUMNS", "WEEK_COLUMNS"]

WALK_MEASURE_COLUMNS = (
    Column("walk", "str", "", "id of the walk, or of the chair lift test"),
    Column("day", "datetime64[us]", "", "date where the person was, at midnight, without a zone"),
    Column("start", "str", "", "ISO 8601 with offset"),
    Column("activity", "str", "", "what was recorded: one of the activities, or chair_lift_test"),
    Column("condition", "str", "", "all that may not differ between compared walks, as sorted KEY=VALUE;..."),
    Column("quality", "str", "", "good, usable or poor"),
    Column("side", "str", "", "left, right, or both"),
    Column("measure", "str", "", "column of the stride table; drags_per_100_strides; a chair lift measure"),
    Column("value", "float64", "", "the walk's median, in the unit of the measure's name"),
    Column("standard_error", "float64", "", "of that median, from its interval; NaN = not known"),
    Column("used_count", "int64", "", "strides (taps) that entered"),
)
"""One row a measure, side and walk; rows sorted by start, then measure and side."""

LOG_COLUMNS = (
    Column("day", "datetime64[us]", "", "date where the person was, at midnight, without a zone"),
    Column("exercise", "str", "", "id of the catalogue or of the clinic's own file"),
    Column("side", "str", "", 'left, right, both; "" = not said'),
    Column("level", "str", "", 'passive, assisted, active, loaded; "" = not said'),
    Column("outcome", "str", "", "done, partly, not_done or excused"),
    Column("source", "str", "", "patient, clinician or sensor"),
    Column("session_count", "int64", "", "entries"),
    Column("sets", "int64", "", "sets done"),
    Column("repetitions", "int64", "", "repetitions done, all sets together"),
    Column("duration_s", "float64", "s", "seconds of work; 0 = none said"),
)
"""What stands after corrections, summed by day and the words before the numbers: the unit of adherence is the day."""

DUE_COLUMNS = (
    Column("day", "datetime64[us]", "", "the day; of an exercise due so often a week, the Monday of that week"),
    Column("exercise", "str", "", "id"),
    Column("side", "str", "", "left, right or both"),
    Column("level", "str", "", 'level prescribed; "" = none'),
    Column("per", "str", "", "day or week"),
    Column("plan_version", "int64", "", "which version of the plan asks for it"),
    Column("session_count", "float64", "", "sessions due"),
    Column("sets", "float64", "", "sets due"),
    Column("repetitions", "float64", "", "repetitions due"),
    Column("duration_s", "float64", "s", "seconds due"),
)
"""What was due. A week that a plan began or ended in is due in proportion: hence real numbers."""

WEEK_COLUMNS = (
    Column("week", "datetime64[us]", "", "Monday"),
    Column("exercise", "str", "", '"" = all together'),
    Column("due_days", "float64", "", "days on which something was due, excused ones left out"),
    Column("done_days", "float64", "", "of these, days on which something was done"),
    Column("excused_days", "float64", "", "days excused"),
    Column("due_sessions", "float64", "", "sessions due, excused ones left out"),
    Column("done_sessions", "float64", "", "sessions done; a partly done one by its share"),
    Column("due_sets", "float64", "", "sets due, excused ones left out"),
    Column("done_sets", "float64", "", "sets done"),
    Column("due_repetitions", "float64", "", "repetitions due, excused ones left out"),
    Column("done_repetitions", "float64", "", "repetitions done"),
    Column("due_duration_s", "float64", "s", "seconds due, excused ones left out"),
    Column("done_duration_s", "float64", "s", "seconds done"),
    Column("adherence", "float64", "", "done over due, of what the exercise is counted in; may exceed 1"),
    Column("adherence_capped", "float64", "", "the same with nothing above what was due, day by day"),
    Column("overdone", "boolean", "", "more than 150 % of the plan"),
)
