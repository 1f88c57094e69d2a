"""What every report says of its own trust: intended use, quality, what was used, uncertainty, versions and hashes.

Every text is marked here and said in the reader's language by the ``translate`` that each function takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from footdrop_imu import __version__
from footdrop_imu.language import Translate, mark
from footdrop_imu.report.model import Table

__all__ = [
    "CHANGE_UNCERTAINTY",
    "INTENDED_USE",
    "NO_DIAGNOSIS",
    "QUALITY",
    "WALK_UNCERTAINTY",
    "made_of",
    "quality_words",
    "used_table",
    "versions_table",
]

INTENDED_USE = mark(
    "This report shows how a person walks, for research and for people following their own walking with their "
    "clinician. It does not diagnose, does not predict falls, and tells nobody to start or stop a treatment, brace "
    "or stimulator. It is not a medical device."
)
WALK_UNCERTAINTY = mark(
    "The interval is the 95 % interval of this walk's median; another day can differ by more. The person's own other "
    "side and own earlier walks come first."
)
CHANGE_UNCERTAINTY = mark(
    "No two walks give the same numbers, even where nothing has changed. A change counts only where it is greater than "
    "the smallest detectable change: what walks and days of this person differ by anyway."
)
NO_DIAGNOSIS = mark("Healthy ranges are of groups: to lie outside one is no diagnosis.")
QUALITY: Mapping[str, tuple[str, str]] = {
    "good": (mark("Good recording"), mark("The numbers below can be used.")),
    "usable": (mark("Usable recording, with limits"), mark("Read the numbers below together with these limits.")),
    "poor": (mark("Poor recording"), mark("Do not rest a decision on the numbers below.")),
}
"""Title and words by the verdict on a recording."""
_VERSION_HEAD = (mark("What"), mark("Version or SHA-256"))


def quality_words(verdict: str, translate: Translate) -> tuple[str, str]:
    """Title and words of a verdict on a recording; one that is not known is only named."""
    _ = translate
    if verdict in QUALITY:
        title, words = QUALITY[verdict]
        return _(title), _(words)
    if not verdict:
        return _("Recording not graded"), ""
    return _("Recording graded {verdict}").format(verdict=verdict), ""


def used_table(
    translate: Translate,
    head: Sequence[str],
    used: Mapping[str, Sequence[int]],
    left_out: Mapping[str, Sequence[int]],
    caption: str = "",
) -> Table:
    """Tell what was used and what was left out, with reasons, all texts translated already.

    Parameters
    ----------
    translate
        Writes the counts.
    head
        What is counted ("Strides"), then the columns ("Left", "Right"; or "Count").
    used
        Name of a line to its counts, a count a column: what was used, for what.
    left_out
        Reason to its counts.
    caption
        Of the table.
    """
    rows = [
        (name, *(translate.number(count) for count in counts)) for name, counts in (*used.items(), *left_out.items())
    ]
    return Table(tuple(head), tuple(rows), caption, numeric=True)


def versions_table(
    translate: Translate,
    *,
    version: str = __version__,
    more: Iterable[tuple[str, str]] = (),
    hashes: Mapping[str, str] | None = None,
) -> Table:
    """Tell by what the report was made and of what: program, ``more`` (name and text), and files with their SHA-256.

    Parameters
    ----------
    translate
        For the head and the names that are the same in every report.
    version
        The program that analyzed.
    more
        Such as the identity of the settings, or of the plan.
    hashes
        File or recording to SHA-256.
    """
    _ = translate
    rows = [("footdrop_imu", version or _("not recorded"))]
    rows += [(_("footdrop_imu, this report"), __version__)] if version not in ("", __version__) else []
    rows += [(name, text) for name, text in more if text]
    rows += sorted((hashes or {}).items())
    return Table(tuple(_(text) for text in _VERSION_HEAD), tuple(rows), _("Versions, and what was read"))


def made_of(name: str, version: str = __version__) -> str:
    """Identity of what a report was made from, as it stands on every page."""
    return f"{name}, footdrop_imu {version}"
