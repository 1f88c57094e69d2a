"""Limits for tests that wait for sensors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest


@pytest.fixture
async def limit() -> AsyncIterator[None]:
    """End an asynchronous test that hangs; fail one in whose event loop something failed that nobody awaits."""
    task, loop, failed = asyncio.current_task(), asyncio.get_running_loop(), []

    def note(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        failed.append(f"{context.get('message')}: {context.get('exception')!r}")

    assert task is not None
    loop.set_exception_handler(note)
    timer = loop.call_later(40, task.cancel)
    yield
    timer.cancel()
    await asyncio.sleep(0)
    assert failed == []
