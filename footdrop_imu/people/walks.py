"""Walks that are kept: what an analysis gave becomes part of its person's course."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema_rehab import Walk
from footdrop_imu.store.people import people
from footdrop_imu.store.place import store_url
from footdrop_imu.store.walks import add_walk
from footdrop_imu.walk_measures import condition_key, walk_id, walk_measure_rows

if TYPE_CHECKING:
    from footdrop_imu.schema import Session, SessionResult
    from footdrop_imu.store.database import Store

__all__ = ["keep_walk", "store_is_there", "walk_record"]


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


def keep_walk(store: Store, result: SessionResult, session: Session, folder: Path | None = None) -> bool:
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
    bool
        Whether it is kept now, or was before; False where nobody is named, or somebody the store does not know:
        a researcher's walks need no store.

    Raises
    ------
    SchemaError
        The walk has no start: it has no place in a course.
    StoreError
        It is somebody else's walk; the store cannot be written.
    """
    if session.person.id not in {patient.id for patient in people(store)}:
        return False
    measures = walk_measure_rows(result, session)
    try:
        add_walk(store, session.person.id, walk_record(result, session, folder), measures)
    except StoreError as error:
        if error.reason is not StoreReason.EXISTS:
            raise
    return True
