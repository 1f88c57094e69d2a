"""A key that ends something, watched beside the work."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["watch_stop_key"]

_STOP = "\r\nqQ"
_LOOK_S = 0.1


@contextmanager
def watch_stop_key(stop: threading.Event) -> Iterator[bool]:
    """Set ``stop`` when Enter or q is pressed while the block runs; gives whether there is a keyboard at all."""
    if not sys.stdin.isatty():
        yield False
        return
    done = threading.Event()
    if sys.platform == "win32":
        import msvcrt

        def pressed() -> bool:
            return not done.wait(_LOOK_S) and msvcrt.kbhit() and msvcrt.getwch() in _STOP

        restore = None
    else:
        import select
        import termios
        import tty

        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
        tty.setcbreak(terminal)

        def pressed() -> bool:
            readable, _, _ = select.select([terminal], [], [], _LOOK_S)
            return bool(readable) and sys.stdin.read(1) in _STOP

        def restore() -> None:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)

    def watch() -> None:
        while not done.is_set() and not stop.is_set():
            if pressed():
                stop.set()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield True
    finally:
        done.set()
        thread.join(1.0)
        if restore is not None:
            restore()
