"""When a person lifts, holds, lowers, rests, falters and shifts: one set of an exercise, drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footdrop_imu.simulate.exercise_config import ExerciseConfig
from footdrop_imu.simulate.exercise_course import Course, Track
from footdrop_imu.simulate.exercise_truth import Intended, PostureShift

__all__ = ["ExerciseSet", "draw_set"]

_SAG_FRAC = 0.03  # of its range a held foot sinks by at most
_RETURN_FRAC = 0.02  # of the range: how exactly a foot in the air comes back, standard deviation
_AROUND_SHIFT_S = 0.4


@dataclass(frozen=True)
class ExerciseSet:
    """The movement's angle over time in deg, what in it was meant as what, shifts of posture, and the duration."""

    angle: Course
    intended: tuple[Intended, ...]
    shifts: tuple[PostureShift, ...]
    duration_s: float


def draw_set(config: ExerciseConfig, rng: np.random.Generator) -> ExerciseSet:
    """Draw the times and ranges of a set.

    Ranges and times vary from repetition to repetition, and decline evenly with fatigue over the set.
    """
    return _Drawing(config, rng).drawn()


class _Drawing:
    def __init__(self, config: ExerciseConfig, rng: np.random.Generator) -> None:
        self.config, self.rng = config, rng
        self.track, self.now = Track(), config.quiet_before_s
        self.intended: list[Intended] = []
        self.shifts: list[PostureShift] = []

    def drawn(self) -> ExerciseSet:
        config, rng = self.config, self.rng
        n = config.repetitions
        between = (1, n) if n > 1 else (0, 1)
        pauses = rng.integers(*between, config.pause_count)
        false_starts = rng.integers(0, n, config.false_start_count)
        shifts = rng.integers(*between, len(config.shifts))
        for k in range(n):
            if k:
                self.now += self._time(config.rest_s, 3.0)
            for which in np.flatnonzero(shifts == k):
                self._shift(config.shifts[which])
            self.now += float(np.sum(rng.uniform(2.0, 6.0, np.count_nonzero(pauses == k))))
            for _ in range(np.count_nonzero(false_starts == k)):
                self._false_start(k, k / max(n - 1, 1))
            self._repetition(k, k / max(n - 1, 1))
        return ExerciseSet(
            self.track.course(), tuple(self.intended), tuple(self.shifts), self.now + config.quiet_after_s
        )

    def _vary(self, times: float = 1.0) -> float:
        part = times * self.config.variation_frac * np.clip(self.rng.standard_normal(), -2.5, 2.5)
        return float(max(1.0 + part, 0.3))

    def _time(self, usual_s: float, times: float = 1.0) -> float:
        return usual_s * self._vary(times)

    def _skew(self) -> float:
        return float(np.exp(self.config.skew_frac * np.clip(self.rng.standard_normal(), -2.5, 2.5)))

    def _rest(self, size: float) -> float:
        """Where the foot comes back to."""
        if self.config.kind.on_floor:
            return 0.0
        return _RETURN_FRAC * size * float(np.clip(self.rng.standard_normal(), -2.0, 2.0))

    def _go(self, value: float, takes_s: float) -> None:
        self.track.go(self.now, self.now + takes_s, value, self._skew())
        self.now += takes_s

    def _repetition(self, cycle: int, tired: float) -> None:
        config = self.config
        slower = 1.0 / (1.0 - config.fatigue_frac * tired)
        size = config.range_deg / slower
        raising = slower * config.raising_frac * config.repetition_s
        lowering = slower * (1.0 - config.raising_frac) * config.repetition_s
        before, begin = self.track.value, self.now
        tops, downs = [], []
        for direction in (1, -1) if config.kind.both_ways else (1,):
            # on the way back one sweep leads from one side to the other
            self._go(direction * size * self._vary(), self._time(raising if direction > 0 else raising + lowering))
            tops.append(self.now)
            if config.hold_s:
                sag = self.rng.uniform(0.0, _SAG_FRAC) * (self.track.value - before)
                self._go(self.track.value - sag, self._time(config.hold_s))
            downs.append(self.now)
        after = self._rest(size)
        self._go(after, self._time(lowering))
        last = len(tops) - 1
        for i, direction in enumerate((1, -1)[: last + 1]):
            begins, ends = (downs[0] if i else begin), (self.now if i == last else tops[1])
            self.intended.append(Intended("repetition", begins, tops[i], downs[i], ends, before, direction, cycle))

    def _false_start(self, cycle: int, tired: float) -> None:
        before, begin = self.track.value, self.now
        size = float(self.rng.uniform(0.15, 0.4)) * self.config.range_deg * (1.0 - self.config.fatigue_frac * tired)
        takes = max(float(self.rng.uniform(0.25, 0.5)) * self.config.repetition_s, 0.4)
        self._go(before + size, 0.5 * takes)
        top = self.now
        self._go(self._rest(size), 0.5 * takes)
        self.intended.append(Intended("false_start", begin, top, top, self.now, before, 1, cycle))
        self.now += float(self.rng.uniform(0.3, 1.0))

    def _shift(self, kind: str) -> None:
        begin = self.now + _AROUND_SHIFT_S
        end = begin + float(self.rng.uniform(0.8, 2.0))
        self.shifts.append(PostureShift(kind, begin, end))
        self.now = end + _AROUND_SHIFT_S
