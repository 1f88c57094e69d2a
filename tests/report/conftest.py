"""The made-up reports as pages, made once; a page of a browser to look at any with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from made_reports import MADE

from footdrop_imu.report.webpage import report_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def made_pages() -> dict[str, str]:
    return {name: report_html(make()) for name, make in MADE.items()}


# one of its own for each test would be a process of its own for each test
@pytest.fixture(scope="module")
def opened_page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.fixture
def page(opened_page: Page) -> Page:
    """A page on a desk's screen; whatever an earlier test set on it is set back."""
    opened_page.set_viewport_size({"width": 1400, "height": 900})
    opened_page.emulate_media(media="null")
    return opened_page
