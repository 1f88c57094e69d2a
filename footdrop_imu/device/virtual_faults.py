"""What can go wrong in a simulated sensor, and on the air between it and its client, to order."""

from __future__ import annotations

from dataclasses import dataclass

from footdrop_imu.errors import SchemaError, SchemaReason

__all__ = ["AirFaults", "SensorFaults"]


@dataclass(frozen=True)
class AirFaults:
    """The link of one simulated sensor; the default is an ideal one, on which packets go at once and none is damaged.

    Times count from the sensor's first connection, in the sensor's time (``Air.speed`` times the wall clock's).

    ``connection_interval_s``: packets go at connection events this far apart (a phone or computer takes 0.0075 to
    0.06), 0 = at once; ``packets_per_event`` at most in each direction, of up to 251 bytes each.
    ``packet_error_frac``: share of packets that come damaged; the event ends there and the packet goes again at the
    next. ``latency_s``: what arrives comes this much later, plus up to ``latency_jitter_s`` more, evenly distributed,
    in order. ``lost_frac``: share of notifications that vanish although they were acknowledged, as in an operating
    system that drops them. ``out_of_range_s``: (from, to) of times in which the two ends do not hear each other; the
    link ends, with reason 0x08, where that lasts ``supervision_timeout_s``. ``drop_at_s``: times at which the sensor
    ends the link (reason 0x13). ``seed`` of what is random.
    """

    connection_interval_s: float = 0.0
    packets_per_event: int = 6
    packet_error_frac: float = 0.0
    latency_s: float = 0.0
    latency_jitter_s: float = 0.0
    lost_frac: float = 0.0
    out_of_range_s: tuple[tuple[float, float], ...] = ()
    drop_at_s: tuple[float, ...] = ()
    supervision_timeout_s: float = 2.0
    seed: int = 0

    def __post_init__(self) -> None:
        bounds = {
            "connection_interval_s": (0.0, 4.0),
            "packets_per_event": (1, 1000),
            "packet_error_frac": (0.0, 0.99),
            "latency_s": (0.0, 60.0),
            "latency_jitter_s": (0.0, 60.0),
            "lost_frac": (0.0, 1.0),
            "supervision_timeout_s": (0.1, 32.0),
        }
        for name, (low, high) in bounds.items():
            if not low <= getattr(self, name) <= high:
                raise SchemaError(
                    SchemaReason.WRONG_VALUE,
                    f"{name} is {getattr(self, name)}; a simulated link needs {low} to {high}.",
                )
        if any(not 0 <= start <= end for start, end in self.out_of_range_s):
            raise SchemaError(
                SchemaReason.WRONG_VALUE, f"out_of_range_s is {self.out_of_range_s}; expected pairs of from and to."
            )
        if any(not at >= 0 for at in self.drop_at_s):
            raise SchemaError(SchemaReason.WRONG_VALUE, f"drop_at_s is {self.drop_at_s}; expected times from 0 on.")


@dataclass(frozen=True)
class SensorFaults:
    """What goes wrong in one simulated sensor itself; the default is a sound one.

    Times count from its first connection, in the sensor's time.

    ``lost_frac``: share of notifications that the firmware drops, counting them. ``queue_size``: notifications that
    wait for the radio at most; more are dropped. ``garbage_frac``: share of notifications that are random bytes.
    ``silent_at_s``: no sample is sent from then on, over a link that stands; 0 = never any. ``reset_at_s``: it starts
    anew, with clock and counters at zero and its settings forgotten. ``stuck_at_s``: its counter stands from then on
    (its clock, where it has no counter). ``clock_ppm``: how much too fast its crystal runs.
    ``battery_percent``. ``wrong_firmware``: it is another one than the profile is of. ``largest_mtu``: it agrees to.
    ``doubled``: after each reconnection every notification comes once more than before, as a fault of BlueZ has it.
    ``nameless``: it advertises no name. ``seed`` of what is random.
    """

    lost_frac: float = 0.0
    queue_size: int = 20
    garbage_frac: float = 0.0
    silent_at_s: float | None = None
    reset_at_s: float | None = None
    stuck_at_s: float | None = None
    clock_ppm: float = 0.0
    battery_percent: float = 80.0
    wrong_firmware: bool = False
    largest_mtu: int = 247
    doubled: bool = False
    nameless: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        bounds = {
            "lost_frac": (0.0, 1.0),
            "queue_size": (1, 100_000),
            "garbage_frac": (0.0, 1.0),
            "silent_at_s": (0.0, 1e6),
            "reset_at_s": (0.0, 1e6),
            "stuck_at_s": (0.0, 1e6),
            "clock_ppm": (-20_000.0, 20_000.0),
            "battery_percent": (0.0, 100.0),
            "largest_mtu": (23, 517),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise SchemaError(
                    SchemaReason.WRONG_VALUE, f"{name} is {value}; a simulated sensor needs {low:g} to {high:g}."
                )
