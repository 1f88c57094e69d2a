"""What is said of a dose response: what goes together, in plain words, with the numbers it has."""

from __future__ import annotations

import pytest

from footdrop_imu.language import languages, translator
from footdrop_imu.rehab.dose_response import DOSE_VERDICTS, DoseResponse
from footdrop_imu.rehab.dose_words import dose_sentence


def result(verdict: str, *, as_strong: bool | None = False, direction: str = "higher") -> DoseResponse:
    return DoseResponse(verdict, direction, 1.234, -0.0512, 12.4, 14.0, future_as_strong=as_strong)


def said(of: DoseResponse, *, recovery: bool = False, language: str = "en") -> str:
    return dose_sentence(of, "foot_pitch_mid_swing_deg", translator(language), natural_recovery=recovery)


def test_what_goes_with_the_dose() -> None:
    assert said(result("goes_with")) == (
        "After weeks with more exercising, toe lift at mid swing is higher: +1.2° (likely between −0.051 and +12) for "
        "every 100 repetitions. This shows what goes together, not why."
    )
    assert "is lower" in said(result("goes_with", direction="lower"))


def test_a_future_as_strong_is_said_where_it_goes_with() -> None:
    assert "afterwards just as well" in said(result("goes_with", as_strong=True))
    assert "afterwards" not in said(result("goes_with", as_strong=None))
    assert "afterwards" not in said(result("no_association_seen", as_strong=True))


@pytest.mark.parametrize("verdict", DOSE_VERDICTS)
@pytest.mark.parametrize("language", languages())
def test_every_verdict_is_a_sentence_without_a_cause(verdict: str, language: str) -> None:
    sentence = said(result(verdict), recovery=True, language=language)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "{" not in sentence
    for word in ("because", "caused", "thanks to", "due to", "will ", "weil", "dank "):
        assert word not in sentence.lower()


def test_natural_recovery_is_on_every_sentence_of_a_dose() -> None:
    for verdict in DOSE_VERDICTS[1:]:
        assert said(result(verdict), recovery=True).endswith("Natural recovery is likely in this period.")
    assert "recovery" not in said(result("too_little_data"), recovery=True)


def test_a_measure_is_shown_in_its_own_unit() -> None:
    """Meters are shown as millimeters; a count of drags has no unit."""
    of = DoseResponse("no_association_seen", "", 0.0, -0.150, 0.003)
    said_of = {
        name: dose_sentence(of, name, translator("en")) for name in ("toe_height_max_m", "drags_per_100_strides")
    }
    assert "0 mm (likely between −150 and +3.0)" in said_of["toe_height_max_m"]
    assert "0 (likely between −0.15 and +0.0030)" in said_of["drags_per_100_strides"]
