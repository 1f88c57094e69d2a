"""A capture decoded again: with a repaired profile, or because its recorder was broken off."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from footdrop_imu.device.capture import seal_journal
from footdrop_imu.device.journal import read_journal
from footdrop_imu.device.journal_format import JOURNAL_FILE, JournalSensor
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.profiles import load_profile, profile_folder
from footdrop_imu.errors import FileFormatError, FileReason, OutputError, OutputReason, ProfileError, ProfileReason
from footdrop_imu.facts import WalkFacts, read_mountings, with_facts
from footdrop_imu.files.session_folder import SESSION_FILE, write_session_folder
from footdrop_imu.recording.captures import Decoded, session_from_journal

__all__ = ["replay"]


def replay(
    path: Path,
    out: Path | None = None,
    *,
    profiles: Sequence[tuple[str, str]] = (),
    facts: WalkFacts | None = None,
    tap: bool = False,
    force: bool = False,
) -> tuple[Decoded, Path]:
    """Decode a capture and make a session folder of it.

    Parameters
    ----------
    path
        A recording's folder, or its ``capture.journal``.
    out
        Where the session goes, with a copy of the capture; None = beside the capture, which is closed if its recorder
        could not.
    profiles
        Segment ("" = every sensor that it fits) and the profile's id or file, in place of those it was recorded with.
    facts
        What is said of the walk now; it goes before what was said to the recorder.
    tap
        Whether the sensors were tapped together: their clocks are aligned by that.
    force
        Whether a session that is there already may be replaced.

    Returns
    -------
    decoded, folder

    Raises
    ------
    FileFormatError
        There is no capture, or it is none.
    ProfileError
        A profile that cannot be used, or does not say which sensor it is for.
    DecodeError, SignalError
        Nothing can be decoded with these profiles.
    OutputError
        The session is there already, cannot be written, or the capture is still being recorded.
    """
    file = path / JOURNAL_FILE if path.is_dir() else path
    if not file.exists():
        raise FileFormatError(
            FileReason.NOT_FOUND,
            f"There is no {JOURNAL_FILE} at {path}. Give the folder of a recording that footdrop record made.",
            path=path,
        )
    folder = file.parent if out is None else out
    if not force and (folder / SESSION_FILE).exists():
        raise OutputError(
            OutputReason.EXISTS,
            f"{folder} already holds a session. Choose another place with --out, or replace it with --force.",
            path=folder,
        )
    facts = facts or WalkFacts()
    mountings = read_mountings(facts)
    journal = read_journal(file)
    chosen = _for_segments(journal.header.sensors, [(segment, load_profile(name)) for segment, name in profiles])
    if out is None and not journal.sealed:
        seal_journal(file)
        journal = read_journal(file)
    decoded = session_from_journal(journal, file.resolve().parent.name, chosen, tap=tap)
    notes = tuple(
        f"{segment.replace('_', ' ').capitalize()}: decoded again, with {_shown(profile)}."
        for segment, profile in chosen.items()
    )
    session = with_facts(decoded.session, facts, mountings)
    session = replace(session, notes=(*session.notes, *notes))
    elsewhere = folder.resolve() != file.resolve().parent
    extra = {JOURNAL_FILE: partial(_copy, file)} if elsewhere else {}
    write_session_folder(folder, session, extra=extra, force=force)
    return decoded._replace(session=session), folder


def _shown(profile: Profile) -> str:
    """Name a built-in profile by its id, a user's by its file."""
    own = profile.path is not None and Path(profile.path).parent != profile_folder()
    return str(profile.path) if own else profile.id


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)


def _for_segments(sensors: Sequence[JournalSensor], given: Sequence[tuple[str, Profile]]) -> Mapping[str, Profile]:
    """Which sensor is decoded with which profile; one for no segment goes to those recorded with the same id."""
    chosen: dict[str, Profile] = {}
    ids = {sensor.segment: sensor.profile_id for sensor in sensors}
    for segment, profile in given:
        if segment and segment not in ids:
            raise _unclear(f"The capture has no sensor on the {segment.replace('_', ' ')}", ids, profile)
        same = [one for one, known in ids.items() if known == profile.id]
        places = [segment] if segment else same or (list(ids) if len(set(ids.values())) == 1 else [])
        if not places:
            raise _unclear(f"It is not clear which sensor {profile.id} is for", ids, profile)
        chosen |= dict.fromkeys(places, profile)
    return chosen


def _unclear(what: str, ids: Mapping[str, str], profile: Profile) -> ProfileError:
    held = ", ".join(f"{segment}: {known}" for segment, known in ids.items())
    return ProfileError(
        ProfileReason.WRONG_VALUE,
        f"{what}; it holds {held}. Name the segment, as in --profile left=FILE.toml.",
        path=profile.path,
    )
