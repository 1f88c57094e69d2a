"""Made-up reports with every block, style and extreme there is: no recording, no analysis, only a page to be shown.

``MADE`` by name: a usual one of each kind, in English or German words, one with everything at its worst (long names in
several scripts, very long notes, tables of 300 rows), and one with nothing in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from made_pictures import DATA, made_figure

from footdrop_imu.report.model import (
    Answer,
    Block,
    Cell,
    Figure,
    Group,
    Head,
    Line,
    Mark,
    MeasureTable,
    Report,
    Row,
    Section,
    Statement,
    Statements,
    Table,
    Trust,
    WritingBox,
)

SCRIPT = "<script>document.title='taken'</script>"
LONG_NAME = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle" * 2
NAMES = ("王秀英 (Wáng Xiùyīng)", "محمد عبد الله", "שרה כהן", "Zoë 🦶🏽👩‍🦽 O’Neill & Söhne", SCRIPT, LONG_NAME)
LONG_NOTE = (
    "Round the lake as every Tuesday, slowly, with a rest on the bench; the strap was wet & slipped <twice>. " * 40
)

_STATEMENTS = {
    "walk": (
        Statement("the toe dragged in 12 of 80 strides, most of them after turns", "Right foot (weaker)"),
        Statement("no toe drag in 81 strides", "Left foot"),
        Statement("1.04 m/s, 95 % interval 1.01 to 1.07", "Pace"),
    ),
    "comparison": (
        Statement("With the orthosis the toe dragged 9.4 times less often in 100 strides (5.8 to 13.0)."),
        Statement("Both walks were done in the same shoes on the same floor."),
    ),
    "progress": (
        Statement("The toe drags less often: 18 in 100 strides in the first two weeks, 7 in the last two."),
        Statement("Of the exercises that were due 82 in 100 were done."),
    ),
    "patient": (
        Statement("Eight weeks ago your right toe caught the floor 18 times in 100 steps. Now it is 7 times."),
        Statement("That is more than chance from day to day."),
    ),
}
_HEADLINES = {
    "walk": ("seen", "The right toe dragged in 15 of 100 strides."),
    "comparison": ("unchanged", "With and without the orthosis: no difference that is more than chance."),
    "progress": ("better", "Better: the right toe drags less often."),
    "patient": ("better", "Your toe catches less often."),
}


def _cell(value: float, below: str = "", unit: str = "deg") -> Cell:
    return Cell(f"{value:.1f}°".replace("-", "\u2212"), below, value, value - 1, value + 1, unit)


def _line(left: float, right: float) -> Line:
    return Line(
        (55.0, 80.0), 40.0, (Mark("left", left, left - 5, left + 5), Mark("right", right, right - 9, right + 4))
    )


def measures(name: str = "") -> MeasureTable:
    """A table of measures of both feet with number lines, sources, hints, parts, and what was not measured."""
    none = Cell("not measured")
    rows = (
        Row(
            "Foot strike angle",
            (_cell(16.1, "15.0 to 17.2"), _cell(6.8, "5.1 to 8.5"), Cell("+9.3°"), Cell("15 to 28°")),
            "more is better",
            1,
            _line(62.0, 46.0),
            "lead",
        ),
        Row(
            "Foot pitch at mid swing",
            (_cell(1.2, "0.2 to 2.2"), _cell(-6.4, "−8.0 to −4.8"), Cell("+7.6°"), Cell("")),
            "",
            0,
            Line(None, 40.0, (Mark("left", 43.0, 40.0, 46.0), Mark("", 20.0, 12.0, 28.0))),
        ),
        Row("of it, by lifting the foot", (_cell(0.4), _cell(-3.1), Cell(""), Cell("")), kind="part"),
        Row("Toe clearance, minimum", (none, Cell("9 mm", "one stride"), Cell(""), Cell("10 to 20 mm")), "", 2),
    )
    heads = (
        Head("Measure"),
        Head("Left", "left"),
        Head("Right", "right"),
        Head("Left against right", "", "more"),
        Head("Healthy adults", "", "more"),
    )
    groups = (("Lift of the foot", rows), ("Time", (replace(rows[1], label="Stance", line=None),)))
    return MeasureTable(f"Measures of both feet{name}", heads, groups, 2, "Picture", "Healthy adults")


def long_table(count: int) -> Table:
    """Every stride, a row each."""
    rows = tuple(
        (str(stride), "left" if stride % 2 else "right", f"{stride * 1.1:.1f} s", "1.04 m/s", "16.1°", "good")
        for stride in range(1, count + 1)
    )
    return Table(("Stride", "Foot", "Time", "Speed", "Foot strike angle", "Grade"), rows, "Every stride", numeric=True)


def made_trust(quality: str = "usable") -> Trust:
    """What every report says about how far it can be trusted."""
    words = {
        "good": ("Good recording", "The numbers below can be used."),
        "usable": ("Usable recording, with limits", "Read the numbers below together with these limits."),
        "poor": ("Poor recording", "Do not rest a decision on the numbers below."),
        "": ("Nothing was recorded", "There is no walk to look at."),
    }
    title, told = words[quality]
    hashed = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    return Trust(
        quality,
        title,
        told,
        ("The left foot lies flat only briefly: lengths and heights are less certain.", "12 strides were left out."),
        ("Stand still for five seconds before walking.",),
        Table(
            ("Strides", "Left", "Right"), (("used", "81", "80"), ("left out: turns", "6", "7")), "Strides used", True
        ),
        ("The interval is the 95 % interval of this walk's median.", "Another day can differ by more."),
        ("Foot pitch is the angle of the shoe to the floor, not the ankle angle.", "Hip hiking cannot be seen."),
        ("Made-up source A, 2011, doi:10.0000/a", "Made-up source B, 2019, doi:10.0000/b"),
        Table(("What", "Version or SHA-256"), (("footdrop_imu", "0.1.0"), ("left_foot.csv", hashed)), "Versions"),
        ("The walk was cut at the first turn.",),
    )


def _sections(kind: str) -> tuple[Section, ...]:
    lists = Statements(
        (
            Statement("Lift the front of the foot, heel down: 3 times 10, twice a day.", "Foot lifts"),
            Statement("Walk 15 minutes on level ground, with the brace.", "Walking"),
        ),
        "list",
    )
    plain = Statements((Statement("Every kind of stride counts: people trip in turns too.", code="all_kinds"),))
    if kind == "patient":
        box = WritingBox("What I want to ask my therapist", 3)
        return (
            Section("course", "How it went", (made_figure("weeks"),)),
            Section("keep", "What to keep doing", (lists,)),
            Section("ask", "My questions", (box,)),
        )
    names: Mapping[str, tuple[str, ...]] = {
        "walk": ("drags", "pitch", "along", "landings", "path"),
        "comparison": ("forest", "settings", "butterfly"),
        "progress": ("weeks", "calendar", "dose", "forest"),
    }
    lead, *others = (made_figure(name) for name in names[kind])
    small = Statements((Statement("Numbers in brackets are 95 % intervals."),), "small")
    return (
        Section("numbers", "The numbers", (Statements((Statement("Median of the straight strides."),)), measures())),
        Section(
            "drags", "Toe drag", (Statements((Statement("12 drags in 80 strides", "Right"),), "lead"), lead, small)
        ),
        Section(
            "next",
            "What was done",
            (Group("Exercises", (lists,)), Group("Recordings", (plain, _plain_table()))),
        ),
        Section("pictures", "In pictures", tuple(others), "figures"),
        Section(
            "details",
            "Details",
            (
                Group("All other measures", (measures(", the others"),)),
                Group("Stride by stride", (long_table(12), small)),
            ),
            "details",
            on_paper=False,
        ),
    )


def _plain_table() -> Table:
    rows = (("2 March 2026", "own shoes, no orthosis", "good"), ("9 March 2026", "own shoes, no orthosis", "usable"))
    return Table(("Day", "Condition", "Quality"), rows, "Recordings")


def made_report(kind: str, language: str = "en") -> Report:
    """A report of the usual size: no blocks of other kinds' figures, one name, both feet."""
    tone, headline = _HEADLINES[kind]
    return Report(
        kind,
        language,
        {"walk": "Walk report", "comparison": "Comparison", "progress": "Progress", "patient": "How you are doing"}[
            kind
        ],
        "P11",
        (("Person", "P11"), ("Days", "2 March to 26 April 2026"), ("Condition", "own shoes, no orthosis")),
        Answer(tone, headline, _STATEMENTS[kind]),
        _sections(kind),
        made_trust("usable") if kind != "patient" else replace(made_trust("good"), reasons=(), advice=(), notes=()),
        "This report shows how a person walks, for research and for people following their own walking with their "
        "clinician. It does not diagnose, and tells nobody to start or stop a treatment. It is not a medical device.",
        "P11, 16 walks from 2 March to 26 April 2026, footdrop_imu 0.1.0, 9f86d081884c",
        {"version": "0.1.0"},
    )


def extreme_report(kind: str = "progress", rows: int = 300) -> Report:
    """Everything at its worst: names of any script, very long notes, empty sections and tables, all figures."""
    usual = made_report(kind)
    items = tuple(Statement(f"{LONG_NOTE} {name}", name) for name in NAMES)
    styles: tuple[Block, ...] = tuple(Statements(items[place : place + 2], style) for place, style in _STYLES)
    figures: tuple[Figure, ...] = tuple(made_figure(name) for name in DATA)
    bad_figure = replace(
        figures[0], name="pitch-2", title=f"{SCRIPT} {LONG_NAME}", caption=LONG_NOTE, alt=f'"{SCRIPT}" & {NAMES[1]}'
    )
    odd = measures(f" of {SCRIPT}")
    one_foot = MeasureTable(
        "Measures of one foot",
        odd.heads[:2],
        (("", tuple(replace(row, cells=row.cells[:1], line=None) for _, rows in odd.groups for row in rows)),),
    )
    sections = (
        Section("empty", "A section with nothing in it", ()),
        Section("styles", f"Every style: {LONG_NAME}", styles),
        Section(
            "nothing",
            "Empty blocks",
            (Statements(()), Table(("Day", "Note"), ()), MeasureTable("None", (Head("Measure"),), ())),
        ),
        Section("measures", "Measures", (odd, one_foot)),
        Section("figures", "All pictures", figures, "figures"),
        Section("figure", "A bad picture", (bad_figure,)),
        Section("groups", "Groups", tuple(Group(name, (Statements(items[:1]), _plain_table())) for name in NAMES)),
        Section("write", "Write", (WritingBox(LONG_NAME, 12), WritingBox(NAMES[1], 1))),
        Section(
            "details",
            "Details, printed too",
            (
                Statements(items[:1], "small"),
                Group("Stride by stride", (long_table(rows), WritingBox("Notes", 2))),
                Group("In a group", (Group("Inner", (made_figure("pitch", "inner-"),)),)),
            ),
            "details",
        ),
    )
    trust = replace(
        usual.trust,
        quality="poor",
        quality_title="Poor recording",
        quality_words="Do not rest a decision on the numbers below.",
        reasons=tuple(f"Reason {place}: {LONG_NOTE[:200]}" for place in range(30)),
        notes=(LONG_NOTE, SCRIPT, *NAMES),
        sources=tuple(f"Made-up source {place}, doi:10.0000/{'x' * 90}" for place in range(12)),
    )
    return replace(
        usual,
        subject=" / ".join(NAMES),
        facts=(*(("Name", name) for name in NAMES), ("Note", LONG_NOTE), ("Nothing", "")),
        answer=Answer("worse", f"{LONG_NOTE[:160]} {LONG_NAME}", items),
        sections=sections,
        trust=trust,
        made_of=f"{SCRIPT} {LONG_NAME} {NAMES[1]}",
    )


_STYLES = ((0, "lead"), (1, "plain"), (2, "small"), (4, "list"))


def bare_report(kind: str) -> Report:
    """Nothing was recorded: no sections, no figures, no reasons, empty tables."""
    nothing = Table((), ())
    return replace(
        made_report(kind),
        subject="",
        facts=(),
        answer=Answer("not_known", "Not known: there is no walk yet.", ()),
        sections=(),
        trust=replace(
            made_trust(""), reasons=(), advice=(), used=nothing, uncertainty=(), meaning=(), sources=(), notes=()
        ),
    )


def _without(report: Report, name: str) -> Report:
    return replace(report, sections=tuple(section for section in report.sections if section.name != name))


MADE: Mapping[str, Callable[[], Report]] = {
    "walk": lambda: made_report("walk"),
    "comparison": lambda: made_report("comparison"),
    "progress": lambda: made_report("progress"),
    "patient": lambda: made_report("patient"),
    "walk in German": lambda: made_report("walk", "de"),
    "extreme": lambda: extreme_report("progress"),
    "extreme patient": lambda: _without(extreme_report("patient", 20), "figures"),
    "bare walk": lambda: bare_report("walk"),
    "bare patient": lambda: bare_report("patient"),
}
