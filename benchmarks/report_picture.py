"""Take the README's picture of a report: the first screen of the demo's second walk.

python -m benchmarks.report_picture
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from footdrop_imu.analysis import analyze
from footdrop_imu.files.sample_data import sample_data_folder
from footdrop_imu.files.sessions import read_session
from footdrop_imu.language import translator
from footdrop_imu.report.walk import walk_report
from footdrop_imu.report.webpage import report_html

PICTURE = Path(__file__).parent.parent / "docs" / "walk_report.png"
SIZE_PX = (1200, 1500)


def main() -> None:
    """Analyze, open in a browser, photograph."""
    session = read_session(sample_data_folder() / "after")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "report.html"
        report = walk_report(analyze(session), session, translator("en"))
        page_file.write_text(report_html(report), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": SIZE_PX[0], "height": SIZE_PX[1]})
        page.goto(page_file.as_uri())
        PICTURE.parent.mkdir(exist_ok=True)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
