"""The tables of a person's course: measures walk by walk, the log, what was due, adherence week by week, dose."""

from __future__ import annotations

from footdrop_imu.columns import Column

__all__ = [
    "ALSO_DONE_COLUMNS",
    "BESIDE_COLUMNS",
    "COURSE_COLUMNS",
    "DOSE_COLUMNS",
    "DUE_COLUMNS",
    "LOG_COLUMNS",
    "LOG_ENTRY_COLUMNS",
    "WALK_MEASURE_COLUMNS",
    "WEEK_COLUMNS",
]

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

LOG_ENTRY_COLUMNS = (
    Column("id", "str", "", "UUID of the entry"),
    Column("day", "datetime64[us]", "", "date where the person was, at midnight, without a zone"),
    Column("at", "datetime64[us]", "", "the instant that was said or measured, in UTC, without a zone"),
    Column(
        "exercise", "str", "", 'id of the catalogue or of the clinic\'s own file; "" = the whole day (excused only)'
    ),
    Column("side", "str", "", 'left, right, both; "" = not said'),
    Column("level", "str", "", 'passive, assisted, active, loaded; "" = not said'),
    Column("outcome", "str", "", "done, partly, not_done or excused"),
    Column("source", "str", "", "patient, clinician or sensor"),
    Column("sets", "int64", "", "sets done, 0 = none said"),
    Column("repetitions", "int64", "", "repetitions done, all sets together, 0 = none said"),
    Column("duration_s", "float64", "s", "seconds of work; NaN = none said"),
    Column("pain", "float64", "", "0 to 10; NaN = not said"),
    Column("effort", "float64", "", "0 to 10; NaN = not said"),
    Column("replaces", "str", "", 'id of the entry that this one corrects, "" = none'),
    Column("entered_at", "datetime64[us]", "", "when it was entered, in UTC, without a zone; NaT = not known"),
)
"""One row an entry as it was made: corrected ones and doubles are still in it."""

LOG_COLUMNS = (
    Column("day", "datetime64[us]", "", "date where the person was, at midnight, without a zone"),
    Column(
        "exercise", "str", "", 'id of the catalogue or of the clinic\'s own file; "" = the whole day (excused only)'
    ),
    Column("side", "str", "", 'left, right, both; "" = not said'),
    Column("level", "str", "", 'passive, assisted, active, loaded; "" = not said'),
    Column("outcome", "str", "", "done, partly, not_done or excused"),
    Column("source", "str", "", "patient, clinician or sensor"),
    Column("session_count", "int64", "", "entries"),
    Column("sets", "int64", "", "sets done"),
    Column("repetitions", "int64", "", "repetitions done, all sets together"),
    Column("duration_s", "float64", "s", "seconds of work; 0 = none said"),
)
"""What stands after corrections, no bout twice, summed by day and the words before the numbers: adherence is by day."""

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
    Column("first_day", "datetime64[us]", "", "first day of that week on which the prescription held"),
    Column("last_day", "datetime64[us]", "", "last day of that week on which it held"),
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
    Column("overdone", "boolean", "", "more than 150 % of the plan; of all together: of any exercise"),
    Column("unit", "str", "", 'what it is counted in: repetitions, duration_s or sessions; of all together ""'),
    Column("state", "str", "", "over, so_far (the week is not over) or not_begun (the log had not begun: not judged)"),
)
"""Of all together, ``adherence`` is the mean over the exercises, each weighted by its sessions due."""

ALSO_DONE_COLUMNS = (
    Column("week", "datetime64[us]", "", "Monday"),
    Column("exercise", "str", "", "id"),
    Column("side", "str", "", 'left, right, both; "" = not said'),
    Column("level", "str", "", 'level; "" = not said'),
    Column("why", "str", "", "not_prescribed, other_level or other_side"),
    Column("day_count", "int64", "", "days on which it was done"),
    Column("session_count", "int64", "", "entries"),
    Column("sets", "int64", "", "sets done"),
    Column("repetitions", "int64", "", "repetitions done"),
    Column("duration_s", "float64", "s", "seconds of work; 0 = none said"),
)
"""What was done and was not what the plan asked for: shown, but no part of adherence."""

BESIDE_COLUMNS = (
    Column("day", "datetime64[us]", "", "date where the person was, at midnight, without a zone"),
    Column("exercise", "str", "", "id"),
    Column("side", "str", "", "the sensor's"),
    Column("reported_id", "str", "", "id of the entry by hand"),
    Column("counted_id", "str", "", "id of the sensor's entry of the same bout"),
    Column("apart_s", "float64", "s", "sensor's instant minus the reported one"),
    Column("reported_repetitions", "float64", "", "by hand; NaN = none said"),
    Column("counted_repetitions", "float64", "", "by the sensor; NaN = counted none"),
    Column("repetitions_difference", "float64", "", "reported minus counted"),
    Column("reported_duration_s", "float64", "s", "by hand; NaN = none said"),
    Column("counted_duration_s", "float64", "s", "by the sensor; NaN = none"),
    Column("duration_difference_s", "float64", "s", "reported minus counted"),
)
"""One row a bout that was both reported and counted by the sensor."""

DOSE_COLUMNS = (
    Column("day", "datetime64[us]", "", "every day from the first to the last"),
    Column("repetitions", "float64", "", "repetitions done that day"),
    Column("duration_s", "float64", "s", "seconds of work that day"),
    Column("cumulative_repetitions", "float64", "", "up to and with that day"),
    Column("cumulative_duration_s", "float64", "s", "up to and with that day"),
    Column("fading_repetitions", "float64", "", "the same, each day's worth half after every half-life"),
    Column("fading_duration_s", "float64", "s", "the same, each day's worth half after every half-life"),
)
"""How much exercising lies behind a person on a day."""

COURSE_COLUMNS = (
    Column("week", "datetime64[us]", "", "Monday"),
    Column("due_days", "float64", "", "days on which something was due; NaN = no plan that week"),
    Column("done_days", "float64", "", "of these, days on which something was done"),
    Column("adherence", "float64", "", "of all exercises together"),
    Column("adherence_capped", "float64", "", "the same with nothing above what was due"),
    Column("repetitions", "float64", "", "repetitions done in the week"),
    Column("fading_repetitions", "float64", "", "the fading dose at the end of the week"),
    Column("value", "float64", "", "mean of the judged measure over the week's days, in its own unit; NaN = no walk"),
    Column("walk_days", "int64", "", "days whose walks entered"),
)
"""Exercising and walking on one time axis, every week from the first with anything."""
