"""Signals that end a recording, on loops that take them, that take none, and away from the main thread."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest

from footdrop_imu.device.link import stop_on_signals


class NoSignals(asyncio.SelectorEventLoop):
    """As a loop on Windows: signals are not for it."""

    def add_signal_handler(self, sig: int, callback: Callable[..., Any], *args: Any) -> None:
        raise NotImplementedError

    def remove_signal_handler(self, sig: int) -> bool:
        raise NotImplementedError


async def wait_for_signal(number: int) -> bool:
    stop = asyncio.Event()
    with stop_on_signals(stop):
        os.kill(os.getpid(), number)
        async with asyncio.timeout(5):
            await stop.wait()
    return stop.is_set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("loop", [asyncio.SelectorEventLoop, NoSignals])
def test_a_signal_sets_the_stop_and_handlers_are_as_before(loop: type[asyncio.SelectorEventLoop], number: int) -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(wait_for_signal(number))
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_second_interrupt_has_its_usual_effect() -> None:
    async def twice() -> None:
        stop = asyncio.Event()
        with stop_on_signals(stop):
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.wait_for(stop.wait(), 5)
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(twice())


def test_in_another_thread_nothing_is_done() -> None:
    before = signal.getsignal(signal.SIGINT)
    seen: list[object] = []

    async def look() -> None:
        with stop_on_signals(asyncio.Event()):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=lambda: asyncio.run(look()))
    thread.start()
    thread.join(10)
    assert seen == [before]
