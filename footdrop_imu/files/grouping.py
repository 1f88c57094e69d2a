"""Which files belong to one walk, and which segment each is of: by their names or by a sensorspec file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.paths import kind_of, resolved
from footdrop_imu.files.text import read_bytes

__all__ = ["Group", "Member", "folder_members", "group_members", "is_elsewhere", "member_of"]

_DATA_SUFFIXES = {".csv", ".tsv", ".txt", ".dat"}
_NO_DATA = re.compile(r"license|licence|readme|changelog|citation|notice|sensorspec|requirements", re.IGNORECASE)
_OWN_RESULTS = {"strides.csv", "rejected.csv", "timeseries.csv", "truth.csv"}

# Words: between separators, digits and changes from small to capital letters ("imuMeasLeft").
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SIDE_WORDS = {"left": "left", "right": "right"}
# Letters alone count only where separators stand on both sides.
_SIDE_LETTERS = {
    "l": ("left", ""), "r": ("right", ""), "lf": ("left", "foot"), "rf": ("right", "foot"),
    "ls": ("left", "shank"), "rs": ("right", "shank"),
}  # fmt: skip
_LIMB_WORDS = {"foot": "foot", "feet": "foot", "shoe": "foot", "shank": "shank", "shin": "shank"}
_JOINED_WORDS = {f"{side}{limb}": (side, limb) for side in ("left", "right") for limb in ("foot", "shank")} | {
    f"{limb}{side}": (side, limb) for side in ("left", "right") for limb in ("foot", "shank")
}
_DEVICE = re.compile(r"_[0-9A-Fa-f]{8}$")
_ELSEWHERE = {
    "lb", "lumbar", "trunk", "sacrum", "pelvis", "waist", "back", "chest", "sternum", "head", "wrist", "hand", "thigh",
}  # fmt: skip


@dataclass(frozen=True)
class Member:
    """A file, the segment it is of ("" = not said), what said so, and the walk's name by the file's name."""

    path: Path
    segment: str
    because: str
    walk: str


@dataclass(frozen=True)
class Group:
    """The files of one walk."""

    name: str
    folder: Path
    members: tuple[Member, ...]


def _words(stem: str) -> list[tuple[int, int, str, bool]]:
    """Start, end, small letters, and whether it stands alone between separators."""
    found = []
    for match in _WORD.finditer(stem):
        start, end = match.span()
        alone = (start == 0 or not stem[start - 1].isalnum()) and (end == len(stem) or not stem[end].isalnum())
        found.append((start, end, match[0].lower(), alone))
    return found


def member_of(path: Path) -> Member:
    """Read side, limb and the walk's name out of a file's name.

    ``1-1_lf.txt`` is the left foot of walk 1-1; ``left.csv`` the left foot of the walk that its folder is named
    after; no side, or both, is "".
    """
    stem, sides, limbs, spans = path.stem, set(), set(), []
    for start, end, word, alone in _words(stem):
        side, limb = _SIDE_WORDS.get(word, ""), _LIMB_WORDS.get(word, "")
        if word in _JOINED_WORDS:
            side, limb = _JOINED_WORDS[word]
        elif alone and word in _SIDE_LETTERS:
            side, limb = _SIDE_LETTERS[word]
        if side:
            sides.add(side)
        if limb:
            limbs.add(limb)
        if side or limb:
            spans.append((start, end))
    if len(sides) != 1 or len(limbs) > 1:
        return Member(path, "", "", _DEVICE.sub("", stem))
    for start, end in reversed(spans):
        stem = stem[:start] + "_" + stem[end:]
    stem = re.sub(r"[\s_.-]*_[\s_.-]*", "_", stem).strip(" _.-")
    segment = f"{sides.pop()}_{limbs.pop() if limbs else 'foot'}"
    return Member(path, segment, "by its name", stem or resolved(path).parent.name or "walk")


def is_elsewhere(path: Path) -> bool:
    """Whether a file's name says that the sensor was neither on a foot nor on a shank."""
    return any(word in _ELSEWHERE for _, _, word, _ in _words(path.stem))


def folder_members(folder: Path) -> list[Member]:
    """List a folder's files that may hold samples, in the order of their names.

    A ``sensorspec.json`` (or ``.json.txt``) that maps segments to the ends of file names goes before the names.

    Raises
    ------
    FileFormatError
        The folder cannot be listed; a sensorspec that cannot be read.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if kind_of(path) == "file" and not path.name.startswith("."))
    except OSError as error:
        raise FileFormatError(
            FileReason.NOT_READABLE, f"{folder} cannot be listed: {error.strerror}.", path=folder
        ) from error
    endings = _sensorspec(folder)
    members = []
    for path in paths:
        if path.suffix.lower() not in _DATA_SUFFIXES or _NO_DATA.match(path.name) or path.name in _OWN_RESULTS:
            continue
        ending = max((end for end in endings if path.name.endswith(end)), key=len, default="")
        if ending:
            # A device's number is left out whole, even where the ending names only its last digits.
            walk = _DEVICE.sub("", path.stem) if _DEVICE.search(path.stem) else path.name.removesuffix(ending)
            walk = walk.rstrip(" _.-") or resolved(folder).name
            members.append(Member(path, endings[ending], "by sensorspec.json", walk))
        else:
            members.append(member_of(path))
    return members


def _sensorspec(folder: Path) -> dict[str, str]:
    """Map the end of a file's name to a segment; one that is neither foot nor shank to the word that stands there."""
    for name in ("sensorspec.json", "sensorspec.json.txt"):
        path = folder / name
        if kind_of(path) != "file":
            continue
        try:
            content = json.loads(read_bytes(path).decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise FileFormatError(
                FileReason.BAD_SESSION, f"{path} is no JSON: {error}. Correct it or take it away.", path=path
            ) from error
        if not isinstance(content, dict) or not all(isinstance(end, str) and end for end in content.values()):
            raise FileFormatError(
                FileReason.BAD_SESSION,
                f'{path} must map segments to the ends of file names, such as {{"leftfoot": "00B4778E.txt"}}.',
                path=path,
            )
        known = {word: f"{side}_{limb}" for word, (side, limb) in _JOINED_WORDS.items()}
        return {str(end): known.get(key.lower().replace("_", ""), str(key)) for key, end in content.items()}
    return {}


def group_members(members: Iterable[Member]) -> list[Group]:
    """Put the files of one walk (same folder, same name but for the side) together, in order of appearance."""
    groups: dict[tuple[Path, str], list[Member]] = {}
    for member in members:
        groups.setdefault((member.path.parent, member.walk), []).append(member)
    return [Group(name, folder, tuple(found)) for (folder, name), found in groups.items()]
