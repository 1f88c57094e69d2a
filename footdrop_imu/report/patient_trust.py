"""How far the patient sheet can be trusted, in plain words, and what it was made of."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from footdrop_imu.language import Translate, mark
from footdrop_imu.report.model import Trust
from footdrop_imu.report.trust import used_table, versions_table

if TYPE_CHECKING:
    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.schema_rehab import PersonRecord

__all__ = ["patient_provenance", "patient_trust"]

_DIFFER = mark(
    "No two walks are the same. We say better or worse only when the change is bigger than what your days differ by."
)
_WRONG = mark("Even so, better or worse is each said wrongly about 1 time in 20.")
_SHOE = mark("A sensor on the shoe shows how the shoe moves, not how strong you are or why something changes.")
_YOURSELF = mark("You are compared only with yourself.")


def patient_trust(found: Progress, record: PersonRecord, translate: Translate) -> Trust:
    """Say which days were compared, which were left out and why, and what the comparison is worth."""
    _ = translate
    line = found.verdict.line
    left_out = dict(line.left_out) if line is not None else {}
    others = sum(
        one.day.shape[0]
        for one in found.lines
        if (one.measure, one.side) == (found.verdict.measure, found.verdict.side) and one is not line
    )
    counted = line.day.shape[0] if line is not None else 0
    ends = (line.baseline_count, line.latest_count) if line is not None else (0, 0)
    used = {
        _("Compared: your first days"): [ends[0]],
        _("Compared: your last days"): [ends[1]],
        _("Other days that count"): [counted - sum(ends)],
    }
    reasons = {
        _("Left out: the very first day, for practice"): left_out.get("practice", 0),
        _("Left out: the recording was not good enough"): left_out.get("quality", 0),
        _("Left out: too few steps"): left_out.get("few_strides", 0),
        _("Left out: not like these walks"): others,
    }
    out = {name: [count] for name, count in reasons.items() if count}
    poor = left_out.get("quality", 0)
    if not len(record.measures):
        quality, title, words = "", _("No walk is recorded yet"), ""
    elif not counted and poor:
        quality, title, words = "poor", _("Poor recordings"), _("So nothing is said about better or worse.")
    elif poor:
        quality, title, words = "usable", _("Some recordings were poor"), _("They were left out.")
    else:
        quality, title, words = "good", _("Good recordings"), _("The walks that count were recorded well.")
    advice = (_("Charge the sensors and fasten them well."),) if poor else ()
    why = (
        (_("Days on which the recording was not good enough: {count}.").format(count=translate.number(poor)),)
        if poor
        else ()
    )
    versions = sorted({walk.version for walk in record.walks if walk.version})
    settings = sorted({walk.config_hash for walk in record.walks if walk.config_hash})
    return Trust(
        quality,
        title,
        words,
        why,
        advice,
        used_table(translate, (_("Days with walks"), _("Days")), used, out),
        (_(_DIFFER), _(_WRONG)),
        (_(_SHOE), _(_YOURSELF)),
        (),
        versions_table(
            translate,
            more=(
                (_("Walks worked out by"), ", ".join(versions)),
                (_("Settings"), ", ".join(settings)),
                (_("All that was read (SHA-256)"), _digest(record)),
            ),
        ),
    )


def _digest(record: PersonRecord) -> str:
    """One hash for all that was read: walks with the hashes of their files, measures, log, plan."""
    parts: Iterable[str] = (
        *(f"{walk.id} {walk.version} {walk.config_hash} {sorted(walk.hashes.items())}" for walk in record.walks),
        record.measures.to_csv(index=False),
        record.log.to_csv(index=False),
        *(repr(version) for version in record.plan),
    )
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def patient_provenance(found: Progress, record: PersonRecord) -> dict[str, Any]:
    """Give what the sheet was made of, for programs; neither pain nor notes."""
    verdict = found.verdict
    return {
        "person": record.patient.id,
        "day": found.day.isoformat(),
        "goal": found.goal,
        "verdict": {name: getattr(verdict, name) for name in ("code", "reason", "measure", "side", "risen")},
        "verdict_is_due": found.verdict_is_due,
        "walks": [
            {"id": walk.id, "version": walk.version, "config_hash": walk.config_hash, "hashes": dict(walk.hashes)}
            for walk in record.walks
        ],
        "read_sha256": _digest(record),
    }
