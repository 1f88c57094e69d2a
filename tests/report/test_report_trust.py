"""What every report says of its own trust."""

from __future__ import annotations

import pytest

from footdrop_imu import __version__
from footdrop_imu.language import translator
from footdrop_imu.report import trust
from footdrop_imu.report.trust import made_of, quality_words, used_table, versions_table

EN = translator("en")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("verdict", ["good", "usable", "poor", "", "<doubtful>"])
def test_every_verdict_has_a_title(language: str, verdict: str) -> None:
    title, words = quality_words(verdict, translator(language))
    assert title
    assert bool(words) is (verdict in trust.QUALITY)
    assert (verdict in title) if verdict.startswith("<") else True


def test_what_was_used_stands_before_what_was_left_out() -> None:
    table = used_table(EN, ("Strides", "Left", "Right"), {"Used": (40, 12_345)}, {"turn": (3, 0)}, "Strides used")
    assert table.head == ("Strides", "Left", "Right")
    assert table.rows == (("Used", "40", "12,345"), ("turn", "3", "0"))
    assert table.numeric


def test_versions_name_the_program_the_rest_and_each_file() -> None:
    hashes = {"right.csv": "b" * 64, "left.csv": "a" * 64}
    table = versions_table(EN, version="0.1.0", more=[("Settings", "9f2c"), ("Plan", "")], hashes=hashes)
    assert table.rows == (
        ("footdrop_imu", "0.1.0"),
        *([("footdrop_imu, this report", __version__)] if __version__ != "0.1.0" else []),
        ("Settings", "9f2c"),
        ("left.csv", "a" * 64),
        ("right.csv", "b" * 64),
    )
    assert versions_table(EN).rows == (("footdrop_imu", __version__),)


def test_the_intended_use_claims_nothing() -> None:
    for must in ("does not diagnose", "does not predict falls", "start or stop a treatment", "not a medical device"):
        assert must in trust.INTENDED_USE
    assert made_of("walk 3", "0.2.0") == "walk 3, footdrop_imu 0.2.0"
