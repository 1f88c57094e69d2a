"""The client through Linux's own Bluetooth, in a guest with virtual controllers; only when asked for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from guest import missing_programs, run_in_guest

ROOT = Path(__file__).parents[2]
JOB = """
export PATH={folder}:/usr/sbin:/usr/bin:/sbin:/bin PYTHONDONTWRITEBYTECODE=1
mkdir -p /run/dbus
dbus-daemon --system --fork
bluetoothd=$(ls /usr/libexec/bluetooth/bluetoothd /usr/lib/bluetooth/bluetoothd 2>/dev/null | head -1)
"$bluetoothd" -n >/run/bluetoothd.log 2>&1 &
cd "{root}"
PYTHONPATH=. {python} -m pytest -p no:cacheprovider -o python_files=in_guest.py tests/bluez/in_guest.py
code=$?
tail -5 /run/bluetoothd.log
exit $code
"""


if os.environ.get("FOOTDROP_BLUEZ") == "1":  # docs/bluetooth.md

    def test_the_client_works_through_bluez(tmp_path: Path) -> None:
        assert missing_programs() == []
        job = JOB.format(folder=Path(sys.executable).parent, root=ROOT, python=sys.executable)
        kept = os.environ.get("FOOTDROP_BLUEZ_CACHE")
        code, said = run_in_guest(job, cache=Path(kept) if kept else tmp_path)
        print(said)  # noqa: T201
        assert code == 0, said[-6000:]
