"""Vendor files in: each walk becomes a session folder, with the originals beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footdrop_imu import __version__
from footdrop_imu.errors import FileFormatError, FileReason, FootdropError
from footdrop_imu.facts import WalkFacts, read_mountings, with_facts
from footdrop_imu.workflow import error_to_json, folder_name, refuse_missing

if TYPE_CHECKING:
    from footdrop_imu.files.sessions import ReadOptions, SessionOutcome
    from footdrop_imu.schema import Mounting, Session

__all__ = ["ImportOutcome", "import_walks", "imports_to_json"]


@dataclass(frozen=True)
class ImportOutcome:
    """What became of one walk: a session and the folder that it is in now, or the error that says why not."""

    name: str
    path: Path
    session: Session | None = None
    folder: Path | None = None
    error: FootdropError | None = None


def import_walks(
    paths: Sequence[Path],
    options: ReadOptions,
    out: Path,
    facts: WalkFacts | None = None,
    *,
    sensors: Mapping[str, str] | None = None,
    force: bool = False,
) -> Iterator[ImportOutcome]:
    """Turn files of any format that can be read into session folders; a refused walk does not hinder the others.

    Parameters
    ----------
    paths
        Files and folders; may be empty where ``options.segments`` names files.
    options
        How to read them.
    out
        Folder of the one walk, or of a folder for each of several.
    facts
        What the user says about the walks.
    sensors
        Serial number or name of the sensor on each segment, where the files do not say it.
    force
        Whether sessions that are there already may be replaced.

    Yields
    ------
    ImportOutcome
        One a walk, in the order of the paths. The folder keeps a copy of every original; ``[source]`` of its
        session.toml has their hashes.

    Raises
    ------
    FileFormatError
        A path that does not exist (before anything is read), or a mounting file that cannot be used.
    """
    from footdrop_imu.files.sessions import iterate_sessions

    facts = facts or WalkFacts()
    refuse_missing(chain(paths, options.segments.values(), filter(None, (options.columns, facts.mounting))))
    mountings = read_mountings(facts)
    found = iterate_sessions(paths, options)
    opening = list(islice(found, 2))
    for outcome in chain(opening, found):
        folder = out if len(opening) == 1 else out / folder_name(outcome.name)
        yield _import_walk(outcome, facts, mountings, sensors or {}, folder, force=force)


def _import_walk(
    outcome: SessionOutcome,
    facts: WalkFacts,
    mountings: Mapping[str, Mounting],
    sensors: Mapping[str, str],
    folder: Path,
    *,
    force: bool,
) -> ImportOutcome:
    from footdrop_imu.files.session_folder import write_session_folder

    done = ImportOutcome(outcome.name, outcome.path)
    if outcome.session is None:
        return replace(done, error=outcome.error)
    try:
        if not outcome.originals:
            raise FileFormatError(
                FileReason.IS_SESSION,
                f"{outcome.path} is a session already and needs no import. Analyze it as it is.",
                path=outcome.path,
            )
        session = _with_sensors(with_facts(outcome.session, facts, mountings), sensors)
        copies, source = _copies(outcome.originals, session.source)
        session = replace(session, source=source)
        write_session_folder(folder, session, extra=copies, force=force)
    except FootdropError as error:
        return replace(done, error=error)
    return replace(done, session=session, folder=folder)


def _with_sensors(session: Session, sensors: Mapping[str, str]) -> Session:
    streams = tuple(
        replace(one, traits=replace(one.traits, serial=sensors.get(one.segment, one.traits.serial)))
        for one in session.streams
    )
    return replace(session, streams=streams)


def _copies(originals: Sequence[Path], source: Mapping[str, str]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Contents and hashes of the files that a walk was read from, by the names of their copies.

    Raises
    ------
    FileFormatError
        One of them is not what was read any more.
    """
    from footdrop_imu.files.text import read_bytes

    copies: dict[str, bytes] = {}
    hashes: dict[str, str] = {}
    for path in originals:
        data = read_bytes(path)
        digest = hashlib.sha256(data).hexdigest()
        if digest not in source.values():  # a trunk's file, that was left out
            continue
        name, number = path.name, 2
        while name in copies:
            name, number = f"{path.stem}_{number}{path.suffix}", number + 1
        copies[name], hashes[name] = data, digest
    if sorted(hashes.values()) != sorted(source.values()):
        raise FileFormatError(
            FileReason.HASH_DIFFERS,
            f"{', '.join(source)} changed while being read. Wait until nothing writes there any more.",
        )
    return copies, hashes


def imports_to_json(outcomes: Sequence[ImportOutcome]) -> dict[str, Any]:
    """Make the document of ``import --json``: ``sessions``, and ``refused`` and ``error`` as ``analyze`` has them."""
    document: dict[str, Any] = {"version": __version__, "sessions": []}
    for outcome in outcomes:
        if outcome.session is not None:
            document["sessions"].append(
                {
                    "session": outcome.name,
                    "folder": str(outcome.folder),
                    "segments": list(dict.fromkeys(stream.segment for stream in outcome.session.streams)),
                    "source": dict(outcome.session.source),
                    "notes": list(outcome.session.notes),
                }
            )
    refused = [{"session": one.name, **error_to_json(one.error)} for one in outcomes if one.error is not None]
    if refused:
        document["refused"] = refused
        if not document["sessions"]:
            document["error"] = {key: value for key, value in refused[0].items() if key != "session"}
    return document
