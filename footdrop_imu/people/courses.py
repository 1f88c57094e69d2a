"""A person's progress, from what the store keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footdrop_imu.people.diary import log_of
from footdrop_imu.people.plans import today
from footdrop_imu.rehab.progress import progress
from footdrop_imu.store.course import events
from footdrop_imu.store.people import person
from footdrop_imu.store.plans import plan_versions
from footdrop_imu.store.walks import walk_measures

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.store.database import Store

__all__ = ["progress_of"]


def progress_of(
    store: Store, pseudonym: str, now: datetime, translate: Callable[[str], str], *, on: date | None = None
) -> Progress:
    """Put together what is kept of a person.

    Parameters
    ----------
    store, pseudonym
        Where and whose.
    now
        The instant, with its zone.
    translate
        Gives a text in the reader's language, see ``language.translator``.
    on
        The day as of which it is asked, where the person lives; None = today. What is later is not looked at.

    Raises
    ------
    StoreError
        No such person; the store cannot be read.
    """
    day = on or today(store, pseudonym, now)
    log = log_of(store, pseudonym)
    return progress(
        person(store, pseudonym),
        walk_measures(store, pseudonym, last_day=day),
        events(store, pseudonym),
        [version for version in plan_versions(store, pseudonym) if version.start <= day],
        log[log["day"].dt.date <= day].reset_index(drop=True) if len(log) else log,
        day,
        translate,
    )
