"""From files and folders to sessions, one outcome a walk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from footdrop_imu.errors import FileFormatError, FileReason, FootdropError
from footdrop_imu.files.formats import ReadOptions
from footdrop_imu.files.grouping import Group, Member, folder_members, group_members, is_elsewhere, member_of
from footdrop_imu.files.paths import kind_of, printable, resolved
from footdrop_imu.files.readers import find_reader
from footdrop_imu.files.session_folder import SESSION_FILE, read_session_folder
from footdrop_imu.files.text import read_text
from footdrop_imu.files.walk import read_walk
from footdrop_imu.schema import Session

__all__ = ["CAPTURE_FILE", "ReadOptions", "SessionOutcome", "iterate_sessions", "read_session", "read_sessions"]

CAPTURE_FILE = "capture.journal"
"""What a recorder writes while it records; alone in a folder where it was broken off."""


@dataclass(frozen=True)
class SessionOutcome:
    """What became of one walk: a session, or the reason why there is none.

    ``path`` is its file or folder; ``originals`` the files that a walk without a ``session.toml`` was read from.
    """

    name: str
    path: Path
    session: Session | None = None
    error: FootdropError | None = None
    originals: tuple[Path, ...] = ()


def read_session(path: Path | str, options: ReadOptions | None = None) -> Session:
    """Read one walk: a session folder, a folder with the files of one walk, or one file.

    Parameters
    ----------
    path
        The file or folder.
    options
        What is known beyond the files: rate, format, column map.

    Returns
    -------
    Session

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
        In the order of the paths, one or more a path; names are unique.
    """
    return list(iterate_sessions(paths, options))


def iterate_sessions(paths: Sequence[Path], options: ReadOptions | None = None) -> Iterator[SessionOutcome]:
    """Do what `read_sessions` does, one walk at a time: the memory holds two walks at most."""
    taken: set[str] = set()
    for outcome in _outcomes(paths, options or ReadOptions()):
        plain = name = printable(outcome.name)
        if name in taken:
            plain = name = printable(f"{resolved(outcome.path).parent.name}_{name}")
        number = 2
        while name in taken:
            name, number = f"{plain}_{number}", number + 1
        taken.add(name)
        session, error = outcome.session, outcome.error
        if error is not None:
            error.message = printable(error.message)
            error.args = (error.message,)
            if isinstance(error, FileFormatError):
                error.path = error.path and printable(error.path)
        yield replace(outcome, name=name, session=session and replace(session, name=name))


def _outcomes(paths: Sequence[Path], options: ReadOptions) -> Iterator[SessionOutcome]:
    named = {resolved(path) for path in options.segments.values()}
    if options.segments:
        members = tuple(
            replace(member_of(path), segment=segment, because=f"by --{segment.removesuffix('_foot').replace('_', '-')}")
            for segment, path in options.segments.items()
        )
        yield _outcome(Group(members[0].walk, members[0].path.parent, members), options)
    files = [path for path in paths if kind_of(path) == "file" and path.name not in (SESSION_FILE, CAPTURE_FILE)]
    loose = {group.members[0].path: group for group in group_members(_loose_members(files, named))}
    for path in paths:
        kind = kind_of(path)
        if path in loose:
            yield _outcome(loose.pop(path), options)
        elif kind == "folder":
            yield from _folder(path, options, named)
        elif kind == "file" and path.name == SESSION_FILE:
            yield _session_folder(path.parent)
        elif kind == "file" and path.name == CAPTURE_FILE:
            yield _capture(path, options)
        elif kind != "file":
            yield _no_file(path, kind)


def _no_file(path: Path, kind: str) -> SessionOutcome:
    reason, message = {
        "nothing": (FileReason.NOT_FOUND, f"There is no file or folder {path}. Check the name."),
        "unreadable": (FileReason.NOT_READABLE, f"{path} cannot be read. Check the rights on it."),
        "other": (FileReason.NOT_READABLE, f"{path} is no ordinary file."),
    }[kind]
    return SessionOutcome(path.stem or str(path), path, error=FileFormatError(reason, message, path=path))


def _loose_members(files: Sequence[Path], named: set[Path]) -> list[Member]:
    """Members of files that were named one by one; their folder's sensorspec counts, each file counts once."""
    members: dict[Path, Member] = {}
    listed: dict[Path, dict[str, Member]] = {}
    for path in files:
        if path.parent not in listed:
            try:
                listed[path.parent] = {member.path.name: member for member in folder_members(path.parent)}
            except FileFormatError:
                listed[path.parent] = {}
        if resolved(path) not in named:
            member = listed[path.parent].get(path.name)
            members.setdefault(resolved(path), replace(member, path=path) if member else member_of(path))
    return list(members.values())


def _folder(top: Path, options: ReadOptions, named: set[Path]) -> Iterator[SessionOutcome]:
    """Yield the walks of a folder and its sub-folders; files that are no samples are left out where others are."""
    found = 0
    refusal: FootdropError | None = None
    left_out: list[str] = []
    for folder in _folders(top):
        held: SessionOutcome | None = None  # the folder's last walk waits for what is left out after it
        for group, outcome in _folder_outcomes(folder, options, named):
            if group is not None and outcome.error is not None and _is_no_recording(group, outcome.error, options):
                names = ", ".join(member.path.name for member in group.members)
                left_out.append(printable(f"{names} left out: {outcome.error.reason.replace('_', ' ')}."))
                refusal = refusal or outcome.error
                continue
            found += 1
            if held is not None:
                yield held
            held = outcome
        if held is not None and held.session is not None:
            held = replace(held, session=replace(held.session, notes=(*held.session.notes, *left_out)))
            left_out = []
        if held is not None:
            yield held
    if not found and not named:
        nothing = f"{top} holds no file of samples (.csv, .tsv, .txt, .dat) and no {SESSION_FILE}."
        refusal = refusal or FileFormatError(FileReason.EMPTY, nothing, path=top)
        yield SessionOutcome(resolved(top).name, top, error=refusal)


def _folder_outcomes(
    folder: Path, options: ReadOptions, named: set[Path]
) -> Iterator[tuple[Group | None, SessionOutcome]]:
    if kind_of(folder / SESSION_FILE) == "file":
        yield None, _session_folder(folder)
        return
    if kind_of(folder / CAPTURE_FILE) == "file":
        yield None, _capture(folder / CAPTURE_FILE, options)
        return
    try:
        members = [member for member in folder_members(folder) if resolved(member.path) not in named]
    except FileFormatError as error:
        yield None, SessionOutcome(resolved(folder).name, folder, error=error)
        return
    for group in group_members(members):
        yield group, _outcome(group, options)


def _folders(top: Path) -> Iterator[Path]:
    """Yield a folder and those below it, parents first; not below a session folder, no hidden ones, no links."""
    yield top
    if any(kind_of(top / name) == "file" for name in (SESSION_FILE, CAPTURE_FILE)):
        return
    try:
        below = sorted(path for path in top.iterdir() if not path.name.startswith(".") and not path.is_symlink())
    except OSError:  # said by whoever reads the folder's files
        return
    for folder in below:
        if kind_of(folder) == "folder":
            yield from _folders(folder)


def _is_no_recording(group: Group, error: FootdropError, options: ReadOptions) -> bool:
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
    try:
        session = read_session_folder(folder)
    except FileFormatError as error:
        return SessionOutcome(resolved(folder).name, folder, error=error)
    return SessionOutcome(session.name, folder, session=session)


def _capture(path: Path, options: ReadOptions) -> SessionOutcome:
    """Have a recording that was broken off decoded, by who can do that."""
    name = resolved(path).parent.name
    if options.read_capture is None:
        error: FootdropError = FileFormatError(
            FileReason.BAD_SESSION,
            f"{path} was not made into a session: its recording was broken off. Do that with: footdrop replay "
            f"{path.parent}",
            path=path,
        )
        return SessionOutcome(name, path.parent, error=error)
    try:
        return SessionOutcome(name, path.parent, session=options.read_capture(path))
    except FootdropError as error:
        return SessionOutcome(name, path.parent, error=error)


def _outcome(group: Group, options: ReadOptions) -> SessionOutcome:
    path = group.members[0].path if len(group.members) == 1 else group.folder
    try:
        originals = tuple(member.path for member in group.members)
        return SessionOutcome(group.name, path, session=read_walk(group, options), originals=originals)
    except FileFormatError as error:
        return SessionOutcome(group.name, path, error=error)
