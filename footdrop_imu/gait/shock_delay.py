"""How late the gyroscope is by the shocks that both quantities feel: no path, no floor, no walking speed is needed."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.schema import FloatArray

__all__ = ["ShockDelay", "ShockDelayConfig", "shock_delay"]


@dataclass(frozen=True)
class ShockDelayConfig:
    """Where shocks are looked for, and how well they tell a delay."""

    lowest_hz: float = 8.0
    """Slower motion is the leg's: the foot as a whole is accelerated, not only turned."""
    highest_hz: float = 25.0
    """Faster motion is lost or filtered by sensors of 50 Hz, and no shoe is rigid then."""
    edge_hz: float = 2.0
    """Width of the band's edges."""
    longest_s: float = 0.05
    """Greatest delay looked for."""
    step_s: float = 0.0025
    """Steps of the search; a parabola refines them."""
    least_share: float = 0.15
    """Shocks that explain less of the acceleration tell nothing."""
    rival_share: float = 0.85
    """Another delay that explains so much of what the best one does leaves open which it is ..."""
    rival_s: float = 0.02
    """... if it is at least so far from it."""
    sd_s: float = 0.002
    """Standard uncertainty of the delay where half of the acceleration is explained; it grows as that share falls."""


class ShockDelay(NamedTuple):
    """``delay_s`` that the gyroscope is late, ``sd_s`` (infinite where nothing can be told), ``share`` explained."""

    delay_s: float
    sd_s: float
    share: float


def shock_delay(acc: FloatArray, gyr: FloatArray, rate_hz: float, config: ShockDelayConfig | None = None) -> ShockDelay:
    """Find the delay with which the rate's change explains the acceleration best.

    Parameters
    ----------
    acc, gyr
        (n, 3) of walking, m/s² and rad/s, sensor axes, on one clock.
    rate_hz
        Sample rate.
    config
        The band and limits.

    Returns
    -------
    ShockDelay

    Notes
    -----
    A shoe that is shaken by landing and push-off turns about a point that is hardly accelerated itself, so that the
    sensor's acceleration is the change of its rate times a lever arm, a = dw/dt x r. For every delay the best arm is
    linear least squares; in a band of frequency all delays follow from one cross-spectrum. The result does not depend
    on how the sensor is turned.
    """
    config = config or ShockDelayConfig()
    none = ShockDelay(0.0, np.inf, 0.0)
    if len(acc) < 4 * rate_hz / config.lowest_hz:
        return none
    frequency = np.fft.rfftfreq(len(acc), 1.0 / rate_hz)
    highest = min(config.highest_hz, 0.45 * rate_hz)
    band = (frequency > config.lowest_hz - config.edge_hz) & (frequency < highest + config.edge_hz)
    frequency = frequency[band]
    edge = np.minimum(frequency - config.lowest_hz, highest - frequency) / config.edge_hz
    gain = np.sin(0.25 * np.pi * (1.0 + np.clip(edge, -1.0, 1.0))) ** 2
    force = gain[:, None] * np.fft.rfft(acc - acc.mean(axis=0), axis=0)[band]
    change = (2j * np.pi * frequency * gain)[:, None] * np.fft.rfft(gyr - gyr.mean(axis=0), axis=0)[band]
    total = float((np.abs(force) ** 2).sum())
    own = (change.conj().T @ change).real
    normal = np.trace(own) * np.eye(3) - own
    if total == 0.0 or np.linalg.cond(normal) > 1e9:
        return none
    delays = np.arange(-config.longest_s, config.longest_s + 0.5 * config.step_s, config.step_s)
    # a x dw/dt, summed over time, for the rate taken so much later
    torque = np.cross(force.conj(), change)
    moment = (np.exp(2j * np.pi * np.outer(delays, frequency)) @ torque).real
    share = np.einsum("li,li->l", moment, np.linalg.solve(normal, moment.T).T) / total
    best = int(np.argmax(share))
    rival = share[np.abs(delays - delays[best]) >= config.rival_s].max()
    doubtful = share[best] < config.least_share or rival > config.rival_share * share[best]
    if doubtful or not 0 < best < len(delays) - 1:
        return ShockDelay(0.0, np.inf, float(share[best]))
    before, at, after = share[best - 1 : best + 2]
    delay = delays[best] + 0.5 * config.step_s * (before - after) / (before - 2.0 * at + after)
    return ShockDelay(float(delay), float(config.sd_s * 0.5 / share[best]), float(share[best]))
