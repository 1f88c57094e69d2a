"""How long to wait for what when sensors are streamed from."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LinkConfig"]


@dataclass(frozen=True)
class LinkConfig:
    """How long to wait for what."""

    scan_timeout_s: float = 8.0
    """For an advertisement of a known sensor; most advertise at least once a second."""
    connect_timeout_s: float = 10.0
    setup_timeout_s: float = 30.0
    """From the connection until it can be asked to start."""
    first_attempts: int = 3
    """Connections tried before a recording that has not begun is given up."""
    first_packet_timeout_s: float = 3.0
    silent_after_s: float = 1.0
    """Without a notification for so long a link is called silent."""
    dead_after_s: float = 5.0
    """Without a notification for so long it is given up and made anew; systems may tell of a broken link late."""
    shortest_wait_s: float = 0.3
    longest_wait_s: float = 8.0
    """Between attempts to get a lost sensor back: doubled each time, up or down by a third at random."""
    longest_away_s: float | None = None
    """A sensor that is lost for longer ends the recording; None = it is looked for as long as the recording lasts."""
    lowest_battery_percent: float = 5.0
    """At this level or below it a recording does not begin."""
    stop_timeout_s: float = 5.0
    """For stopping a sensor, and again for disconnecting it, at the most."""
    batch_s: float = 0.05
    """Notifications of so long are handed on together."""
