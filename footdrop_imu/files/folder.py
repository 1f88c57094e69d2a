"""Writing files and folders whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from footdrop_imu.errors import OutputError, OutputReason

__all__ = ["Content", "write_file", "write_folder"]

Content = bytes | str | Callable[[Path], None]
"""What a file shall hold: its bytes, its text (UTF-8), or a function that writes it to the path it is given."""


def write_file(path: Path, content: Content, *, force: bool = False) -> None:
    """Write one file by way of a temporary one beside it.

    Raises
    ------
    OutputError
        EXISTS without ``force``; NOT_WRITABLE. Nothing is left behind.
    """
    write_folder(path.parent, {path.name: content}, force=force, owned=lambda _: False)


def write_folder(
    folder: Path, contents: Mapping[str, Content], *, force: bool = False, owned: Callable[[str], bool]
) -> None:
    """Write files into a folder: all of them or none, and never a half-written one.

    They are made in a temporary folder beside the target, which is then renamed. Where the target is there
    already, the files are moved into it one by one, and back again if one cannot be.

    Parameters
    ----------
    folder
        Target; made with its parents where it is not there.
    contents
        File name to content.
    force
        Whether files of these names may be replaced. Files of other names are never touched, but for old ones that
        are ``owned``.
    owned
        Says of a file name whether it belongs to the same set: an old one that is not written anew would mislead
        beside the new ones and is removed.

    Raises
    ------
    OutputError
        EXISTS without ``force``; NOT_WRITABLE. The target is then as it was.
    """
    try:
        present = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
        clash = [name for name in present if name in contents or owned(name)]
        if clash and not force:
            raise OutputError(
                OutputReason.EXISTS,
                f"{folder} already holds {', '.join(clash[:3])}. Choose another place, or replace with --force.",
                path=folder,
            )
        with _made_parents(folder.parent):
            # Inside an existing target, so that moving its files never crosses into another file system.
            made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder if folder.exists() else folder.parent))
            try:
                made.chmod(0o777 & ~_umask())
                for name, content in contents.items():
                    _write(made / name, content)
                if folder.exists():
                    _move_into(made, folder, clash)
                else:
                    made.rename(folder)
            finally:
                shutil.rmtree(made, ignore_errors=True)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise OutputError(
            OutputReason.NOT_WRITABLE, f"{folder} cannot be written: {why}. Choose another place.", path=folder
        ) from error


def _write(path: Path, content: Content) -> None:
    if callable(content):
        content(path)
    else:
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


def _umask() -> int:
    # There is no way to read it but to set it.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _move_into(made: Path, folder: Path, old: list[str]) -> None:
    new = [path.name for path in made.iterdir()]
    kept = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder))
    moved: list[str] = []
    try:
        for name in old:
            (folder / name).rename(kept / name)
        for name in new:
            (made / name).rename(folder / name)
            moved.append(name)
    except BaseException:
        for name in moved:
            (folder / name).unlink()
        for path in kept.iterdir():
            path.rename(folder / path.name)
        raise
    finally:
        shutil.rmtree(kept, ignore_errors=True)


@contextmanager
def _made_parents(folder: Path) -> Iterator[None]:
    """Make a folder and its parents; take those made away again where the body fails."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for path in missing:
            if path.is_dir():
                try:
                    path.rmdir()
                except OSError:
                    break
        raise
