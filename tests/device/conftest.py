"""Limits for tests that wait for sensors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest


@pytest.fixture
async def limit() -> AsyncIterator[None]:
    """End an asynchronous test that hangs; fail one in whose event loop something failed that nobody awaits."""
    loop, failed = asyncio.get_running_loop(), []

    def end() -> None:
        failed.append("the time is over")
        for task in asyncio.all_tasks(loop):
            task.cancel()

    def note(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        failed.append(f"{context.get('message')}: {context.get('exception')!r}")

    loop.set_exception_handler(note)
    timer = loop.call_later(60, end)
    yield
    timer.cancel()
    await asyncio.sleep(0)
    assert failed == []
