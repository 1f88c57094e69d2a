"""How the terminal shows exercises, in any language, and how they look as JSON."""

from __future__ import annotations

import html
import re
import shutil
import sys
import textwrap
from collections.abc import Sequence
from math import isnan
from pathlib import Path
from typing import Any

import click

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.language import Translate, spoken
from footdrop_imu.rehab.cautions import CAUTIONS
from footdrop_imu.rehab.exercises import GROUPS, Exercise, SourceDose, general_rules
from footdrop_imu.rehab.safety_words import HELP_NOW, RED_FLAGS, STRAP_ON_NUMB_SKIN, STRAP_RULES
from footdrop_imu.rehab.stopping import STOP_SIGNS, STOP_WORDS

__all__ = [
    "exercise_document",
    "safety_document",
    "show_exercise",
    "show_list",
    "show_safety",
    "translated_drawing",
]


def show_safety(say: Translate) -> None:
    """Show the general rules, the signs that need help now, what ends an exercise, how a strap is worn."""
    _ = say
    for at, (title, parts) in enumerate(
        (
            (_("Get medical help now if:"), RED_FLAGS.values()),
            (_("In every exercise:"), general_rules()),
            (_("End an exercise when:"), STOP_SIGNS),
            (_("When you wear a strap:"), STRAP_RULES),
            (_("Where the skin is numb:"), STRAP_ON_NUMB_SKIN),
        )
    ):
        _fill(title, "\n" if at else "", "")
        for part in parts:
            _fill(say(part), "  - ", "    ")


def safety_document(say: Translate) -> dict[str, Any]:
    """Give the same as a JSON document."""
    return {
        "help_now": say(HELP_NOW),
        "red_flags": {name: say(words) for name, words in RED_FLAGS.items()},
        "rules": [say(rule) for rule in general_rules()],
        "stop_signs": [say(sign) for sign in STOP_SIGNS],
        "stop_words": {name: say(words) for name, words in STOP_WORDS.items()},
        "strap": [say(rule) for rule in STRAP_RULES],
        "strap_on_numb_skin": [say(rule) for rule in STRAP_ON_NUMB_SKIN],
    }


def translated_drawing(path: Path, say: Translate) -> bytes:
    """Read a drawing, what it says to those who do not see it translated.

    Raises
    ------
    FileFormatError
        It cannot be read as text.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileFormatError(
            FileReason.NOT_READABLE, f"The drawing {path} cannot be read: {error}.", path=path
        ) from error

    def translated(found: re.Match[str]) -> str:
        return f"{found[1]}{html.escape(say(html.unescape(found[2])), quote=False)}{found[3]}"

    return re.sub(r"(<(?:title|desc)>)(.*?)(</)", translated, text, flags=re.DOTALL).encode()


def _width() -> int:
    return min(shutil.get_terminal_size((80, 24)).columns, 100) if sys.stdout.isatty() else 80


def _fill(text: str, begin: str, indent: str) -> None:
    if text:
        filled = textwrap.fill(text, _width(), initial_indent=begin, subsequent_indent=indent, break_on_hyphens=False)
        click.echo(filled)


def show_list(chosen: Sequence[Exercise], say: Translate) -> None:
    """Show exercises by group, a line each; ``say`` translates."""
    wide = 2 + max(len(exercise.id) for exercise in chosen)
    for group in GROUPS:
        of_group = [exercise for exercise in chosen if exercise.group == group]
        if of_group:
            click.echo(_group_words(group, say))
        for exercise in of_group:
            star = " *" if exercise.supervision == "helper_beside" else ""
            _fill(f"{exercise.id.ljust(wide)}{say(exercise.title)}{star}", "  ", " " * (wide + 2))
    if any(exercise.supervision == "helper_beside" for exercise in chosen):
        _ = say
        _fill(_("* only with a helper beside you, and only after a clinician has agreed"), "\n", "  ")


def show_exercise(exercise: Exercise, say: Translate) -> None:
    """Show all that is known of one exercise; ``say`` translates."""
    _ = say
    label = "  "
    click.echo(f"{say(exercise.title)} ({exercise.id})")
    _fill(say(exercise.purpose), label, label)
    click.echo()
    side = _("the affected side") if exercise.side == "affected" else _("both sides")
    levels = ", ".join(say(spoken(level)) for level in exercise.levels)
    rows = [
        (
            _("Kind"),
            ", ".join(word for word in (_group_words(exercise.group, say), _contraction(exercise, say)) if word),
        ),
        (_("Side"), side),
        (_("Levels"), levels),
        (_("You need"), ", ".join(say(spoken(thing)) for thing in exercise.equipment)),
        (_("Position"), say(exercise.position)),
        *((_("Steps") if at == 1 else "", f"{at}. {say(step)}") for at, step in enumerate(exercise.steps, 1)),
        (_("Support"), say(exercise.support)),
        (_("Safety"), say(exercise.safety)),
        (_("Who"), _supervision(exercise, say)),
        (
            _("Time"),
            _("{seconds} seconds at most").format(seconds=say.plain(exercise.time_limit_s))
            if not isnan(exercise.time_limit_s)
            else "",
        ),
        (_("Counting"), say(exercise.counted.words)),
        (_("Sensor"), _footwear(exercise, say)),
        (_("Note"), say(exercise.source_note)),
    ]
    wide = 2 + max(len(name) for name, _words in rows)
    for name, words in rows:
        hang = " " * (wide + 2)
        _fill(words, f"  {name.ljust(wide)}", hang + "   " if words[:1].isdigit() and words[1:2] == "." else hang)
    if exercise.cautions:
        click.echo("\n" + _("Ask a clinician first where one of these is so:"))
        for name in exercise.cautions:
            caution = CAUTIONS[name]
            _fill(f"{say(caution.question)} {say(caution.advice)}".strip(), "  - ", "    ")
    if exercise.doses:
        click.echo("\n" + _("Doses, as the sources give them:"))
        _show_doses(exercise, say)


def _show_doses(exercise: Exercise, say: Translate) -> None:
    _ = say
    header = (_("Source"), _("Sets"), _("Repetitions"), _("Hold"), _("Rest"), _("How often"), "")
    rows = [header, *(_dose_row(dose, say) for dose in exercise.doses)]
    used = [at for at in range(6) if at == 0 or any(row[at] for row in rows[1:])]
    widths = {at: 2 + max(len(row[at]) for row in rows) for at in used}
    for row in rows:
        begin = "  " + "".join(row[at].ljust(widths[at]) for at in used)
        _fill(row[6] or " ", begin, " " * len(begin)) if row[6] else click.echo(begin.rstrip())


def _dose_row(dose: SourceDose, say: Translate) -> tuple[str, ...]:
    _ = say
    if not dose.stated:
        return (dose.source, "", "", "", "", "", _("named without a dose"))
    often = [
        _("{count} a day").format(count=_range(dose.times_a_day)) if dose.times_a_day else "",
        _("{count} a week").format(count=_range(dose.times_a_week)) if dose.times_a_week else "",
    ]
    repetitions = _range(dose.repetitions)
    if repetitions and dose.per == "day":
        repetitions = _("{count} a day").format(count=repetitions)
    return (
        dose.source,
        _range(dose.sets),
        _("about {count}").format(count=repetitions) if repetitions and dose.about else repetitions,
        "" if isnan(dose.hold_s) else f"{say.plain(dose.hold_s)} s",
        "" if isnan(dose.relax_s) else f"{say.plain(dose.relax_s)} s",
        ", ".join(part for part in often if part),
        "; ".join(part for part in (_("both sides") if dose.side == "both" else "", say(dose.words)) if part),
    )


def _range(pair: tuple[int, int] | None) -> str:
    if pair is None:
        return ""
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}–{pair[1]}"


def _group_words(group: str, say: Translate) -> str:
    _ = say
    return {
        "stretch": _("Stretching"),
        "strength": _("Strength"),
        "mobility": _("Mobility"),
        "foot": _("Foot and toes"),
        "hip": _("Hip"),
        "balance": _("Balance"),
        "gait": _("Walking"),
    }[group]


def _contraction(exercise: Exercise, say: Translate) -> str:
    _ = say
    return {
        "": "",
        "isometric": _("work without movement (isometric)"),
        "eccentric": _("work while giving way (eccentric)"),
    }[exercise.contraction]


def _supervision(exercise: Exercise, say: Translate) -> str:
    _ = say
    if exercise.supervision == "alone":
        return _("You can do it alone.")
    return _("Only with a helper beside you, and only after a clinician has agreed.")


def _footwear(exercise: Exercise, say: Translate) -> str:
    _ = say
    return {
        "shoe": _("on the shoe"),
        "band_over_bare_foot": _("on a band over the bare foot"),
        "by_hand": _("none: a timer, and you write it down"),
    }[exercise.footwear]


def exercise_document(exercise: Exercise, say: Translate) -> dict[str, Any]:
    """Give all that is known of one exercise as a JSON document; ``say`` translates its texts."""
    return {
        "id": exercise.id,
        "group": exercise.group,
        "side": exercise.side,
        "levels": list(exercise.levels),
        "contraction": exercise.contraction or None,
        "posture": exercise.posture,
        "equipment": list(exercise.equipment),
        "title": say(exercise.title),
        "purpose": say(exercise.purpose),
        "position": say(exercise.position),
        "steps": [say(step) for step in exercise.steps],
        "support": say(exercise.support),
        "safety": say(exercise.safety),
        "doses": [_dose_document(dose, say) for dose in exercise.doses],
        "counted": {"kind": exercise.counted.kind, "words": say(exercise.counted.words)},
        "countable": exercise.counted.kind != "none",
        "footwear": exercise.footwear,
        "supervision": exercise.supervision,
        "cautions": _caution_documents(exercise, say),
        "time_limit_s": None if isnan(exercise.time_limit_s) else exercise.time_limit_s,
        "source_note": say(exercise.source_note) or None,
        "drawing": exercise.drawing or None,
        "from_clinic": exercise.from_clinic,
    }


def _caution_documents(exercise: Exercise, say: Translate) -> list[dict[str, str | None]]:
    return [
        {"id": name, "question": say(CAUTIONS[name].question) or None, "advice": say(CAUTIONS[name].advice)}
        for name in exercise.cautions
    ]


def _dose_document(dose: SourceDose, say: Translate) -> dict[str, Any]:
    def pair(values: tuple[int, int] | None) -> list[int] | None:
        return None if values is None else list(values)

    return {
        "source": dose.source,
        "stated": dose.stated,
        "side": dose.side or None,
        "sets": pair(dose.sets),
        "repetitions": pair(dose.repetitions),
        "per": dose.per,
        "hold_s": None if isnan(dose.hold_s) else dose.hold_s,
        "relax_s": None if isnan(dose.relax_s) else dose.relax_s,
        "times_a_day": pair(dose.times_a_day),
        "times_a_week": pair(dose.times_a_week),
        "about": dose.about,
        "words": say(dose.words) or None,
    }
