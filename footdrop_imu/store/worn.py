"""What a person wears: shoes, a side and a day at a time, and orthoses, stimulators, walking aids."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert, select

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema import AIDS, ORTHOSES, PLACES, SIDES, STIMULATORS, Mounting, Shoe
from footdrop_imu.schema_rehab import AID_KINDS, OwnAid, OwnShoe
from footdrop_imu.store import checks
from footdrop_imu.store.audit import record
from footdrop_imu.store.database import Store, reading, writing
from footdrop_imu.store.models import AidRow, ShoeRow
from footdrop_imu.store.people import find_person
from footdrop_imu.store.rows import from_columns, to_columns

__all__ = ["add_aid", "add_shoe", "aids", "shoes"]

_WORDS = {"orthosis": ORTHOSES, "stimulator": STIMULATORS, "aid": AIDS}


def add_shoe(store: Store, pseudonym: str, own: OwnShoe) -> None:
    """Add one side of a shoe as it is from a day on; a shoe that was measured anew is added again with that day.

    Raises
    ------
    StoreError
        NOT_FOUND: no such person; EXISTS: this side of this shoe is there from that day; WRONG_VALUE.
    """
    shoe = own.shoe
    checks.check_word("side", shoe.side, SIDES)
    checks.check_word("place", shoe.place, PLACES, or_empty=True)
    checks.check_number("length_m", shoe.length_m, 0.1, 0.5)
    checks.check_number("length_sd_m", shoe.length_sd_m, 0.0, 0.1)
    key = {"name": own.name, "side": shoe.side, "valid_from": own.valid_from}
    with writing(store) as connection:
        person = find_person(connection, pseudonym)
        if connection.execute(select(ShoeRow.id).filter_by(person_id=person.id, **key)).first():
            raise StoreError(
                StoreReason.EXISTS,
                f"{pseudonym}: the {shoe.side} side of {own.name or 'the shoe without a name'} is there from "
                f"{own.valid_from} already. Give the day from which it is otherwise.",
            )
        values = {
            **to_columns(shoe),
            "mounting": {part: value for part, value in to_columns(shoe.mounting).items() if value is not None},
        }
        made = connection.execute(insert(ShoeRow).values(person_id=person.id, **key | values)).inserted_primary_key
        record(store, connection, "shoe", str(made and made[0]), "added", person=person.key, after=own)


def shoes(store: Store, pseudonym: str, *, on: date | None = None) -> tuple[OwnShoe, ...]:
    """Read a person's shoes by name, side and day; ``on``: as they were on that day, each side of each shoe once.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    with reading(store) as connection:
        person = find_person(connection, pseudonym)
        rows = connection.execute(select(ShoeRow).where(ShoeRow.person_id == person.id)).all()
    found = [
        OwnShoe(
            row.name,
            from_columns(Shoe, row, mounting=Mounting(**{k: _tuples(v) for k, v in row.mounting.items()})),
            row.valid_from,
        )
        for row in rows
    ]
    found.sort(key=lambda own: (own.name, own.shoe.side, own.valid_from))
    if on is None:
        return tuple(found)
    return tuple({(own.name, own.shoe.side): own for own in found if own.valid_from <= on}.values())


def add_aid(store: Store, pseudonym: str, own: OwnAid) -> None:
    """Add an orthosis, a stimulator or a walking aid.

    Raises
    ------
    StoreError
        NOT_FOUND: no such person; EXISTS: the same is there; WRONG_VALUE.
    """
    checks.check_word("kind", own.kind, AID_KINDS)
    checks.check_word(own.kind, own.word, [word for word in _WORDS[own.kind] if word != "none"])
    if own.start and own.end and own.end < own.start:
        raise checks.wrong(f"{own.kind}: it ends on {own.end}, before it starts on {own.start}.")
    with writing(store) as connection:
        person = find_person(connection, pseudonym)
        same = select(AidRow.id).filter_by(person_id=person.id, kind=own.kind, word=own.word, name=own.name)
        if connection.execute(same.where(AidRow.start == own.start)).first():
            raise StoreError(StoreReason.EXISTS, f"{pseudonym}: {own.name or own.word} is there already.")
        made = connection.execute(insert(AidRow).values(person_id=person.id, **to_columns(own))).inserted_primary_key
        record(store, connection, "aid", str(made and made[0]), "added", person=person.key, after=own)


def aids(store: Store, pseudonym: str, *, on: date | None = None) -> tuple[OwnAid, ...]:
    """Read a person's aids by kind, start and name; ``on``: those of that day.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    with reading(store) as connection:
        person = find_person(connection, pseudonym)
        rows = connection.execute(select(AidRow).where(AidRow.person_id == person.id)).all()
    found = [from_columns(OwnAid, row) for row in rows]
    found.sort(key=lambda own: (own.kind, own.start or date.min, own.name))
    return tuple(own for own in found if on is None or (own.start or on) <= on <= (own.end or on))


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
