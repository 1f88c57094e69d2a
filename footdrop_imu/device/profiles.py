"""The firmware profiles: found by id, by path, and by what a sensor advertises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from footdrop_imu.device.profile import Advertisement, Profile, Recognition, RefusedSensor
from footdrop_imu.device.profile_file import read_profile, read_refused
from footdrop_imu.errors import DeviceError, DeviceReason, ProfileError, ProfileReason

__all__ = ["all_profiles", "load_profile", "profile_folder", "recognize", "refused_sensors"]


def profile_folder() -> Path:
    """Find the folder of built-in profiles: inside the installed package, else beside it in a checkout.

    Raises
    ------
    ProfileError
        ``not_found``: the installation is incomplete.
    """
    package = Path(__file__).parent.parent
    for folder in (package / "firmware_profiles", package.parent / "firmware_profiles"):
        if folder.is_dir():
            return folder
    raise ProfileError(
        ProfileReason.NOT_FOUND,
        f"The sensor profiles were expected in {package / 'firmware_profiles'} and are not there; the installation is "
        "incomplete. Install footdrop-imu again.",
        path=package / "firmware_profiles",
    )


@cache
def all_profiles() -> tuple[Profile, ...]:
    """Load every built-in profile, by id.

    Raises
    ------
    ProfileError
        One of them cannot be used.
    """
    paths = sorted(path for path in profile_folder().glob("*.toml") if path.name != "refused.toml")
    return tuple(read_profile(path) for path in paths)


@cache
def refused_sensors() -> tuple[RefusedSensor, ...]:
    """Load the list of sensors that cannot serve."""
    return read_refused(profile_folder() / "refused.toml")


def load_profile(name: str | Path) -> Profile:
    """Load a built-in profile by its id, or any by its path.

    Raises
    ------
    ProfileError
        There is none of that name, or it cannot be used.
    """
    if isinstance(name, Path) or name.endswith(".toml"):
        return read_profile(Path(name))
    for profile in all_profiles():
        if profile.id == name:
            return profile
    known = ", ".join(profile.id for profile in all_profiles())
    raise ProfileError(
        ProfileReason.NOT_FOUND,
        f"There is no sensor profile {name!r}. Known are {known}; a file of your own ends with .toml.",
    )


def recognize(advertisement: Advertisement, profiles: Sequence[Profile] | None = None) -> Profile | None:
    """Tell by its advertisement which profile a sensor has; None where no profile claims it.

    Raises
    ------
    DeviceError
        ``cannot_serve``: a sensor that is known and of no use for gait; the message says why.
    """
    for refused in refused_sensors():
        if _fits(refused.recognize, advertisement):
            raise DeviceError(
                DeviceReason.CANNOT_SERVE,
                f"{advertisement.name or refused.name} cannot be used: {refused.reason}",
                sensor=advertisement.name,
            )
    for profile in all_profiles() if profiles is None else profiles:
        if _fits(profile.recognize, advertisement):
            return profile
    return None


def _fits(ways: Iterable[Recognition], advertisement: Advertisement) -> bool:
    return any(way.fits(advertisement) for way in ways)
