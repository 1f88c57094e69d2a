"""Trust in comparisons: which walks entered and which did not, their quality, what intervals hold, and all hashes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.measures import measure_facts
from footdrop_imu.report.analysis_words import said
from footdrop_imu.report.comparison_numbers import NOTHING, measure_words
from footdrop_imu.report.comparison_tables import LEFT_OUT
from footdrop_imu.report.model import Table, Trust
from footdrop_imu.report.person_words import fit
from footdrop_imu.report.trust import made_of, used_table, versions_table
from footdrop_imu.schema_rehab import PersonRecord

if TYPE_CHECKING:
    from footdrop_imu.rehab.compared import ComparedWalk
    from footdrop_imu.schema import Session, SessionResult

__all__ = [
    "Recorded",
    "WalkFile",
    "Walked",
    "comparison_trust",
    "hashes_table",
    "made_of_walks",
    "walk_files",
    "when_words",
]

Recorded = tuple["SessionResult", "Session"]
"""A walk as it was analyzed, and its session; streams are not needed."""
Walked = Sequence[Recorded] | PersonRecord
"""Where the walks of a comparison are from: recordings, or what is kept of a person."""

_QUALITIES = ("good", "usable", "poor")
_WORST_FIRST = {"poor": 0, "usable": 1}
_MOST_FILES = 24
_MOST_WALKS = 8
_MOST_REASONS = 12
_MOST_NAMES = 4

_TITLES = {
    "good": mark("All walks that were used are good recordings"),
    "usable": mark("Some of the walks are only usable, with limits"),
    "poor": mark("No walk that was used is a good recording"),
    "": mark("Nothing was compared"),
}
_COUNTS = {
    "good": mark("Good: {count}."),
    "usable": mark("Usable, with limits: {count}."),
    "poor": mark("Poor: {count}."),
}
_MEANING = {
    "lift": mark(
        "Lift is the angle of the shoe to the floor, not of the ankle: a thigh or a knee that lifts more tilts the "
        "shoe too, and it goes with walking speed."
    ),
    "clearance": mark(
        "Room under the toes can be had by lifting the foot, but also by lifting or swinging the whole leg, or by "
        "rising on the other foot."
    ),
    "drag": mark("Drags are told from jolts and from the foot's course; soft ones can be missed."),
    "": mark("The measure says how a person walked then and there, and nothing of why."),
}
_NOT_WHY = mark("A comparison shows what differs, not why. Healing, practice, shoes or the day can go with it too.")
_PRIOR = mark(
    "What days often differ by is not known of this person from so few days: for {measure} it is assumed, as no value "
    "is published."
)
_PRIOR_FROM = mark("What days often differ by is not known of this person from so few days: it is from {source}.")


@dataclass(frozen=True)
class WalkFile:
    """What is known of one walk's recording; ``reasons`` for its quality; ``hashes`` file to SHA-256."""

    id: str
    name: str
    start: str
    quality: str
    reasons: tuple[str, ...]
    version: str
    settings: str
    hashes: Mapping[str, str] = field(default_factory=dict)


def walk_files(walks: Walked, compared: Sequence[ComparedWalk]) -> tuple[WalkFile, ...]:
    """Find the recordings of the walks that were compared; all of those given where they are recordings."""
    if isinstance(walks, PersonRecord):
        wanted = {walk.id for walk in compared}
        return tuple(
            WalkFile(
                walk.id, fit(walk.name) or walk.id, walk.start, walk.quality, walk.reasons, walk.version,
                walk.config_hash, walk.hashes,
            )
            for walk in walks.walks
            if walk.id in wanted
        )  # fmt: skip
    return tuple(
        WalkFile(
            session.id, fit(result.session), session.start, result.quality.verdict, result.quality.reasons,
            str(result.provenance.get("version", "")), str(result.provenance.get("config_hash", "")), session.source,
        )
        for result, session in walks
    )  # fmt: skip


def when_words(start: str, translate: Translate) -> str:
    """Write when a walk began, as far as it is known; what is no time stands as it is."""
    try:
        return translate.moment(datetime.fromisoformat(start))
    except ValueError:
        return fit(start)


def comparison_trust(
    compared: Sequence[ComparedWalk],
    files: Sequence[WalkFile],
    settings: Mapping[str, str],
    measure: str,
    uncertainty: Sequence[str],
    translate: Translate,
    *,
    prior: bool = False,
) -> Trust:
    """Say how far a comparison can be trusted.

    Parameters
    ----------
    compared, files
        The walks, and their recordings.
    settings
        What each setting is called; empty = the walks are of one kind.
    measure
        What was compared.
    uncertainty
        What the intervals hold.
    translate
        Gives a text in the reader's language.
    prior
        What days differ by is not this person's own.
    """
    _ = translate
    used = [walk.quality for walk in compared if not walk.left_out]
    worst = max((quality for quality in used if quality in _QUALITIES), key=_QUALITIES.index, default="")
    counts = Counter(walk.quality for walk in compared)
    reasons = _reasons(files, _)
    if len(reasons) > _MOST_REASONS:
        more = _.number(len(reasons) - _MOST_REASONS)
        reasons = [*reasons[:_MOST_REASONS], _("{count} more are in the data of this report.").format(count=more)]
    facts = measure_facts(measure)
    meaning = [_(_MEANING[facts.family])] if facts.family in _MEANING else []
    sure = list(uncertainty)
    if prior:
        template, source = (_PRIOR_FROM, facts.source) if facts.doi else (_PRIOR, "")
        sure.append(_(template).format(measure=measure_words(measure, _), source=f"{_(source)}, doi {facts.doi}"))
    return Trust(
        worst,
        _(_TITLES[worst]),
        " ".join(_(_COUNTS[name]).format(count=_.number(counts[name])) for name in _QUALITIES if counts[name]),
        tuple(reasons),
        (),
        _used(compared, settings, _),
        tuple(sure),
        (*meaning, _(_NOT_WHY)),
        (),
        versions_table(
            _,
            version=", ".join(sorted({file.version for file in files} - {""})),
            more=[(_("Settings of the analysis"), ", ".join(sorted({file.settings for file in files} - {""})))],
            hashes=_hashes(files, _),
        ),
    )


def _reasons(files: Sequence[WalkFile], translate: Translate) -> list[str]:
    """Reasons for the recordings' quality, each once, with the walks that it holds for; the worst walks' first."""
    _ = translate
    walks: dict[str, list[str]] = {}
    for file in sorted(files, key=lambda file: _WORST_FIRST.get(file.quality, len(_WORST_FIRST))):
        for reason in file.reasons:
            walks.setdefault(reason, []).append(file.name)
    told = []
    for reason, names in walks.items():
        shown = ", ".join(names[:_MOST_NAMES])
        if len(names) > _MOST_NAMES:
            shown = _("{names} and {count} more").format(names=shown, count=_.number(len(names) - _MOST_NAMES))
        told.append(_("{reason} ({walks})").format(reason=said(reason, _), walks=shown))
    return told


def _used(compared: Sequence[ComparedWalk], settings: Mapping[str, str], translate: Translate) -> Table:
    _ = translate
    columns = list(settings) or [""]
    counts = Counter((walk.left_out, walk.setting if settings else "") for walk in compared)
    left_out = {
        _(words): [counts[reason, column] for column in columns]
        for reason, words in LEFT_OUT.items()
        if any(counts[reason, column] for column in columns)
    }
    head = (_("Walks"), *(settings.values() if settings else (_("Count"),)))
    return used_table(_, head, {_("Used"): [counts["", column] for column in columns]}, left_out)


def hashes_table(files: Sequence[WalkFile], translate: Translate) -> Table | None:
    """One hash a walk, of the lines ``hash  file`` of its files, sorted; None where all are among the versions."""
    _ = translate
    if _few(files):
        return None
    rows = [(walk.name, _.number(len(walk.hashes)), _hash_of(walk), walk.id or NOTHING) for walk in files]
    head = (_("Walk"), _("Files"), "SHA-256", _("Id of the recording"))
    return Table(head, tuple(rows), _("What was read, walk by walk"))


def _few(files: Sequence[WalkFile]) -> bool:
    return len(files) <= _MOST_WALKS and sum(len(walk.hashes) for walk in files) <= _MOST_FILES


def _hash_of(walk: WalkFile) -> str:
    lines = "".join(sorted(f"{value}  {file}\n" for file, value in walk.hashes.items()))
    return sha256(lines.encode("utf-8", "surrogatepass")).hexdigest() if lines else NOTHING


def _hashes(files: Sequence[WalkFile], translate: Translate) -> dict[str, str]:
    """Name every file with its hash, and what has none with its id; where they are many, one hash for all walks."""
    _ = translate
    if not _few(files):
        lines = "".join(f"{_hash_of(walk)}  {walk.id}\n" for walk in files)
        return {_("All recordings; one by one further up"): sha256(lines.encode("utf-8", "replace")).hexdigest()}
    alone = len({walk.name for walk in files}) == len(files)
    found: dict[str, str] = {}
    for place, walk in enumerate(files, start=1):
        name = walk.name if alone else f"{_.number(place)}. {walk.name}"
        if not walk.hashes and walk.id:
            found[_("{walk}, id of the recording").format(walk=name)] = walk.id
        found |= {f"{name}: {fit(file)}": value for file, value in walk.hashes.items()}
    return found


def made_of_walks(files: Sequence[WalkFile], compared: Sequence[ComparedWalk], translate: Translate) -> str:
    """Name what the report was made from, short enough for the foot of a page."""
    _ = translate
    names = [walk.name for walk in files] or [fit(walk.name) for walk in compared]
    version = ", ".join(sorted({file.version for file in files} - {""}))
    shown = ", ".join(names) if len(names) <= 2 else _("{first} to {last}, {count} walks").format(
        first=names[0], last=names[-1], count=_.number(len(names))
    )  # fmt: skip
    return made_of(shown, version) if version else made_of(shown)
