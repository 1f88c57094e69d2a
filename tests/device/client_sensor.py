"""A simulated sensor in a process of its own, and a recording in one of its own.

``sensor [PORT]`` prints its adapter, and, once a client has gone, what happened and how many frames it had sent.
``record ADAPTER [BLOCK_S]`` records the left foot, prints "streaming", and at the end what it got.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from client_rig import DATA, LEFT, QUICK, Kept, make, target, until

from footdrop_imu.device.link import stop_on_signals, stream
from footdrop_imu.device.virtual_air import Air
from footdrop_imu.errors import DeviceError


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """One of the two, killed at the end whatever happens."""
    command = [sys.executable, __file__, *arguments]
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=here) as running:
        try:
            yield running
        finally:
            running.kill()


def line_of(running: subprocess.Popen[str]) -> str:
    """The next line that a process prints."""
    assert running.stdout is not None
    return running.stdout.readline().strip()


async def _sensor(port: int) -> None:
    air = Air()
    left = await make(air, samples=2)
    async with air.listen(port) as adapter:
        print(adapter, flush=True)  # noqa: T201
        while True:
            await until(lambda: "disconnected" in left.happened, 600)
            print(json.dumps({"happened": left.happened, "sent": len(left.sent)}), flush=True)  # noqa: T201
            left.happened.clear()


async def _record(adapter: str, block_s: float) -> None:
    kept, stop = Kept(), asyncio.Event()
    with stop_on_signals(stop):
        streaming = asyncio.create_task(
            stream([target("left_foot", LEFT)], kept, stop=stop, config=QUICK, adapter=adapter)
        )
        await until(lambda: len(kept.of("left_foot")) > 20 or streaming.done())
        print("streaming", flush=True)  # noqa: T201
        if block_s:
            time.sleep(block_s)
            await asyncio.sleep(1.0)
            stop.set()
        try:
            await streaming
        finally:
            frames = [packet.data.hex() for packet in kept.packets if packet.characteristic == DATA]
            print(json.dumps({"kinds": kept.kinds("left_foot"), "frames": frames}), flush=True)  # noqa: T201


if __name__ == "__main__":
    try:
        if sys.argv[1] == "sensor":
            asyncio.run(_sensor(int(sys.argv[2]) if len(sys.argv) > 2 else 0))
        else:
            asyncio.run(_record(sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else 0.0))
    except DeviceError as error:
        sys.exit(error.message)
