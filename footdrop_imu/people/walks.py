"""Walks that are kept: what an analysis gave becomes part of its person's course."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema_rehab import Walk
from footdrop_imu.store.people import people, person
from footdrop_imu.store.place import store_url
from footdrop_imu.store.walks import add_walk, walks
from footdrop_imu.walk_measures import condition_key, walk_id, walk_measure_rows

if TYPE_CHECKING:
    from datetime import date

    from footdrop_imu.schema import Session, SessionResult
    from footdrop_imu.schema_rehab import Patient
    from footdrop_imu.store.database import Store

__all__ = ["Kept", "disputed_walks", "keep_walk", "sides_differ", "store_is_there", "walk_record"]


def walk_record(result: SessionResult, session: Session, folder: Path | None = None) -> Walk:
    """Write down what is kept of a walk beside its measures; ``folder`` where its recording is."""
    return Walk(
        id=walk_id(session),
        start=session.start,
        activity=session.activity,
        condition=session.condition,
        condition_key=condition_key(session.condition),
        folder="" if folder is None else str(folder.absolute()),
        hashes=dict(session.source),
        version=str(result.provenance["version"]),
        config_hash=str(result.provenance["config_hash"]),
        quality=result.quality.verdict,
        reasons=result.quality.reasons,
        name=result.session,
        affected=session.person.affected,
    )


def store_is_there(url: str | None) -> bool:
    """Whether there is a store to keep walks in: nothing is made for a walk of somebody who was never added."""
    address = store_url(url)
    return address.get_backend_name() != "sqlite" or Path(address.database or "").exists()


class Kept(NamedTuple):
    """What became of a walk that was to be kept: ``outcome`` kept, as_before, unknown_person; words, "" = none."""

    outcome: str
    words: str = ""


def keep_walk(store: Store, result: SessionResult, session: Session, folder: Path | None = None) -> Kept:
    """Keep a walk for its person, where the store knows them.

    Parameters
    ----------
    store
        Where.
    result, session
        What was measured, and the session it is of; streams are not needed.
    folder
        Where the recording is.

    Returns
    -------
    Kept
        With words where what is known of the person and the walk do not fit, or the walk will not count.

    Raises
    ------
    SchemaError
        The walk has no start: it has no place in a course.
    StoreError
        It is somebody else's walk; the store cannot be written.
    """
    name = session.person.id
    known = {patient.id: patient for patient in people(store)}
    if name not in known:
        return Kept("unknown_person", f"There is no person {name} in the store: footdrop person add {name}")
    walk, patient = walk_record(result, session, folder), known[name]
    outcome = "kept"
    try:
        add_walk(store, name, walk, walk_measure_rows(result, session))
    except StoreError as error:
        if error.reason is not StoreReason.EXISTS:
            raise
        outcome = "as_before"
    if sides_differ(patient, walk):
        return Kept(
            outcome,
            f"The walk says that the {walk.affected} foot drops, the store says the {patient.affected} one: no verdict "
            f"until they agree. Analyze it again with --affected {patient.affected}, or correct the person: "
            f"footdrop person change {name} --affected {walk.affected}",
        )
    if walk.quality != "good":
        return Kept(outcome, f"Its quality is {walk.quality}: it does not count in the comparison.")
    return Kept(outcome)


def disputed_walks(store: Store, pseudonym: str, on: date) -> tuple[Walk, ...]:
    """Find the walks up to a day whose session says that another foot drops than is known of the person.

    Raises
    ------
    StoreError
        No such person.
    """
    patient = person(store, pseudonym)
    return tuple(
        walk
        for walk in walks(store, pseudonym)
        if sides_differ(patient, walk) and datetime.fromisoformat(walk.start).date() <= on
    )


def sides_differ(patient: Patient, walk: Walk) -> bool:
    """Whether a walk's session names one foot and the person's facts another; both feet contradict neither."""
    one_foot = ("left", "right")
    return walk.affected in one_foot and patient.affected in one_foot and walk.affected != patient.affected
