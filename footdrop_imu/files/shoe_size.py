"""The outer length of a shoe from what is written in it: mm, cm, or an EU, UK or US size."""

from __future__ import annotations

import re

from footdrop_imu.errors import SchemaError, SchemaReason

__all__ = ["shoe_length"]

_BARLEYCORN_M = 0.0254 / 3
_PARIS_POINT_M = 0.02 / 3
# system: length of one size, size of a last of no length, smallest and largest size of grown-up feet
_SYSTEMS = {
    "eu": (_PARIS_POINT_M, 0.0, 35.0, 52.0),
    "uk": (_BARLEYCORN_M, -25.0, 2.0, 16.0),
    "us men": (_BARLEYCORN_M, -24.0, 3.0, 17.0),
    "us women": (_BARLEYCORN_M, -22.5, 4.0, 17.0),
}
_SOLE_BEYOND_LAST_M = 0.012
_SIZE_SD_M = 0.008
_WORDS = {
    "eu": "eu",
    "eur": "eu",
    "fr": "eu",
    "uk": "uk",
    "us men": "us men",
    "us mens": "us men",
    "us m": "us men",
    "us women": "us women",
    "us womens": "us women",
    "us w": "us women",
}
_WRITE = "Write EU 42, UK 8, US men 9 or US women 10.5, or measure the sole from end to end and write 290 mm."
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)(?: ([123])/([234]))?")


def shoe_length(text: str) -> tuple[float, float]:
    """Outer length of a shoe's sole.

    Parameters
    ----------
    text
        A length ("290", "290 mm", "29 cm"; a number alone is in mm) or a size of grown-up feet ("EU 42", "UK 8",
        "US men 9", "US women 10.5", halves and thirds too).

    Returns
    -------
    length_m, sd_m
        NaN for the sd where the sole itself was measured.

    Raises
    ------
    SchemaError
        Not understood, a child's size, a US size that does not say men or women, a length that no shoe has.

    Notes
    -----
    A size is the length of the last: EU (Paris points of 2/3 cm) size = 3/2 last in cm; UK = 3 last in inches - 25;
    US men = 3 last - 24, US women = 3 last - 22.5 (customary sizes; the systems of ISO/TS 19407:2015). The outer
    sole is longer than the last by upper, rim and bumper: 10 to 15 mm, 12 mm is taken. Makers differ by about a size
    (7 to 8 mm): sd 8 mm.
    """
    words = re.sub(r"['’.](?=s\b)", "", re.sub(r"\s+", " ", text.strip().lower().replace("½", ".5")))
    number = _NUMBER.search(words)
    if number is None:
        raise _refused(f"{text!r} is no shoe length")
    value = float(number[1].replace(",", "."))
    if number[2]:
        value += int(number[2]) / int(number[3])
    unit = (words[: number.start()] + " " + words[number.end() :]).replace("size", "").strip()
    unit = re.sub(r"\s+", " ", unit)
    if unit in ("", "mm", "cm"):
        length_m = value / (100 if unit == "cm" else 1000)
        if not 0.1 <= length_m <= 0.4:
            raise _refused(f"{text!r} is {length_m * 1000:g} mm, expected a sole of 100 to 400 mm")
        return length_m, float("nan")
    if unit == "us":
        raise _refused(f"{text!r} does not say whether it is a men's or a women's size")
    system = _WORDS.get(unit)
    if system is None:
        raise _refused(f"{text!r} is no size that is known")
    step_m, start, smallest, largest = _SYSTEMS[system]
    if not smallest <= value <= largest:
        raise _refused(
            f"{text!r} is no size of grown-up feet ({smallest:g} to {largest:g}); children's sizes differ by maker"
        )
    return (value - start) * step_m + _SOLE_BEYOND_LAST_M, _SIZE_SD_M


def _refused(what: str) -> SchemaError:
    return SchemaError(SchemaReason.WRONG_VALUE, f"{what}. {_WRITE}")
