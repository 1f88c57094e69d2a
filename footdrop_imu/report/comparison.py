"""Comparison reports: before and after, two conditions, settings of an aid in the clinic, left and right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.condition_words import activity_words, condition_words, setting_words
from footdrop_imu.rehab.json_ready import json_ready
from footdrop_imu.rehab.progress_words import WORDS
from footdrop_imu.rehab.segmented import Estimate
from footdrop_imu.rehab.side_by_side import FEWEST_DAYS
from footdrop_imu.report import comparison_answers as answers
from footdrop_imu.report import comparison_courses as courses
from footdrop_imu.report import comparison_figures as figures
from footdrop_imu.report import comparison_tables as tables
from footdrop_imu.report.comparison_numbers import capital, measure_words
from footdrop_imu.report.comparison_trust import (
    Walked,
    comparison_trust,
    hashes_table,
    made_of_walks,
    walk_files,
    when_words,
)
from footdrop_imu.report.model import Answer, Block, Figure, Group, MeasureTable, Report, Section, Statement, Statements
from footdrop_imu.report.person_words import day_of_walk, fit, range_words
from footdrop_imu.report.trust import CHANGE_UNCERTAINTY, INTENDED_USE

if TYPE_CHECKING:
    from footdrop_imu.rehab.compared import (
        BenchesShown,
        ComparedWalk,
        ConditionsCompared,
        FeetCompared,
        TimesCompared,
    )
    from footdrop_imu.rehab.fitting_bench import Bench
    from footdrop_imu.rehab.progress_words import Said
    from footdrop_imu.schema_rehab import Patient

__all__ = ["bench_report", "conditions_report", "feet_report", "times_report"]

_STEPS_ONLY = mark(
    "The interval beside a value holds how the steps of these walks differ, and nothing of how days differ."
)
_BENCH_INTERVAL = mark(
    "The interval of a difference is a 95 % one, wider where several settings are compared with each other. It is of "
    "these walks: other days can differ by more."
)
_ONE_DRIFT = mark(
    "Getting used to it and tiring are taken out as a straight line along the walks, so each is compared with those "
    "beside it."
)
_DAYS_INTERVAL = mark("The interval holds how the days of this person differ; ratios are of times and lengths.")
_PAIRS = mark("Each mark is a walk; nearest days are joined. The means are at equal walking speed.")
_PAIRS_PLAIN = mark("Each mark is a walk; nearest days are joined.")
_BLOCKS = mark("Each mark is a walk; walks of a block are joined. The means are at equal walking speed.")
_BLOCKS_PLAIN = mark("Each mark is a walk; walks of a block are joined.")
_WITHOUT = ("none", "off")


def times_report(found: TimesCompared, walks: Walked, translate: Translate) -> Report:
    """Make the report of two times of a person, such as before and after a therapy.

    Parameters
    ----------
    found
        What was compared.
    walks
        The recordings, those before first, as many as ``found`` has walks; or what is kept of the person.
    translate
        Gives a text in the reader's language, see ``language.translator``.
    """
    _ = translate
    measure, seen = found.patient.primary_measure, answers.judged_seen(found)
    times = {"before": _("Before"), "after": _("After")}
    verdict = found.judged.verdict if found.judged is not None else None
    judged = verdict.line if verdict is not None and verdict.line is not None and verdict.line.compared else None
    lead: list[Figure | None] = []
    for one in seen:
        level = {"before": one.before, "after": one.after}
        if judged is not None and judged.side == one.side:
            level = {"before": Estimate(judged.baseline), "after": Estimate(judged.latest)}
        note = answers.usual_words(one, _)
        title = _("The walks, before and after") if len(seen) == 1 else _(figures.TITLES_OF_FEET[one.side])
        lead.append(
            figures.settings_figure(
                f"walks-{one.side}", title, _("Each mark is a walk."), found.walks, {},
                measure, one.side, times, level, (note,) if note else (), _,
            )
        )  # fmt: skip
    lead += [courses.pitch_of_times(found, walks, times, _), figures.forest_figure(found, _)]
    aside = answers.aside_statements(found.sentences)
    main, others = tables.times_tables(found, _)
    return _report(
        _("Comparison: before and after"),
        found,
        walks,
        times,
        answers.times_answer(found, _),
        lead,
        [main, Statements(aside, "list") if aside else None],
        others,
        ((_(CHANGE_UNCERTAINTY),) if judged else ()) + (_(_STEPS_ONLY),),
        _,
        prior=bool(seen) and judged is None,
        side=seen[0].side if len(seen) == 1 else "",
    )


def conditions_report(found: ConditionsCompared, walks: Walked, translate: Translate) -> Report:
    """Make the report of a person's walks in two conditions over weeks; parameters as of ``times_report``."""
    _ = translate
    bench = found.found.bench
    wanted = (found.found.first, found.found.second)
    settings = _named(bench.key, sorted(wanted, key=lambda name: name not in _WITHOUT), _)
    missing = any(name not in bench.settings for name in wanted)
    main, others = tables.means_tables(found.means, bench.measure, bench.key, list(settings), _)
    pairs: dict[str, int] = {}
    for place, pair in enumerate(found.found.pairs):
        days = {found.found.first: pair.first_day, found.found.second: pair.second_day}
        for walk in found.walks:
            if walk.setting in days and walk.start.startswith(days[walk.setting].isoformat()):
                pairs[walk.id] = place
    return _report(
        _("Comparison: two conditions"),
        found,
        walks,
        settings,
        answers.bench_answer(bench, found.sentences, found.walks, _, missing),
        [
            figures.settings_figure(
                "walks", _("The walks, by condition"),
                _(_PAIRS if bench.speed_adjusted else _PAIRS_PLAIN), found.walks,
                pairs, bench.measure, bench.side, settings, bench.level, (), _,
            )
        ],
        _bench_blocks(bench, found.sentences, main, _),
        others,
        (_(_BENCH_INTERVAL), _(_ONE_DRIFT)),
        _,
        side=bench.side,
    )  # fmt: skip


def bench_report(found: BenchesShown, walks: Walked, translate: Translate) -> Report:
    """Make the report of a test of an aid's settings in the clinic; parameters as of ``times_report``."""
    _ = translate
    bench = found.bench
    order = bench.settings or tuple(dict.fromkeys(walk.setting for walk in found.walks))
    settings = _named(bench.key, sorted(order, key=lambda name: name not in _WITHOUT), _)
    places = {name: count() for name in settings}
    blocks = {walk.id: next(places[walk.setting]) for walk in found.walks if not walk.left_out}
    main, others = tables.means_tables(found.means, bench.measure, bench.key, list(settings), _)
    timing = [
        Group(settings[name], (Statements(answers.said_statements(said), "list"),))
        for name, said in found.timing_said.items()
        if said and name in settings
    ]
    return _report(
        _("Test in the clinic: settings of an aid"),
        found,
        walks,
        settings,
        answers.bench_answer(bench, found.sentences, found.walks, _),
        [
            figures.settings_figure(
                "walks", _("The walks, by setting"),
                _(_BLOCKS if bench.speed_adjusted else _BLOCKS_PLAIN),
                found.walks, blocks, bench.measure, bench.side, settings, bench.level, (), _,
            ),
            courses.pitch_of_settings(found, walks, settings, _),
        ],
        [*_bench_blocks(bench, found.sentences, main, _), *timing],
        others,
        (_(_BENCH_INTERVAL), _(_ONE_DRIFT)),
        _,
        side=bench.side,
        facts=((_("Test made by"), fit(found.clinician) or _("not named")),),
    )  # fmt: skip


def feet_report(found: FeetCompared, walks: Walked, translate: Translate) -> Report:
    """Make the report of one foot against the other; parameters as of ``times_report``."""
    _ = translate
    main, others = tables.feet_tables(found, _)
    days = max((one.day_count for one in found.feet), default=0)
    return _report(
        _("Comparison: left and right"),
        found,
        walks,
        {},
        answers.feet_answer(found, _),
        [
            courses.pitch_of_feet(walks, _),
            figures.butterfly_figure(found, _),
        ],
        [main],
        others,
        (_(_DAYS_INTERVAL) if days >= FEWEST_DAYS else _(_STEPS_ONLY),),
        _,
    )


def _bench_blocks(
    bench: Bench, sentences: Sequence[Said], means: MeasureTable | None, translate: Translate
) -> list[Block]:
    """The pairs of settings, what is said beside them, and the plain means."""
    aside = answers.aside_statements(sentences)
    blocks: list[Block] = [tables.pairs_table(bench, translate)] if bench.differences else []
    if aside:
        blocks.append(Statements(aside, "list"))
    return [*blocks, Statements((Statement(means.caption),), "small"), means] if means is not None else blocks


def _named(key: str, settings: Sequence[str], translate: Translate) -> dict[str, str]:
    """What settings are called, as heads."""
    return {name: capital(setting_words(key, name, translate)) for name in settings}


def _report(
    title: str,
    found: TimesCompared | ConditionsCompared | BenchesShown | FeetCompared,
    walks: Walked,
    settings: Mapping[str, str],
    answer: Answer,
    drawn: Sequence[Figure | None],
    numbers: Sequence[Block | None],
    others: MeasureTable | None,
    uncertainty: Sequence[str],
    translate: Translate,
    *,
    side: str = "",
    prior: bool = False,
    facts: tuple[tuple[str, str], ...] = (),
) -> Report:
    _ = translate
    patient, measure, files = found.patient, found.patient.primary_measure, walk_files(walks, found.walks)
    told = {walk.id: (fit(walk.name), when_words(walk.start, _)) for walk in found.walks}
    pictures = tuple(one for one in drawn if one is not None)
    if len(pictures) == 1:
        pictures = (replace(pictures[0], wide=True),)
    each = tables.walks_table(found.walks, measure, side, told, settings, _)
    read = () if (hashes := hashes_table(files, _)) is None else (Group(hashes.caption, (hashes,)),)
    rest = (Group(_("All of them"), (others,)),) if others is not None else ()
    sections = (
        Section("pictures", _("In pictures"), pictures, "figures"),
        Section("numbers", _("In numbers"), tuple(block for block in numbers if block is not None)),
        Section("walks", _("The walks"), (Group(each.caption, (each,)),), "details"),
        Section("others", _("Further measures"), (*rest, *read), "details", on_paper=False),
    )
    return Report(
        kind="comparison",
        language=_.language,
        title=title,
        subject=fit(patient.id) or _("Person not named"),
        facts=(*_facts(patient, found.walks, settings, _), *facts),
        answer=answer,
        sections=tuple(section for section in sections if section.blocks),
        trust=comparison_trust(found.walks, files, settings, measure, uncertainty, _, prior=prior),
        intended_use=_(INTENDED_USE),
        made_of=made_of_walks(files, found.walks, _),
        provenance={"recordings": json_ready(files), "found": json_ready(found)},
    )


def _facts(
    patient: Patient, walks: Sequence[ComparedWalk], settings: Mapping[str, str], translate: Translate
) -> tuple[tuple[str, str], ...]:
    _ = translate
    facts = [
        (_("Person"), fit(patient.id)),
        (_("Affected side"), _(WORDS[patient.affected]) if patient.affected in WORDS else ""),
        (_("What is compared"), capital(measure_words(patient.primary_measure, _))),
    ]
    facts = [fact for fact in facts if fact[1]]
    shared = [set(walk.condition.split(";")) - {""} for walk in walks if not walk.left_out]
    if shared and (alike := ";".join(sorted(set.intersection(*shared)))):
        facts.append((_("In all walks"), condition_words(alike, _)))
    if kinds := sorted({walk.activity for walk in walks if walk.activity}):
        facts.append((_("Kind of walk"), ", ".join(activity_words(kind, _) for kind in kinds)))
    for setting, words in (settings or {"": _("Walks")}).items():
        days = sorted({day for walk in walks if walk.setting == setting and (day := day_of_walk(walk.start))})
        number = sum(walk.setting == setting for walk in walks)
        when = range_words(days[0], days[-1], _) if days else _("day not said")
        facts.append((words, _("walks: {count} ({when})").format(count=_.number(number), when=when)))
    return tuple(facts)
