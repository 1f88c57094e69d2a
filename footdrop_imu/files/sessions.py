"""From files and folders to sessions, one outcome a walk."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.clocks import join_clocks
from footdrop_imu.files.formats import Reading, ReadOptions
from footdrop_imu.files.grouping import Group, Member, folder_members, group_members, is_elsewhere, member_of
from footdrop_imu.files.readers import find_reader, read_streams
from footdrop_imu.files.session_folder import SESSION_FILE, read_session_folder
from footdrop_imu.files.text import read_text
from footdrop_imu.schema import SEGMENTS, Session

__all__ = ["ReadOptions", "SessionOutcome", "iterate_sessions", "read_session", "read_sessions"]

_NAMESPACE = uuid.UUID("6f6b5b1e-6c5b-5d0e-9a55-0d3f1c1b7c11")


@dataclass(frozen=True)
class SessionOutcome:
    """What became of one walk: a session, or the reason why there is none. ``path`` is its file or folder."""

    name: str
    path: Path
    session: Session | None = None
    error: FileFormatError | None = None


def read_session(path: Path | str, options: ReadOptions | None = None) -> Session:
    """Read one walk: a session folder, a folder with the files of one walk, or one file.

    Raises
    ------
    FileFormatError
        It cannot be read, or there are several walks (use `read_sessions`).
    """
    outcomes = read_sessions([Path(path)], options)
    if len(outcomes) > 1:
        raise FileFormatError(
            FileReason.BAD_SESSION,
            f"{path} holds {len(outcomes)} walks where one is expected, the first being {outcomes[0].name}. Name the "
            "files of one walk, or read them all.",
            path=path,
        )
    if outcomes[0].session is None:
        assert outcomes[0].error is not None
        raise outcomes[0].error
    return outcomes[0].session


def read_sessions(paths: Sequence[Path], options: ReadOptions | None = None) -> list[SessionOutcome]:
    """Read all walks of some files and folders; a walk that cannot be read does not hinder the others.

    Parameters
    ----------
    paths
        Files, folders with files, folders of such folders, or session folders.
    options
        What the user said; its ``segments`` are a walk of their own, the first.

    Returns
    -------
    list of SessionOutcome
        In the order of the paths, never empty; names are unique.
    """
    return list(iterate_sessions(paths, options))


def iterate_sessions(paths: Sequence[Path], options: ReadOptions | None = None) -> Iterator[SessionOutcome]:
    """Do what `read_sessions` does, one walk at a time."""
    options = options or ReadOptions()
    taken: set[str] = set()
    for outcome in _outcomes(paths, options):
        name = _readable(outcome.name)
        if name in taken:
            name = _readable(f"{outcome.path.resolve().parent.name}_{name}")
        number = 2
        while name in taken:
            name, number = _readable(f"{outcome.name}_{number}"), number + 1
        taken.add(name)
        session, error = outcome.session, outcome.error
        if error is not None:
            error.message = _readable(error.message)
            error.args = (error.message,)
        yield replace(outcome, name=name, session=session and replace(session, name=name))


def _outcomes(paths: Sequence[Path], options: ReadOptions) -> Iterator[SessionOutcome]:
    named = {path.resolve() for path in options.segments.values()}
    if options.segments:
        members = tuple(
            replace(member_of(path), segment=segment, because=f"by --{segment.removesuffix('_foot').replace('_', '-')}")
            for segment, path in options.segments.items()
        )
        yield _outcome(Group(members[0].walk, members[0].path.parent, members), options, ())
    loose: dict[Path, Group] = {}
    files = [path for path in paths if path.is_file() and path.name != SESSION_FILE and path.resolve() not in named]
    for group in group_members(_loose_members(files)):
        loose[group.members[0].path] = group
    for path in paths:
        if path in loose:
            yield _outcome(loose.pop(path), options, ())
        elif path.name == SESSION_FILE and path.is_file():
            yield _session_folder(path.parent)
        elif path.is_dir():
            yield from _folder(path, options, named)
        elif not path.is_file():
            error = FileFormatError(FileReason.NOT_FOUND, f"There is no file or folder {path}.", path=path)
            yield SessionOutcome(path.stem or str(path), path, error=error)


def _loose_members(files: Sequence[Path]) -> list[Member]:
    """Members of files that were named one by one; their folder's sensorspec counts, each file counts once."""
    members: dict[Path, Member] = {}
    for path in files:
        try:
            listed = {member.path.name: member for member in folder_members(path.parent)}
        except FileFormatError:
            listed = {}
        member = listed.get(path.name)
        members.setdefault(path.resolve(), replace(member, path=path) if member else member_of(path))
    return list(members.values())


def _folder(top: Path, options: ReadOptions, named: set[Path]) -> Iterator[SessionOutcome]:
    """Yield the walks of a folder and its sub-folders; files that are no samples are left out where others are."""
    found = 0
    left_out: list[str] = []
    first: FileFormatError | None = None
    for folder in _folders(top):
        if (folder / SESSION_FILE).is_file():
            found += 1
            yield _session_folder(folder)
            continue
        try:
            members = [member for member in folder_members(folder) if member.path.resolve() not in named]
        except FileFormatError as error:
            found += 1
            yield SessionOutcome(folder.name, folder, error=error)
            continue
        for group in group_members(members):
            outcome = _outcome(group, options, tuple(left_out))
            if outcome.error is not None and _is_no_recording(group, outcome.error, options):
                names = ", ".join(member.path.name for member in group.members)
                left_out.append(f"{names} left out: {outcome.error.reason.replace('_', ' ')}.")
                first = first or outcome.error
                continue
            found += 1
            left_out = [] if outcome.session else left_out
            yield outcome
    if not found and not named:
        nothing = f"{top} holds no file of samples (.csv, .tsv, .txt, .dat) and no {SESSION_FILE}."
        refusal = first or FileFormatError(FileReason.EMPTY, nothing, path=top)
        yield SessionOutcome(top.resolve().name, top, error=refusal)


def _folders(top: Path) -> Iterator[Path]:
    """Yield a folder and those below it, parents first; not below a session folder, no hidden ones, no links."""
    yield top
    if (top / SESSION_FILE).is_file():
        return
    try:
        below = sorted(path for path in top.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError:
        return
    for folder in below:
        if not folder.name.startswith("."):
            yield from _folders(folder)


def _is_no_recording(group: Group, error: FileFormatError, options: ReadOptions) -> bool:
    """Whether a folder's files that were refused look like something else than a walk (notes, markers, a trunk)."""
    if error.reason is FileReason.UNKNOWN_FORMAT:
        return not any(_has_format(member.path, options) for member in group.members)
    if error.reason is FileReason.MISSING_COLUMN and options.columns is not None:
        return len(group.members) == 1
    no_side = not any(member.segment for member in group.members)
    if error.reason is FileReason.SEGMENT_UNKNOWN:
        return all(is_elsewhere(member.path) for member in group.members)
    return no_side and error.reason in (FileReason.NOT_TEXT, FileReason.EMPTY)


def _has_format(path: Path, options: ReadOptions) -> bool:
    try:
        find_reader(read_text(path), options)
    except FileFormatError:
        return False
    return True


def _session_folder(folder: Path) -> SessionOutcome:
    name = folder.resolve().name
    try:
        session = read_session_folder(folder)
    except FileFormatError as error:
        return SessionOutcome(name, folder, error=error)
    return SessionOutcome(session.name, folder, session=session)


def _outcome(group: Group, options: ReadOptions, notes: tuple[str, ...]) -> SessionOutcome:
    path = group.members[0].path if len(group.members) == 1 else group.folder
    try:
        return SessionOutcome(group.name, path, session=_read_group(group, options, notes))
    except FileFormatError as error:
        return SessionOutcome(group.name, path, error=error)


def _read_group(group: Group, options: ReadOptions, left_out: tuple[str, ...]) -> Session:
    parts: list[tuple[Path, str, Reading]] = []
    source: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    holder: dict[str, Path] = {}
    for member in group.members:
        if member.segment and member.segment not in SEGMENTS:
            notes += (f"{member.path.name}: {member.segment} is neither foot nor shank; left out.",)
            continue
        reading, sha256 = read_streams(member.path, options)
        twin = next((name for name, other in source.items() if other == sha256), None)
        if twin is not None and not any(stream.segment for stream in reading.streams):
            raise FileFormatError(
                FileReason.SEGMENT_TWICE,
                f"{twin} and {member.path.name} hold the same recording; two segments cannot. Check which file is of "
                "which foot.",
                path=member.path,
            )
        reading = _with_segments(member, reading)
        for segment in dict.fromkeys(stream.segment for stream in reading.streams):
            if segment in holder:
                raise FileFormatError(
                    FileReason.SEGMENT_TWICE,
                    f"{holder[segment].name} and {member.path.name} are both of the {segment.replace('_', ' ')}. Keep "
                    "one, or say which is which with --left and --right.",
                    path=member.path,
                )
            holder[segment] = member.path
        # Files named by options alone: their names say nothing about different walks.
        unnamed = reading.clock == "session" and not member_of(member.path).segment
        parts.append((member.path, "" if unnamed else member.walk, reading))
        notes += (*_said(member, reading), *reading.notes)
        source[_readable(member.path.name if member.path.name not in source else str(member.path))] = sha256
    if not parts:
        raise FileFormatError(
            FileReason.SEGMENT_UNKNOWN, f"No file of walk {group.name} is of a foot.", path=group.folder
        )
    streams, clock_notes = join_clocks(parts)
    if options.integrates_on_chip is not None:
        on_chip = options.integrates_on_chip
        streams = tuple(
            replace(stream, traits=replace(stream.traits, integrates_on_chip=on_chip)) for stream in streams
        )
    return Session(
        name=group.name,
        streams=tuple(sorted(streams, key=lambda stream: SEGMENTS.index(stream.segment))),
        id=str(uuid.uuid5(_NAMESPACE, "".join(sorted(source.values())))),
        source=source,
        notes=tuple(_readable(note) for note in notes + clock_notes + left_out),
    )


def _readable(text: str) -> str:
    """Replace what a file name may hold but no text file can (bytes that are no UTF-8)."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _with_segments(member: Member, reading: Reading) -> Reading:
    """Settle the segment of each stream: the column map's, else the file's."""
    named = {stream.segment for stream in reading.streams} - {""}
    if named:
        if member.because.startswith("by --"):
            if member.segment not in named:
                raise FileFormatError(
                    FileReason.SEGMENT_UNKNOWN,
                    f"{member.path.name} holds {', '.join(sorted(named))} by the column map, not {member.segment}.",
                    path=member.path,
                )
            return replace(
                reading, streams=tuple(stream for stream in reading.streams if stream.segment == member.segment)
            )
        return reading
    if not member.segment:
        raise FileFormatError(
            FileReason.SEGMENT_UNKNOWN,
            f"{member.path.name} does not say whether it is of the left or the right foot. Say so with --left or "
            "--right, or put it into the name (walk_left.csv).",
            path=member.path,
        )
    return replace(reading, streams=tuple(replace(stream, segment=member.segment) for stream in reading.streams))


def _said(member: Member, reading: Reading) -> tuple[str, ...]:
    segments = {stream.segment for stream in reading.streams}
    if segments != {member.segment}:
        return (f"{member.path.name}: {', '.join(sorted(segments)).replace('_', ' ')}, by the column map.",)
    return (f"{member.path.name}: {member.segment.replace('_', ' ')}, {member.because}.",)
