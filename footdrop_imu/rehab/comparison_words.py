"""What comparisons beside the bench say, in plain words: two times, two conditions, two feet, several people."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from footdrop_imu.language import Translate, mark, spoken
from footdrop_imu.rehab.bench_words import bench_sentences
from footdrop_imu.rehab.condition_words import setting_words
from footdrop_imu.rehab.progress_words import Said, sentence
from footdrop_imu.rehab.segmented import Estimate

if TYPE_CHECKING:
    from footdrop_imu.rehab.several_people import PeopleEffect
    from footdrop_imu.rehab.side_by_side import BesideOther
    from footdrop_imu.rehab.two_conditions import TwoConditions

__all__ = ["HEADINGS", "condition_sentences", "people_sentences", "side_sentences", "tell"]


_TEXTS = {
    "few_days": mark(
        "Not known yet whether anything changed. Days with good walks: {before} before, {after} after. Three of each "
        "are needed, beside the very first day, which is practice."
    ),
    "undated": mark(
        "Not known whether anything changed: nobody said on which days these walks were made. So it is not known how "
        "days differ."
    ),
    "same_day": mark("Not known whether anything changed for longer: the walks before and after are of the same day."),
    "conditions": mark("The walks were made in different conditions ({detail}): what differs may go with that."),
    "poor": mark("Left out, for the recording is poor: {names}."),
    "usable": mark("These recordings are not good enough for a verdict: {names}."),
    "beside": mark(
        "Beside a value stands what the steps of these walks tell. The last column is what two such times of an "
        "unchanged person often differ by."
    ),
    "no_condition": mark("Not compared: no walk that counts was made in one of the two conditions ({condition})."),
    "not_by_turns": mark(
        "Not compared: the two conditions did not come by turns. What goes with them cannot be told from the course "
        "of time."
    ),
    "not_drawn": mark(
        "Nobody drew the order of these walks, as in a bench: on the days of one condition ({first}) something else "
        "may have been different too."
    ),
    "pairs": mark("In {more} of {count} pairs of nearest days the value was higher in one condition ({first})."),
    "since": mark("Walks until {day} do not count: then a new line began ({event})."),
    "left_out": mark("Walks that do not count: {count}. The first day is practice, or something else was different."),
    "no_leaving_off": mark("Nobody is asked to leave off an aid for this."),
    "feet_differ": mark(
        "{measure}: {first} {one}, {second} {other}. The difference is {difference} (likely between {low} and {high})."
    ),
    "feet_alike": mark(
        "{measure}: {first} {one}, {second} {other}. No difference between the feet can be told from chance (between "
        "{low} and {high})."
    ),
    "feet_not_measured": mark("Not compared: {measure} was not measured on both feet in a good walk."),
    "few_side_days": mark(
        "Days with good walks: {count}. With so few the interval says how steps differ, not how days do."
    ),
    "left_against_right": mark("No one side is said to be affected, so left is set against right."),
    "people_few": mark(
        "Not compared: {needed} people with three walks each are needed, there are {count}. Each is better looked at "
        "alone."
    ),
    "people_same": mark(
        "Not compared: people did the same share of their plan all the time, or all the same share. Nothing can go "
        "with that."
    ),
    "people_time": mark(
        "Not told: in these people the share of the plan that was done went along with time too evenly."
    ),
    "within": mark(
        "When a person did more of the plan than usual, {measure} was different: {change} from none of the plan to all "
        "of it (likely between {low} and {high})."
    ),
    "within_none": mark(
        "That {measure} goes with doing more of the plan than usual cannot be told from chance (from none to all of it "
        "between {low} and {high})."
    ),
    "between": mark(
        "In people who usually do more of their plan, {measure} was different: {change} from none of the plan to all "
        "of it (likely between {low} and {high})."
    ),
    "between_none": mark(
        "That {measure} differs between people who do more and less of their plan cannot be told from chance (between "
        "{low} and {high})."
    ),
    "people_counted": mark("Counted are {visits} days of {people} people."),
    "people_left_out": mark("Left out: {names}."),
    "together_only": mark("This shows what goes together, not why."),
}


HEADINGS = {
    "before": mark("before"),
    "after": mark("after"),
    "difference": mark("difference"),
    "usual": mark("days differ by"),
    "ratio": mark("ratio"),
    "means": mark("means of the walks as they were"),
    "walks": mark("Walks in their order: {walks}. Test made by: {clinician}."),
    "order": mark("The order of the walks, drawn with seed {seed}. Write it down with the bench."),
}
"""What stands above and beside tables."""


def tell(code: str, translate: Translate, measure: str = "", **words: float | str) -> Said:
    """Say one of this module's sentences, see ``progress_words.sentence``."""
    return sentence(code, _TEXTS[code], translate, measure, **words)


def condition_sentences(found: TwoConditions, translate: Translate) -> tuple[Said, ...]:
    """Say what walks in two conditions show; the first sentence is the answer."""
    bench = found.bench
    absent = [name for name in (found.first, found.second) if name not in bench.settings]
    if absent:
        said = [tell("no_condition", translate, condition=setting_words(bench.key, absent[0], translate))]
    elif bench.reason == "not_alternated":
        said = [tell("not_by_turns", translate)]
    else:
        unsaid = ("clinic_only", "chance_best", "decision")
        said = [one for one in bench_sentences(bench, translate) if one.code not in unsaid]
    if not bench.reason:
        # the sentence before says what one has more than the other
        ahead = bench.differences[0].from_more().first
        turned = ahead != found.first
        more = sum(pair.second > pair.first if turned else pair.first > pair.second for pair in found.pairs)
        first = setting_words(bench.key, ahead, translate)
        if found.pairs:
            said.append(tell("pairs", translate, more=float(more), count=float(len(found.pairs)), first=first))
        said.append(tell("not_drawn", translate, first=first))
    if found.since is not None:
        event = translate(spoken(found.since.kind))
        said.append(tell("since", translate, day=found.since.day.isoformat(), event=event))
    if others := found.left_out.get("practice", 0) + found.left_out.get("other_conditions", 0):
        said.append(tell("left_out", translate, count=float(others)))
    return (*said, tell("no_leaving_off", translate))


def side_sentences(
    found: Sequence[BesideOther], measure: str, affected: str, fewest_days: int, translate: Translate
) -> tuple[Said, ...]:
    """Say how the feet differ in one measure; the first sentence is the answer."""
    one = next((one for one in found if one.measure == measure), None)
    if one is None:
        return (tell("feet_not_measured", translate, measure),)
    second = "left" if one.side == "right" else "right"
    apart = one.difference.low > 0.0 or one.difference.high < 0.0
    said = [
        tell(
            "feet_differ" if apart else "feet_alike",
            translate,
            measure,
            first=one.side,
            second=second,
            one=one.first,
            other=one.second,
            **_numbers(one.difference, "difference"),
        )
    ]
    if one.day_count < fewest_days:
        said.append(tell("few_side_days", translate, count=float(one.day_count)))
    if affected not in ("left", "right"):
        said.append(tell("left_against_right", translate))
    return tuple(said)


def people_sentences(
    found: PeopleEffect, measure: str, fewest_people: int, left_out: Sequence[str], translate: Translate
) -> tuple[Said, ...]:
    """Say what several people show together; the first sentence is the answer."""
    if found.reason and found.people_count < fewest_people:
        said = [tell("people_few", translate, needed=float(fewest_people), count=float(found.people_count))]
    elif found.reason:
        said = [tell("people_same" if found.reason == "too_little_data" else "people_time", translate)]
    else:
        said = []
        for code, effect in (("within", found.within), ("between", found.between)):
            clear = isfinite(effect.low) and (effect.low > 0.0 or effect.high < 0.0)
            said.append(tell(code if clear else f"{code}_none", translate, measure, **_numbers(effect, "change")))
        visits, people = float(found.visit_count), float(found.people_count)
        said += [tell("people_counted", translate, visits=visits, people=people), tell("together_only", translate)]
    if left_out:
        said.append(tell("people_left_out", translate, names=", ".join(left_out)))
    return tuple(said)


def _numbers(found: Estimate, name: str) -> dict[str, float]:
    return {name: found.value, "low": found.low, "high": found.high}
