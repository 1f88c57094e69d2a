"""A firmware profile: all that is known of how one sensor speaks, as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from footdrop_imu.device.byte_pattern import BytePattern, parse_pattern
from footdrop_imu.errors import ProfileError, ProfileReason
from footdrop_imu.schema import Quantity

__all__ = [
    "Advertisement",
    "Battery",
    "Command",
    "FrameFormat",
    "GaitFitness",
    "Identity",
    "Link",
    "Number",
    "Profile",
    "QuantityFormat",
    "Rates",
    "Recognition",
    "RefusedSensor",
    "Scales",
    "SequenceFormat",
    "TimeFormat",
    "uuid_of",
]

Evidence = Literal["captured", "vendor document", "synthetic"]
Stage = Literal["configure", "start", "stop", "battery"]
Framing = Literal["one", "several", "stream"]
Layout = Literal["interleaved", "block"]

EVIDENCE = ("captured", "vendor document", "synthetic")
STAGES = ("configure", "start", "stop", "battery")
FRAMINGS = ("one", "several", "stream")
LAYOUTS = ("interleaved", "block")
DECODERS = ("table", "capture2go_stream", "polar_delta", "shimmer_stream", "text_lines")


@dataclass(frozen=True)
class Advertisement:
    """What a sensor says of itself before anybody connects; ``services`` are whole UUIDs, lower case."""

    name: str = ""
    services: tuple[str, ...] = ()
    company_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Recognition:
    """One way to know a sensor by: all that is said here must hold. ``name`` is a regular expression."""

    name: str = ""
    service: str = ""
    company_id: int | None = None

    def fits(self, advertisement: Advertisement) -> bool:
        """Whether an advertisement is such a sensor's."""
        return (
            (not self.name or re.search(self.name, advertisement.name) is not None)
            and (not self.service or self.service in advertisement.services)
            and (self.company_id is None or self.company_id in advertisement.company_ids)
        )


@dataclass(frozen=True)
class Identity:
    """What the connected sensor is asked before it is believed: ``characteristic`` is read as text.

    ``expect`` is a regular expression for the whole text; ``others`` are texts of sensors that advertise alike, with
    the profile that they have.
    """

    what: str
    characteristic: str
    expect: str
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GaitFitness:
    """What the sensor is worth for gait. ``clips_at_foot_strike``: hard landings go beyond its range."""

    acc_range_g: float
    gyr_range_dps: float
    clips_at_foot_strike: bool
    integrates_on_chip: bool
    logs_on_board: bool
    verdict: str


@dataclass(frozen=True)
class Link:
    """Where to speak and where to listen; UUIDs. ``notify`` are subscribed before anything is written.

    ``replies``: the one of ``notify`` that answers to commands come by. ``with_response``: whether a write waits for
    the sensor's acknowledgement, where it offers both.
    """

    service: str
    notify: tuple[str, ...]
    replies: str
    write: str = ""
    with_response: bool = True
    smallest_mtu: int = 23


@dataclass(frozen=True)
class Rates:
    """Sample rates that can be asked for. ``codes`` by nominal rate: what ``{rate}`` stands for in a command.

    ``tolerance``: by what part of it the true rate may differ.
    """

    default_hz: float
    tolerance: float = 0.02
    codes: Mapping[float, str] = field(default_factory=dict)

    def choices(self) -> tuple[float, ...]:
        """Every rate on offer, Hz."""
        return tuple(self.codes) or (self.default_hz,)


@dataclass(frozen=True)
class Command:
    """One step of the dialog: bytes written to ``to``, or ``read`` asked; then the reply that is expected, if any.

    ``service``: the one that ``to`` is in, where several services have a characteristic of that UUID.

    ``write`` and ``reply`` are patterns (``byte_pattern``), "" = nothing; ``Profile.pattern`` puts the code of the rate
    in. A reply comes as a notification of ``reply_on``, or is what ``read`` gives. Its named numbers are the settings
    that decoding uses; ``require`` says which of them must have which value. ``optional``: a sensor that does not
    answer is still used.
    """

    stage: Stage
    purpose: str
    write: str
    to: str
    read: str
    reply: str
    reply_on: str
    with_response: bool = True
    pause_s: float = 0.0
    timeout_s: float = 2.0
    optional: bool = False
    service: str = ""
    require: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Battery:
    """How the number ``battery`` of a reply becomes percent: times ``scale``, then by ``levels`` (value, percent)."""

    scale: float = 1.0
    levels: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Number:
    """A number in a frame: offset of its first byte from the frame's start, and type."""

    offset: int
    type: str


@dataclass(frozen=True)
class SequenceFormat:
    """A counter in each frame: what it counts, and where it wraps."""

    number: Number
    counts: Literal["frames", "samples"]
    bits: int


@dataclass(frozen=True)
class TimeFormat:
    """The sensor's clock in each frame: length of a tick, where it wraps, and which sample of the frame it is of."""

    number: Number
    tick_s: float
    bits: int
    of: Literal["first", "last"]


@dataclass(frozen=True)
class Scales:
    """Scale by a code in the frame: ``number`` & ``mask`` is the code, ``by_code`` unit a count."""

    number: Number
    mask: int
    by_code: Mapping[int, float]


@dataclass(frozen=True)
class QuantityFormat:
    """Where three axes of one quantity stand and what a count of them is worth.

    ``offset``: of the first axis from the start of a sample. ``axes``: which sensor axis each of the three numbers is,
    with its sign, such as ("y", "x", "-z"). ``scale``: unit a count; times the setting named ``scale_setting``, read
    at run time; or by ``scales``. ``unit`` is one of m/s2, g, mg, dps, 0.1dps, rad/s.
    """

    quantity: Quantity
    offset: int
    type: str
    unit: str
    scale: float = 1.0
    axes: tuple[str, str, str] = ("x", "y", "z")
    scale_setting: str = ""
    scales: Scales | None = None


@dataclass(frozen=True)
class FrameFormat:
    """One kind of frame.

    A table-like frame is ``header_size`` bytes that begin with ``header``, then ``samples`` (None: as many as fit,
    usually ``usual_samples``) of ``sample_size`` bytes, then ``trailer_size`` bytes that mean nothing and that a frame
    of a notification of its own may lack. Layout
    *interleaved*: sample after sample; *block*: all samples of the first quantity, then all of the next. ``framing``: a
    notification is one frame, several whole ones, or a piece of a byte stream, in which frames of the same size with
    one of the ``ignored`` headers may stand too. A notification that begins with ``continuation`` goes on where the one
    before it stopped.
    """

    characteristic: str
    decoder: str
    framing: Framing
    header: bytes
    header_size: int
    sample_size: int
    samples: int | None
    usual_samples: int
    layout: Layout
    trailer_size: int
    quantities: tuple[QuantityFormat, ...]
    ignored: tuple[bytes, ...] = ()
    continuation: bytes = b""
    sequence: SequenceFormat | None = None
    time: TimeFormat | None = None
    options: Mapping[str, float] = field(default_factory=dict)

    @property
    def size(self) -> int | None:
        """Bytes of a frame, None where it holds as many samples as fit."""
        return None if self.samples is None else self.header_size + self.samples * self.sample_size + self.trailer_size


@dataclass(frozen=True)
class Profile:
    """How one sensor with one firmware speaks. ``text`` is the file itself, kept with every capture."""

    id: str
    maker: str
    models: tuple[str, ...]
    firmware: str
    evidence: Evidence
    sources: tuple[str, ...]
    note: str
    recognize: tuple[Recognition, ...]
    identity: tuple[Identity, ...]
    gait: GaitFitness
    link: Link
    rates: Rates
    battery: Battery
    commands: tuple[Command, ...]
    frames: tuple[FrameFormat, ...]
    text: str = ""
    path: str = ""

    def stage(self, stage: Stage) -> tuple[Command, ...]:
        """Commands of one stage, in order."""
        return tuple(command for command in self.commands if command.stage == stage)

    def ranges(self, settings: Mapping[str, float]) -> tuple[float, float]:
        """Ranges of accelerometer (g) and gyroscope (°/s): what the sensor said of itself, or else what is known."""
        told = [settings.get(name, 0.0) for name in ("acc_range_g", "gyr_range_dps")]
        return told[0] if told[0] > 0 else self.gait.acc_range_g, told[1] if told[1] > 0 else self.gait.gyr_range_dps

    def pattern(self, text: str, rate_hz: float) -> BytePattern:
        """Read a command's ``write`` or ``reply`` for a rate.

        Raises
        ------
        ProfileError
            The rate is none of the sensor's.
        """
        if rate_hz not in self.rates.choices():
            offered = ", ".join(f"{rate:g}" for rate in self.rates.choices())
            raise ProfileError(
                ProfileReason.WRONG_VALUE,
                f"{self.id} has no rate of {rate_hz:g} Hz; it offers {offered} Hz.",
                path=self.path,
                key="rates.codes",
            )
        return parse_pattern(text, {"rate": self.rates.codes.get(rate_hz, "")})


@dataclass(frozen=True)
class RefusedSensor:
    """A sensor that cannot serve, how to know it, and why."""

    name: str
    recognize: tuple[Recognition, ...]
    reason: str


def uuid_of(text: str) -> str:
    """Write a UUID in full, lower case; four hexadecimal digits are one of the Bluetooth organization's own.

    Raises
    ------
    ValueError
        It is no UUID.
    """
    short = text.lower()
    if re.fullmatch(r"[0-9a-f]{4}", short):
        return f"0000{short}-0000-1000-8000-00805f9b34fb"
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", short):
        raise ValueError(f"{text!r} is no UUID; expected 8-4-4-4-12 hexadecimal digits, or four")
    return short
