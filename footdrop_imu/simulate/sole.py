"""The shoe as a rigid body with a heel edge, a flat sole and a curved toe on which it rolls."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.schema import BoolArray, FloatArray

__all__ = ["Sole"]

_TOE_POINT_RAD = np.radians(60.0)  # the toe point touches the floor at this toes-down angle, about toe off
_TOE_FRAC = 0.9  # of the length, from where on the sole is the toe
_EDGE_M = 0.002


@dataclass(frozen=True)
class Sole:
    """Outline of one shoe in foot axes; the origin is the middle of the heel's lower back edge.

    Behind the ball the sole is flat. In front of it the outline curves up: its radius of curvature shrinks
    smoothly from the ball to the toe, so that a shoe that rolls over it has a continuous acceleration. The
    curve is a cylinder whose axis is the oblique line of the toe joints, turned by ``break_deg`` from the
    foot's sideways axis (inner end forward).

    Parameters
    ----------
    side
        left or right; mirrors the oblique line.
    length_m, width_m
        Outer size of the sole.
    ball_frac
        Where the ball of the foot is, as a share of the length from the heel.
    toe_spring_m
        Height of the toe point when the shoe lies flat; 10 to 20 mm in walking shoes.
    break_deg
        Obliqueness of the toe joints' line.
    toe_edge_radius_m
        Radius of the rim of the toe.
    """

    side: str
    length_m: float = 0.27
    width_m: float = 0.09
    ball_frac: float = 0.72
    toe_spring_m: float = 0.012
    break_deg: float = 3.0
    toe_edge_radius_m: float = 0.006

    @property
    def inward(self) -> float:
        """Sign of foot y toward the other foot: the left foot's is -1."""
        return -1.0 if self.side == "left" else 1.0

    @property
    def break_rad(self) -> float:
        """Angle about z from foot y to the toe joints' line."""
        return -self.inward * float(np.radians(self.break_deg))

    @property
    def _curve(self) -> tuple[float, float]:
        return _solved(self)

    def _solve(self) -> tuple[float, float]:
        """Largest radius (m) and end angle (rad) that give the wanted length and rise of the toe."""
        reach = self.length_m * (1.0 - self.ball_frac)
        low, high = np.radians(5.0), np.radians(59.0)
        for _ in range(60):
            end = 0.5 * (low + high)
            unit = self._profile(_TOE_POINT_RAD, 1.0, end) - self._profile(_TOE_POINT_RAD, 0.0, end)
            rim = self._profile(_TOE_POINT_RAD, 0.0, end)
            radius = (reach - rim.real) / unit.real
            low, high = (end, high) if (rim + radius * unit).imag < self.toe_spring_m else (low, end)
        return float(radius), float(end)

    def _profile(self, angle: FloatArray | float, radius: float, end: float) -> NDArray[np.complex128]:
        """Integral of curvature radius x exp(i angle) from 0: forward + i up, from the ball."""
        a = np.asarray(angle, dtype=float)
        inner = np.minimum(a, end)
        # (1 - (x/end)^2)^2 as a polynomial, integrated against exp(ix) by parts.
        poly = np.polynomial.Polynomial([1.0, 0.0, -2.0 / end**2, 0.0, 1.0 / end**4])
        derivatives = [poly, *(poly.deriv(k) for k in range(1, 5))]

        def primitive(x: FloatArray) -> NDArray[np.complex128]:
            total = np.zeros(x.shape, dtype=np.complex128)
            for k, derivative in enumerate(derivatives):
                total += (-1) ** k * derivative(x) / 1j ** (k + 1)
            return np.asarray(total * np.exp(1j * x), dtype=np.complex128)

        curve = radius * (primitive(inner) - primitive(np.zeros_like(inner)))
        return np.asarray(curve + self.toe_edge_radius_m * (np.exp(1j * a) - 1.0) / 1j, dtype=np.complex128)

    def rolled(self, angle_rad: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Contact of the shoe that stands toes down by an angle.

        Parameters
        ----------
        angle_rad
            (n,), 0 or more.

        Returns
        -------
        point
            (n, 3) m, the body point on the floor, in foot axes.
        way
            (n,) m, how far the contact has rolled along the floor from the ball.
        radius
            (n,) m, of curvature there.
        """
        radius, end = self._curve
        profile = self._profile(angle_rad, radius, end)
        x = np.minimum(angle_rad, end) / end
        way = radius * end * (x - 2.0 * x**3 / 3.0 + x**5 / 5.0) + self.toe_edge_radius_m * angle_rad
        curvature = radius * (1.0 - x**2) ** 2 + self.toe_edge_radius_m
        return self._from_ball(profile), way, curvature

    def _from_ball(self, profile: NDArray[np.complex128]) -> FloatArray:
        c, s = np.cos(self.break_rad), np.sin(self.break_rad)
        offset = np.stack([c * profile.real, s * profile.real, profile.imag], axis=-1)
        return np.asarray(self.ball + offset)

    @cached_property
    def ball(self) -> FloatArray:
        """(3,) m, where the curve begins; placed so that the toe point is on the foot's long axis."""
        reach = self.length_m * (1.0 - self.ball_frac)
        return np.array([self.length_m - reach * np.cos(self.break_rad), -reach * np.sin(self.break_rad), 0.0])

    @cached_property
    def toe(self) -> FloatArray:
        """(3,) m, the toe point: the lowest point of the shoe at toe off."""
        return np.asarray(self.rolled(np.array([_TOE_POINT_RAD]))[0][0])

    @property
    def heel(self) -> FloatArray:
        """(3,) m, the heel point, the origin."""
        return np.zeros(3)

    def lowest(self, up: FloatArray, softness_m: float = 0.0) -> FloatArray:
        """Height of the lowest points of heel and forefoot against the heel point.

        Parameters
        ----------
        up
            (n, 3) the world's up in foot axes.
        softness_m
            Rounds the edges: a smooth height that is never above the true one.

        Returns
        -------
        ndarray (n, 2)
            m, of the heel's edge and of the curve from ball to toe.
        """
        c, s = np.cos(self.break_rad), np.sin(self.break_rad)
        ahead, across = up[:, 0] * c + up[:, 1] * s, -up[:, 0] * s + up[:, 1] * c
        # The sole's tangent is level where the curve's angle equals the toes-down tilt.
        angle = np.clip(np.arctan2(-ahead, up[:, 2]), 0.0, np.radians(85.0))
        front = np.einsum("ni,ni->n", up, self.rolled(angle)[0])
        half = 0.5 * self.width_m
        heel = self.ball[1] * up[:, 1] - half * c * np.hypot(up[:, 1], softness_m / self.width_m)
        return np.stack([heel, front - half * np.hypot(across, softness_m / self.width_m)], axis=1)

    def lowest_part(self, up: FloatArray) -> NDArray[np.str_]:
        """Which part of the shoe is lowest, (n,): heel, ball, outer_edge or toe.

        Parameters
        ----------
        up
            (n, 3) the world's up in foot axes.

        Notes
        -----
        The toe is the last tenth of the length. Behind it the forefoot's outer edge counts as such once it is 2 mm
        lower than the inner one; otherwise the forefoot is the ball.
        """
        heel, front = self.lowest(up).T
        c, s = np.cos(self.break_rad), np.sin(self.break_rad)
        ahead, across = up[:, 0] * c + up[:, 1] * s, -up[:, 0] * s + up[:, 1] * c
        place = self.rolled(np.clip(np.arctan2(-ahead, up[:, 2]), 0.0, np.radians(85.0)))[0]
        outer = self.inward * across * self.width_m > _EDGE_M
        fore = np.select([place[:, 0] > _TOE_FRAC * self.length_m, outer], ["toe", "outer_edge"], "ball")
        return np.where(heel < front, "heel", fore)

    def corner(self, toes_up: BoolArray, inverted: BoolArray) -> FloatArray:
        """(n, 3) m, the corner on which a shoe lands: heel or ball, outer edge when inverted, else inner."""
        sign = np.where(inverted, -self.inward, self.inward)[:, None]
        across = np.array([-np.sin(self.break_rad), np.cos(self.break_rad), 0.0])
        ball = self.ball + 0.5 * self.width_m * sign * across
        return np.asarray(np.where(toes_up[:, None], ball * np.array([0.0, 1.0, 1.0]), ball))


@lru_cache(maxsize=64)
def _solved(sole: Sole) -> tuple[float, float]:
    """The curve of a sole; walks of one shoe share it."""
    return sole._solve()
