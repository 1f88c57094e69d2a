"""Limits for tests that wait for sensors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest


@pytest.fixture
async def limit() -> AsyncIterator[None]:
    """End an asynchronous test that hangs."""
    task = asyncio.current_task()
    assert task is not None
    timer = asyncio.get_running_loop().call_later(40, task.cancel)
    yield
    timer.cancel()
