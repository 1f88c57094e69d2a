"""Numbers and days, as the readers of each language write them."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from math import inf, nan

import pytest

from footdrop_imu.language import languages, translator

EN, DE = translator("en"), translator("de")


@pytest.mark.parametrize(
    ("value", "digits", "signed", "english", "german"),
    [
        (3.44, 1, False, "3.4", "3,4"),
        (3.44, 1, True, "+3.4", "+3,4"),
        (-0.04, 1, True, "0.0", "0,0"),
        (-3.44, 1, False, "−3.4", "−3,4"),
        (9999.0, 0, False, "9999", "9999"),
        (-23111.0, 0, False, "−23,111", "−23.111"),
        (1234567.5, 1, True, "+1,234,567.5", "+1.234.567,5"),
        (nan, 1, False, "?", "?"),
        (-inf, 1, True, "?", "?"),
    ],
)
def test_numbers(value: float, digits: int, signed: bool, english: str, german: str) -> None:
    assert EN.number(value, digits, signed=signed) == english
    assert DE.number(value, digits, signed=signed) == german


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [(12, "12", "12"), (12.0, "12", "12"), (0.5, "0.5", "0,5"), (2.3456, "2.346", "2,346"), (nan, "?", "?")],
)
def test_plain_numbers_have_the_decimals_that_they_have(value: float, english: str, german: str) -> None:
    assert (EN.plain(value), DE.plain(value)) == (english, german)


def test_days_and_moments() -> None:
    day = date(2026, 4, 9)
    assert (EN.day(day), DE.day(day)) == ("9 April 2026", "9. April 2026")
    assert (EN.day(day, short=True), DE.day(day, short=True)) == ("9 Apr", "9. Apr.")
    moment = datetime(2026, 4, 9, 7, 5, tzinfo=timezone(timedelta(hours=2)))
    assert EN.moment(moment) == "9 April 2026, 07:05 (UTC+02:00)"
    assert DE.moment(moment.astimezone(UTC).replace(tzinfo=None)) == "9. April 2026, 05:05"


@pytest.mark.parametrize("code", languages())
def test_every_month_has_a_name_of_its_own(code: str) -> None:
    say = translator(code)
    assert len({say.day(date(2026, month, 1)) for month in range(1, 13)}) == 12


def test_nothing_heavy_is_loaded_before_a_number_is_written() -> None:
    code = (
        "import sys; from footdrop_imu.language import translator; say = translator('en'); say.number(1.5, 1); "
        "say('near fall'); assert 'babel' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
