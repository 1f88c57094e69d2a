"""The made-up reports as pages, made once."""

from __future__ import annotations

import pytest
from made_reports import MADE

from footdrop_imu.report.webpage import report_html


@pytest.fixture(scope="session")
def made_pages() -> dict[str, str]:
    return {name: report_html(make()) for name, make in MADE.items()}
