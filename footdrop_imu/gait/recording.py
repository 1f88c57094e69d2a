"""From the streams of one sensor to samples on an even grid, checked, calibrated, and leveled by what rest shows."""

import numpy as np

from footdrop_imu.gait.calibration import apply_calibration
from footdrop_imu.gait.checks import check_samples, clipped_samples, correct_gravity, gravity_at_rest, still_phases
from footdrop_imu.gait.clock import ClockConfig, Ticks, count_ticks, even_grid, join_grids
from footdrop_imu.gait.signal import Signal
from footdrop_imu.gait.streams import check_pair, share_clock
from footdrop_imu.gait.stretch import Samples
from footdrop_imu.schema import Calibration, FloatArray, Recording, SensorStream

__all__ = ["accelerometer_known", "leveled_samples", "make_recording"]


def make_recording(
    streams: list[SensorStream], config: ClockConfig | None = None, calibration: Calibration | None = None
) -> Recording:
    """Put a segment's acceleration and angular rate on one even grid.

    Parameters
    ----------
    streams
        One acceleration and one angular_velocity stream of the same segment.
    config
        Limits of the clock.
    calibration
        Of this sensor: its scales and offsets are taken out.

    Raises
    ------
    SignalError
        A quantity is missing, the arrays are no samples, or the clock cannot be used.
    """
    acc, gyr = check_pair(streams)
    same_clock = share_clock(acc, gyr)
    together = (acc.values, gyr.values) if same_clock else (acc.values,)
    ticks = _ticks(acc, together, config)
    grid = even_grid(_kept(acc.values, ticks), ticks.tick, ticks.rate_hz, config)
    lost, valid = grid.lost, grid.valid
    if same_clock:
        rates = even_grid(_kept(gyr.values, ticks), ticks.tick, ticks.rate_hz, config)
    else:
        other = _ticks(gyr, (gyr.values,), config)
        rates = join_grids(
            grid,
            even_grid(_kept(gyr.values, other), other.tick, other.rate_hz, config),
            ticks.rate_hz,
            other.rate_hz,
            gyr.clock_offset_s + other.first_s - acc.clock_offset_s - ticks.first_s,
        )
        lost, valid = lost | rates.lost, valid & rates.valid
    check_samples(grid.values, rates.values, ticks.rate_hz)
    true_acc, true_gyr = apply_calibration(grid.values, rates.values, calibration)
    return Recording(
        segment=acc.segment,
        rate_hz=ticks.rate_hz,
        acc=true_acc,
        gyr=true_gyr,
        valid=valid,
        lost=lost,
        clipped=clipped_samples(grid.values, rates.values, acc.traits.acc_range_g, gyr.traits.gyr_range_dps),
        clock_group=acc.clock_group,
        clock_offset_s=acc.clock_offset_s + ticks.first_s,
        first_counter=ticks.first_counter,
        gravity_mps2=gravity_at_rest(true_acc, true_gyr, ticks.rate_hz),
        missing_count=int(lost.sum()),
        repeated_count=int(len(acc.values) - ticks.keep.sum()),
        traits=acc.traits,
        calibration=calibration,
        clock_residual_s=ticks.residual_s,
    )


def accelerometer_known(recording: Recording) -> bool:
    """Whether a calibration says what the accelerometer's scale is: it goes before what one posture shows of it."""
    return recording.calibration is not None and recording.calibration.acc_matrix is not None


def leveled_samples(recording: Recording, offset_share: float = 0.5) -> tuple[Samples, FloatArray | None, FloatArray]:
    """Samples with gravity corrected and the gyroscope's offset taken off; up in quiet standing; that offset.

    ``offset_share``: see ``checks.correct_gravity``.
    """
    scaled = accelerometer_known(recording)
    samples = Samples(
        acc=recording.acc if scaled else correct_gravity(recording.acc, recording.gravity_mps2, offset_share),
        gyr=recording.gyr,
        lost=recording.lost,
        valid=recording.valid,
        clipped=recording.clipped,
        rate_hz=recording.rate_hz,
        averaged=recording.traits.integrates_on_chip,
    )
    still = still_phases(samples.acc, samples.gyr, samples.rate_hz)
    offset = np.zeros(3) if still is None else still[1]
    return samples._replace(gyr=Signal(recording.gyr, offset)), None if still is None else still[0], offset


def _ticks(stream: SensorStream, values: tuple[FloatArray, ...], config: ClockConfig | None) -> Ticks:
    return count_ticks(
        values,
        counter=stream.counter,
        counter_bits=stream.counter_bits,
        time_s=stream.time_s,
        rate_hz=stream.rate_hz,
        config=config,
    )


def _kept(values: FloatArray, ticks: Ticks) -> FloatArray:
    # no copy of a long recording where nothing is repeated
    return values if ticks.keep.all() else values[ticks.keep]
