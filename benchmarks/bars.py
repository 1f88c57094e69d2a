"""What every figure must reach, and what it is to reach later; the tables of VALIDATION.md are made from here."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.scoring import Bar


@dataclass(frozen=True)
class Row:
    """One figure with a bar. ``part`` names the script (``score_<part>`` or ``speed``), ``figure`` its key there.

    ``goal`` is None where there is none yet; ``peer`` is the peer's key where it differs, None where it has no such
    figure.
    """

    part: str
    figure: str
    label: str
    bar: Bar
    goal: Bar | None
    unit: str = ""
    digits: int = 1
    peer: str | None = ""

    @property
    def peer_figure(self) -> str | None:
        """Key of the peer's figure."""
        return self.figure if self.peer == "" else self.peer


def _within(value: float) -> Bar:
    return Bar(value, "within")


def _at_least(value: float) -> Bar:
    return Bar(value, "at_least")


def _uncertainty(figure: str, label: str) -> Row:
    """Error over stated sd."""
    return Row("uncertainty", figure, label, Bar(1.3, "between", 0.7), Bar(1.1, "between", 0.9), "", 2, None)


def _coverage(figure: str, label: str) -> Row:
    """Share of a summary's 95 % intervals that hold the truth."""
    return Row("uncertainty", figure, label, Bar(0.98, "between", 0.92), None, "", 3, None)


ROWS = (
    Row("overground", "recall", "swings found, healthy over ground: recall", _at_least(0.985), _at_least(0.995), "", 4),
    Row("overground", "precision", "… precision", _at_least(0.985), _at_least(0.995), "", 4),
    Row(
        "overground",
        "farthest_bias_percent",
        "20 m out and back: the farthest place, mean",
        _within(3),
        _within(1),
        "%",
        1,
        None,
    ),
    Row("optical", "ms_strides_found", "strides found, person with MS, left foot", _at_least(74), _at_least(74), "", 0),
    Row("optical", "initial_contact_bias_ms", "initial contact, bias", _within(8), _within(3), "ms"),
    Row("optical", "initial_contact_sd_ms", "… sd", Bar(7), Bar(5), "ms"),
    Row("optical", "toe_off_bias_ms", "toe off, bias", _within(8), _within(3), "ms"),
    Row("optical", "toe_off_sd_ms", "… sd", Bar(7), Bar(4), "ms"),
    Row("optical", "stride_length_rmse_mm_204.8_hz", "stride length at 204.8 Hz, RMSE", Bar(15), Bar(10), "mm"),
    Row("optical", "stride_length_rmse_mm_102.4_hz", "… thinned to 102.4 Hz", Bar(35), Bar(20), "mm"),
    Row("optical", "stride_length_rmse_mm_51.2_hz", "… thinned to 51.2 Hz", Bar(70), Bar(40), "mm"),
    Row("optical", "stride_length_bias_percent_204.8_hz", "… bias at 204.8 Hz", _within(3), _within(1), "%"),
    Row("optical", "stride_length_bias_percent_102.4_hz", "… bias at 102.4 Hz", _within(3), _within(1), "%"),
    Row("optical", "stride_length_bias_percent_51.2_hz", "… bias at 51.2 Hz", _within(3), _within(1), "%"),
    Row(
        "optical",
        "length_error_over_sd_204.8_hz",
        "… rms(error / stated sd)",
        Bar(1.3, "between", 0.7),
        Bar(1.1, "between", 0.9),
        "",
        2,
        None,
    ),
    Row("optical", "pitch_contact_rmse_deg", "foot pitch at initial contact, RMSE", Bar(0.9), Bar(0.5), "°", 2),
    Row("optical", "pitch_contact_sd_deg", "… sd", Bar(0.5), Bar(0.3), "°", 2),
    Row("optical", "pitch_course_rmse_deg", "foot pitch over the whole stride, RMSE", Bar(1.5), Bar(1.0), "°", 2),
    Row("optical", "heel_toe_height_rmse_mm", "heel and toe height over swing, RMSE", Bar(5.5), Bar(4), "mm"),
    Row("optical", "clearance_rmse_mm", "minimum toe clearance, RMSE", Bar(6.5), Bar(4.5), "mm"),
    Row(
        "optical",
        "clearance_nothing_entered_rmse_mm",
        "… nothing entered of the shoe, no lever arm fitted",
        Bar(6.5),
        Bar(4.5),
        "mm",
        1,
        None,
    ),
    Row("optical", "clearance_r", "… r", _at_least(0.5), _at_least(0.7), "", 2),
    Row("optical", "roll_contact_sd_deg", "foot roll at contact, sd", Bar(2), Bar(1), "°", 2),
    Row("treadmill", "walks_without_angle", "after stroke: walks not analyzed", Bar(0), Bar(0), "", 0),
    Row("treadmill", "change_within_person_rmse_deg", "… change within a person, RMSE", Bar(1.5), Bar(1.0), "°", 2),
    Row("treadmill", "correlation", "… correlation over all trials", _at_least(0.95), _at_least(0.97), "", 3),
    Row(
        "drag",
        "area_10_hard",
        "scuffs of 10 m/s² in real walks: area under the curve",
        _at_least(0.97),
        _at_least(0.99),
        "",
        3,
        None,
    ),
    Row(
        "drag",
        "sensitivity_10_hard",
        "… sensitivity at one false alarm in 100 strides",
        _at_least(0.6),
        _at_least(0.9),
        "",
        2,
        None,
    ),
    Row(
        "drag",
        "simulated_sensitivity",
        "simulated toe drags of 60 ms and more: sensitivity",
        _at_least(0.9),
        None,
        "",
        2,
        None,
    ),
    Row("simulated", "length_rmse_percent", "simulated: stride length, median RMSE", Bar(2), None, "%", 2, None),
    Row("simulated", "pitch_course_rmse_deg", "… foot pitch over the stride", Bar(1), None, "°", 2, None),
    Row("simulated", "pitch_contact_rmse_deg", "… foot pitch at initial contact", Bar(1), None, "°", 2, None),
    Row("simulated", "pitch_mid_swing_rmse_deg", "… foot pitch at mid swing", Bar(1), None, "°", 2, None),
    Row("simulated", "pitch_toe_off_rmse_deg", "… foot pitch at toe off", Bar(1), None, "°", 2, None),
    Row(
        "simulated",
        "clearance_rmse_mm",
        "… minimum toe clearance, place of the sensor only named",
        Bar(5),
        None,
        "mm",
        1,
        None,
    ),
    Row(
        "simulated",
        "clearance_measured_levers_rmse_mm",
        "… the same, lever arms to toe and heel measured",
        Bar(5),
        None,
        "mm",
        1,
        None,
    ),
    Row(
        "simulated",
        "clearance_unknown_shoe_rmse_mm",
        "… the same, another shoe and place, nothing entered",
        Bar(5),
        None,
        "mm",
        1,
        None,
    ),
    Row("compensation", "circumduction_rmse_mm", "simulated: circumduction", Bar(10), Bar(5), "mm", 1, None),
    Row(
        "compensation", "sole_clearance_median_error_mm", "… sole clearance, median error", Bar(5), None, "mm", 1, None
    ),
    Row(
        "compensation",
        "lowest_point_right_percent",
        "… lowest part of the sole right",
        _at_least(90),
        None,
        "%",
        0,
        None,
    ),
    Row("compensation", "vaulting_rmse_mm", "… vaulting", Bar(5), None, "mm", 1, None),
    Row(
        "compensation",
        "source_named_right_percent",
        "… source of the lift named right",
        _at_least(100),
        None,
        "%",
        0,
        None,
    ),
    _uncertainty(
        "stride_length_m_error_over_sd", "simulated people and sensors, rms(error / stated sd): stride length"
    ),
    _uncertainty("walking_speed_mps_error_over_sd", "… walking speed"),
    _uncertainty("height_change_m_error_over_sd", "… height change"),
    _uncertainty("minimum_toe_clearance_m_error_over_sd", "… minimum toe clearance"),
    _uncertainty("minimum_sole_clearance_m_error_over_sd", "… minimum sole clearance"),
    _uncertainty("foot_pitch_error_over_sd", "… foot pitch at toe off, mid swing and contact"),
    _uncertainty("foot_roll_error_over_sd", "… foot roll at mid swing and contact"),
    _coverage("coverage", "… 95 % intervals of the summary that hold the person's own usual, all measures"),
    _coverage("stride_length_m_coverage", "… stride length"),
    _coverage("walking_speed_mps_coverage", "… walking speed"),
    Row("simulated", "missed_strides", "… missed strides, straight walking", Bar(0), None, "", 0, None),
    Row("simulated", "extra_strides", "… extra strides", Bar(0), None, "", 0, None),
    Row(
        "ankle",
        "course_rmse_deg",
        "ankle angle, foot and shank, simulated: RMSE over the stride",
        Bar(2.5),
        Bar(1.5),
        "°",
        2,
        None,
    ),
    Row("ankle", "swing_max_rmse_deg", "… greatest in swing", Bar(2.5), Bar(1.5), "°", 2, None),
    Row("ankle", "mid_swing_rmse_deg", "… at mid swing", Bar(2.5), Bar(1.5), "°", 2, None),
    Row("ankle", "initial_contact_rmse_deg", "… at initial contact", Bar(2.5), Bar(1.5), "°", 2, None),
    Row("ankle", "course_rmse_deg_worst", "… over the stride, worst condition", Bar(2.5), None, "°", 2, None),
    Row(
        "ankle",
        "error_over_sd",
        "… rms(error / stated sd)",
        Bar(1.3, "between", 0.7),
        Bar(1.1, "between", 0.9),
        "",
        2,
        None,
    ),
    Row("ankle", "legs_without_ankle", "ankle after stroke: legs without an angle", Bar(0), Bar(0), "", 0, None),
    Row(
        "ankle",
        "foot_flat_wander_deg",
        "… wander at foot-flat over a walk, median leg",
        Bar(2.5),
        Bar(1.5),
        "°",
        2,
        None,
    ),
    Row(
        "speed",
        "peer_over_own_1_h",
        "one hour, both feet, 204.8 Hz: times faster than the peer",
        _at_least(50),
        _at_least(100),
        "×",
        0,
        None,
    ),
    Row("speed", "1_h_peak_gib", "… peak resident memory", Bar(0.8), Bar(0.25), "GiB", 2, "peer_1_h_peak_gib"),
    Row("speed", "command_s", "whole command on a 39 s recording, both feet", Bar(1.5), Bar(0.6), "s", 2, None),
    Row(
        "clock",
        "counter_5_percent_lost_apart_max_ms",
        "two feet, 30 min, 50 ppm, 5 % lost: clocks apart, greatest",
        Bar(5),
        Bar(3),
        "ms",
        1,
        None,
    ),
    Row(
        "clock",
        "device_time_5_percent_lost_apart_max_ms",
        "… sensors with a clock and no counter",
        Bar(5),
        Bar(3),
        "ms",
        1,
        None,
    ),
    Row(
        "clock",
        "counter_drifting_20_ppm_apart_max_ms",
        "… a clock that drifts by 20 ppm",
        Bar(5),
        Bar(5),
        "ms",
        1,
        None,
    ),
    Row(
        "clock",
        "arrival_no_shadow_within_5_ms",
        "… sensors with neither: share of the time within 5 ms",
        _at_least(0.9),
        _at_least(0.99),
        "",
        3,
        None,
    ),
    Row(
        "recording",
        "long_missing_count",
        "30 min of two feet at 200 Hz: notifications that were sent and are missing",
        Bar(0),
        Bar(0),
        "",
        0,
        None,
    ),
    Row(
        "recording",
        "paced_footdrop_1_cpu_percent",
        "… share of a core, 40 notifications a second",
        Bar(15),
        Bar(5),
        "%",
        1,
        None,
    ),
    Row("recording", "paced_witmotion_20_cpu_percent", "… sensors without a clock", Bar(15), Bar(5), "%", 1, None),
    Row(
        "decode",
        "singles_hour_s",
        "one hour, two feet at 200 Hz, decoded: a notification a sample",
        Bar(0.3),
        Bar(0.15),
        "s",
        2,
        None,
    ),
    Row("decode", "batches_hour_s", "… ten samples a notification", Bar(0.3), Bar(0.15), "s", 2, None),
    Row("capture", "read_hour_s", "… its journal read", Bar(0.5), Bar(0.25), "s", 2, None),
    Row(
        "store",
        "usual_reads_s",
        "a person's measures and log read, of 10,000 walks and 1,000,000 log rows of 100 people",
        Bar(0.2),
        Bar(0.1),
        "s",
        2,
        None,
    ),
    Row("store", "heavy_reads_s", "… of a person with 1,000 walks and 100,000 rows", Bar(1.0), Bar(0.5), "s", 2, None),
    Row("store", "usual_progress_s", "… the usual person's progress, whole", Bar(0.5), Bar(0.25), "s", 2, None),
    Row("store", "heavy_progress_s", "… that of the one with 100,000 rows", Bar(1.0), Bar(0.5), "s", 2, None),
    Row(
        "repetitions",
        "exact_percent",
        "sets of exercises counted exactly, 221 simulated hard ones",
        Bar(95, "at_least"),
        Bar(99, "at_least"),
        "%",
        1,
        None,
    ),
    Row("repetitions", "off_by_more_count", "… sets off by more than one in ten", Bar(0), Bar(0), "", 0, None),
    Row("repetitions", "range_within_2_percent", "… range within 2°", Bar(95, "at_least"), None, "%", 1, None),
    Row("repetitions", "hold_within_0.3_percent", "… hold within 0.3 s", Bar(95, "at_least"), None, "%", 1, None),
    Row(
        "progress",
        "nothing_all_better",
        "called better though nothing changed, 23 designs, autocorrelation 0 to 0.6, 2,000 courses each",
        Bar(7, "between", 3),
        Bar(6, "between", 4),
        "%",
        1,
        None,
    ),
    Row(
        "progress",
        "nothing_all_rho_0_better",
        "… neighboring visits not alike",
        Bar(7, "between", 3),
        None,
        "%",
        1,
        None,
    ),
    Row("progress", "nothing_all_rho_0.6_better", "… autocorrelation 0.6", Bar(7, "between", 3), None, "%", 1, None),
    Row(
        "progress",
        "nothing_all_coverage",
        "… 95 % interval holds the true change",
        Bar(98, "between", 92),
        Bar(97, "between", 93),
        "%",
        1,
        None,
    ),
    Row(
        "progress",
        "something_24_visits_line_power_2",
        "a steady change of twice the smallest detectable one is found, 24 visits",
        Bar(80, "at_least"),
        Bar(90, "at_least"),
        "%",
        0,
        None,
    ),
    Row(
        "trend",
        "dose_nothing_goes_with",
        "exercise does nothing, yet called a dose response, share of 2,000 courses",
        Bar(0.07),
        Bar(0.05),
        "",
        3,
        None,
    ),
    Row("trend", "dose_nothing_declining_goes_with", "… adherence declines", Bar(0.07), Bar(0.05), "", 3, None),
    Row(
        "trend",
        "dose_nothing_autocorrelation_0.6_goes_with",
        "… autocorrelation 0.6",
        Bar(0.07),
        Bar(0.05),
        "",
        3,
        None,
    ),
    Row("reports", "walk_html_cpu_s", "a walk's report, whole process", Bar(2.0), Bar(1.6), "s", 2, None),
    Row("reports", "walk_20_m_html_cpu_s", "… of a real walk of 20 m", Bar(2.0), Bar(1.6), "s", 2, None),
    Row("reports", "year_html_cpu_s", "a year's progress report, whole process", Bar(3.0), Bar(1.5), "s", 2, None),
    Row("reports", "year_pdf_cpu_s", "… on paper", Bar(3.0), Bar(2.0), "s", 2, None),
)


def bars_of(part: str) -> dict[str, Bar]:
    """Bars of one script by figure."""
    return {row.figure: row.bar for row in ROWS if row.part == part}
