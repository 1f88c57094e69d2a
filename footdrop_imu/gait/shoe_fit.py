"""Lever arms that nobody measured, corrected by where the shoe touches the floor."""

from dataclasses import replace

import numpy as np

from footdrop_imu.gait.shoe import TOE_SPRING_M, Geometry, lever_arms
from footdrop_imu.schema import FloatArray

__all__ = ["refine_geometry"]

_CONTACT_SD_M = 0.012  # how well toe off and contact are moments when toe tip and heel touch: shoes bend


def refine_geometry(
    geometry: Geometry,
    toe_off_pitch_deg: FloatArray,
    toe_off_height_m: FloatArray,
    contact_pitch_deg: FloatArray,
    contact_height_m: FloatArray,
    fewest: int = 5,
) -> Geometry:
    """Correct lever arms that nobody measured by where the shoe touches the floor.

    Parameters
    ----------
    geometry
        As entered or assumed.
    toe_off_pitch_deg, toe_off_height_m
        (k,) foot pitch and height of the sensor above its foot-flat at toe off, straight strides.
    contact_pitch_deg, contact_height_m
        (m,) the same at heel contacts.
    fewest
        Below so many toe offs nothing is changed.

    Returns
    -------
    Geometry
        The entered one where lever arms were measured.

    Notes
    -----
    At toe off the toe tip is on the floor, at a heel contact the heel is: two equations for the sensor's distance
    from the heel, the shoe's length and the sensor's height. Their least-squares solution is shrunk to the entered
    values by what is known of each (Gauss-Markov), so that little evidence changes little.
    """
    if geometry.covariance is None or len(toe_off_pitch_deg) < fewest:
        return geometry
    state = np.array([-geometry.heel_m[0], geometry.toe_m[0] - geometry.heel_m[0], -geometry.heel_m[2]])
    rows, found = [], []
    for pitch_deg, height_m, at_toe in (
        (toe_off_pitch_deg, toe_off_height_m, True),
        (contact_pitch_deg, contact_height_m, False),
    ):
        if len(pitch_deg) < fewest:
            continue
        sine, cosine = np.sin(np.radians(pitch_deg)), np.cos(np.radians(pitch_deg))
        ahead = np.median(sine)
        down = float(np.median(1.0 - cosine))
        rows.append([-ahead, ahead if at_toe else 0.0, down])
        # height of the point above its own foot-flat, its toe spring aside, must make up for the sensor's
        spring = TOE_SPRING_M * (down - 1.0) if at_toe else 0.0
        found.append(float(spring - np.median(height_m)))
    design = np.array(rows)
    prior = geometry.covariance
    gain = prior @ design.T @ np.linalg.inv(design @ prior @ design.T + _CONTACT_SD_M**2 * np.eye(len(rows)))
    state = state + gain @ (np.array(found) - design @ state)
    covariance = prior - gain @ design @ prior
    toe, heel = lever_arms(*state)
    toe[1], heel[1] = geometry.toe_m[1], geometry.heel_m[1]
    to_toe = np.array([-1.0, 1.0, 0.0])
    return replace(
        geometry.moved(toe, heel), toe_sd_m=float(np.sqrt(to_toe @ covariance @ to_toe)), covariance=covariance
    )


def _lever_arms(from_heel_m: float, length_m: float, height_m: float) -> tuple[FloatArray, FloatArray]:
    toe = np.array([length_m - from_heel_m, 0.0, TOE_SPRING_M - height_m])
    return toe, np.array([-from_heel_m, 0.0, -height_m])
