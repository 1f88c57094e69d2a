"""Made-up data for the figures that compare, and the emptiest there can be."""

from __future__ import annotations

from math import nan

import numpy as np
from made_figures import LONG_WORDS

from footdrop_imu.report.figure_data import (
    Butterfly,
    ButterflyRow,
    ChangeForest,
    FigureData,
    ForestRow,
    SettingsCompared,
    WalkWithSetting,
)

FOREST = ChangeForest(
    (
        ForestRow("Foot pitch in mid-swing", "+8.2°", 8.2, 6.1, 10.3, 4.1, 1, lead=True),
        ForestRow("Minimum toe clearance", "−3 mm", -3, -8, 2, 5, 1),
        ForestRow("Toe drags in 100 strides", "−12.4", -12.4, -16, -8, 6.2, -1),
        ForestRow("Circumduction", "+9 mm", 9, 2, 16, 8, 0),
        ForestRow("Stride length", "not known", nan, nan, nan, nan, 1),
        ForestRow("Landing on the heel", "+61 %", 61, 40, 80, 9, 1),
    ),
    "Change, in what days often differ by",
    "better",
    "worse",
    "how days often differ",
)
_PAIRS = tuple(WalkWithSetting(at % 2, at // 2, -12.0 + 14 * (at % 2) + np.sin(at)) for at in range(12))
_MANY = tuple(WalkWithSetting(at % 3, -1, at % 3 + np.sin(at)) for at in range(300))
COMPARED: dict[str, FigureData] = {
    "forest": FOREST,
    "forest, long words": ChangeForest(
        tuple(ForestRow(LONG_WORDS, LONG_WORDS, at - 2, at - 3, at - 1, 1, at % 3 - 1, at == 0) for at in range(5)),
        LONG_WORDS,
        LONG_WORDS,
        LONG_WORDS,
        LONG_WORDS,
    ),
    "butterfly": Butterfly(
        (
            ButterflyRow("Walking speed", "0.86 m/s", "0.86 m/s", 1, 1),
            ButterflyRow("Minimum toe clearance", "17 mm", "6 mm", 1, 6 / 17),
            ButterflyRow("Landing on the heel", "not measured", "3 %", nan, 1),
        ),
        "Left foot",
        "Right foot",
    ),
    "butterfly, long words": Butterfly(
        (ButterflyRow(LONG_WORDS, LONG_WORDS, LONG_WORDS, 1, 0.4),), LONG_WORDS, LONG_WORDS
    ),
    "settings": SettingsCompared(
        ("Without", "With orthosis"), _PAIRS, (-12, 2), (-13.5, 0.7), (-10.2, 3.4), "Foot pitch, °", "°", ("In turn.",)
    ),
    "settings, many walks": SettingsCompared(
        ("Before", "After", LONG_WORDS), _MANY, (0, nan, 2), (-1, nan, 1), (1, nan, 3), LONG_WORDS, "°", (LONG_WORDS,)
    ),
}

EMPTY_COMPARED: dict[str, FigureData] = {
    "no changes": ChangeForest((), "", "", "", ""),
    "changes of nothing": ChangeForest(
        (ForestRow("", "", nan, nan, nan, nan, 0), ForestRow("a", "b", 1, nan, nan, 0, 1)), "x", "", "", ""
    ),
    "no feet": Butterfly((), "", ""),
    "feet of nothing": Butterfly((ButterflyRow("", "", "", nan, nan),), "", ""),
    "no settings": SettingsCompared((), (), (), (), (), "", ""),
    "settings of nothing": SettingsCompared(
        ("a", "b"), (WalkWithSetting(0, 0, nan), WalkWithSetting(7, 0, 1.0)), (nan, nan), (nan, nan), (nan, nan), "", ""
    ),
    "one walk": SettingsCompared(("a", "b"), (WalkWithSetting(0, 0, 1.0),), (1.0, nan), (nan, nan), (nan, nan), "", ""),
}
