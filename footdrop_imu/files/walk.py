"""The files of one walk to a session."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.clocks import join_clocks
from footdrop_imu.files.formats import Reading, ReadOptions
from footdrop_imu.files.grouping import Group, Member, member_of
from footdrop_imu.files.paths import printable
from footdrop_imu.files.readers import read_streams
from footdrop_imu.schema import SEGMENTS, Session

__all__ = ["read_walk"]

_NAMESPACE = uuid.UUID("6f6b5b1e-6c5b-5d0e-9a55-0d3f1c1b7c11")


def read_walk(group: Group, options: ReadOptions) -> Session:
    """Read the files of one walk.

    Parameters
    ----------
    group
        The files, with what their names or the user say about them.
    options
        What the user said about reading.

    Returns
    -------
    Session
        Streams in the order of ``SEGMENTS``; its id is drawn from the files' hashes.

    Raises
    ------
    FileFormatError
        What a reader refuses; a file of no known segment; two files of one segment.
    """
    parts: list[tuple[Path, str, Reading]] = []
    source: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    holder: dict[tuple[str, str], Path] = {}
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
        for stream in reading.streams:
            held = holder.setdefault((stream.segment, stream.quantity), member.path)
            if held is not member.path:
                raise FileFormatError(
                    FileReason.SEGMENT_TWICE,
                    f"{held.name} and {member.path.name} are both of the {stream.segment.replace('_', ' ')}. Keep "
                    "one, or say which is which with --left and --right.",
                    path=member.path,
                )
        # Files named by options alone: their names say nothing about different walks.
        unnamed = reading.clock == "session" and not member_of(member.path).segment
        parts.append((member.path, "" if unnamed else member.walk, reading))
        notes += (*_said(member, reading), *reading.notes)
        source[printable(member.path.name if member.path.name not in source else str(member.path))] = sha256
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
        notes=tuple(printable(note) for note in notes + clock_notes),
    )


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
