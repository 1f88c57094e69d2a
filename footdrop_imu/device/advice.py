"""What a person can do when Bluetooth fails, in words, by reason and by the system that the program runs on."""

from __future__ import annotations

import sys

from footdrop_imu.errors import DeviceReason

__all__ = ["advice"]

_EVERYWHERE = {
    DeviceReason.NOT_FOUND: (
        "Wake the sensor (press its button or move it), charge it, bring it within two meters, and close other "
        "programs and phones that are connected to it: a connected sensor does not advertise."
    ),
    DeviceReason.BUSY: (
        "Close other programs and phones that are connected to the sensor, or switch the sensor off and on, and try "
        "again."
    ),
    DeviceReason.SILENT: "Switch the sensor off and on and try again; if it stays silent, check that it is charged.",
    DeviceReason.LOST: "Bring the sensor nearer, with no body between it and the computer, and check its battery.",
    DeviceReason.WRONG_FIRMWARE: (
        "Choose the profile of this sensor's firmware (footdrop profiles list), or write one and give its file."
    ),
    DeviceReason.SMALL_MTU: (
        "Use a computer or adapter that agrees on longer packets, or a profile with short ones for this sensor."
    ),
    DeviceReason.BATTERY_EMPTY: "Charge the sensor.",
    DeviceReason.REFUSED: "Switch the sensor off and on and try again.",
}

_HERE = {
    ("linux", DeviceReason.NO_BLUETOOTH): (
        "Turn Bluetooth on: `bluetoothctl power on`; if it is blocked, `rfkill unblock bluetooth`; if its service does "
        "not run, `systemctl start bluetooth`."
    ),
    ("linux", DeviceReason.NO_ADAPTER): (
        "Plug in a Bluetooth adapter (4.0 or later); `bluetoothctl list` and `rfkill list` show what there is."
    ),
    ("linux", DeviceReason.NO_PERMISSION): (
        "Let this user use Bluetooth: `sudo usermod -a -G bluetooth $USER`, then log in anew; a program in a sandbox "
        "needs access to the system D-Bus."
    ),
    ("linux", DeviceReason.BUSY): (
        "Close other programs and phones that are connected to the sensor; `bluetoothctl disconnect ADDRESS` ends a "
        "connection that was left behind, `bluetoothctl power off` and `power on` a scan that hangs."
    ),
    ("linux", DeviceReason.WRONG_FIRMWARE): (
        "Choose the profile of this sensor's firmware (footdrop profiles list). After an update of the firmware "
        "`bluetoothctl remove ADDRESS` makes the system look at the sensor anew."
    ),
    ("darwin", DeviceReason.NO_BLUETOOTH): "Turn Bluetooth on in the menu bar or in System Settings > Bluetooth.",
    ("darwin", DeviceReason.NO_ADAPTER): "This computer has no Bluetooth LE; plug in an adapter that macOS supports.",
    ("darwin", DeviceReason.NO_PERMISSION): (
        "Allow the terminal (or the program that started this one) in System Settings > Privacy & Security > "
        "Bluetooth, then start it again."
    ),
    ("win32", DeviceReason.NO_BLUETOOTH): "Turn Bluetooth on in Settings > Bluetooth & devices.",
    ("win32", DeviceReason.NO_ADAPTER): (
        "Plug in a Bluetooth adapter with Bluetooth LE (4.0 or later) and look in the Device Manager whether its "
        "driver runs."
    ),
    ("win32", DeviceReason.NO_PERMISSION): (
        "Allow it in Settings > Privacy & security > Radios and > Other devices, or ask whoever administers this "
        "computer."
    ),
    ("win32", DeviceReason.BUSY): (
        "Remove the sensor in Settings > Bluetooth & devices if it is paired there, close other programs that use it, "
        "and switch it off and on."
    ),
}


def advice(reason: DeviceReason, *, simulated: bool = False, platform: str = sys.platform) -> str:
    """Say in a sentence or two what to do; "" where there is nothing to say.

    Parameters
    ----------
    reason
        What went wrong.
    simulated
        Whether the sensors are simulated ones, reached without the system's Bluetooth.
    platform
        As ``sys.platform`` has it.
    """
    if simulated and reason in (DeviceReason.NO_BLUETOOTH, DeviceReason.NO_ADAPTER, DeviceReason.NO_PERMISSION):
        return (
            "Start the simulated sensors first (footdrop simulate sensor) and give the same address with --adapter; a "
            "dongle has to be plugged in and free."
        )
    return _HERE.get((platform, reason)) or _EVERYWHERE.get(reason, "")
