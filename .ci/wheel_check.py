"""Build the wheel, look inside, install it alone in a fresh environment and run its demo from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
LARGEST_BYTES = 5_000_000
NEEDED = (
    "footdrop_imu/py.typed",
    "footdrop_imu/store/migrations/env.py",
    "footdrop_imu/store/migrations/versions/r0001.py",
    "footdrop_imu/sample_data/before/session.toml",
    "footdrop_imu/sample_data/after/session.toml",
    "footdrop_imu/firmware_profiles/footdrop-1.toml",
    "footdrop_imu/firmware_profiles/witmotion-20.toml",
    "footdrop_imu/rehab/exercises.toml",
    "footdrop_imu/rehab/drawings/heel_walk.svg",
    "footdrop_imu/locale/de/LC_MESSAGES/footdrop_imu.mo",
)
PAGES = ("before/report.html", "after/report.html", "before/strides.csv", "after/summary.json")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command; on failure show all it said and stop."""
    words = [str(part) for part in command]
    variables = {**os.environ, **environment}
    done = subprocess.run(words, cwd=cwd, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"wheel check: {' '.join(words)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def look_inside(wheel: Path) -> None:
    """Refuse a wheel that is too large, misses a file, or holds what does not belong."""
    size = wheel.stat().st_size
    if size > LARGEST_BYTES:
        sys.exit(f"wheel check: {wheel.name} is {size} bytes, more than {LARGEST_BYTES}.")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        missing = [name for name in NEEDED if name not in names]
        strays = [name for name in names if not name.startswith(("footdrop_imu/", "footdrop_imu-"))]
        pointing = [name for name in names if b"shared/data" in archive.read(name)]
    if missing or strays or pointing:
        sys.exit(f"wheel check: missing {missing}, not of the package {strays}, pointing outside {pointing}.")
    sys.stdout.write(f"wheel check: {wheel.name}, {len(names)} files, {size / 1e6:.2f} MB\n")


def main() -> None:
    """Build, look, install, run."""
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", room / "dist", cwd=ROOT)
        (wheel,) = (room / "dist").glob("*.whl")
        look_inside(wheel)
        venv.create(room / "venv", with_pip=True)
        programs = room / "venv" / ("Scripts" if os.name == "nt" else "bin")
        run(programs / "python", "-m", "pip", "install", "--quiet", wheel, cwd=room)
        elsewhere = room / "elsewhere"
        elsewhere.mkdir()
        # A proxy that nobody serves: a demo that asked a network for anything would fail.
        said = run(programs / "footdrop", "demo", "--out", "pages", cwd=elsewhere, https_proxy="http://127.0.0.1:9")
        exercises = run(programs / "footdrop", "exercises", "list", "--quiet", cwd=elsewhere)
        if "towel_stretch" not in exercises.split():
            sys.exit(f"wheel check: the exercises are not found; the list said:\n{exercises}")
        absent = [page for page in PAGES if not (elsewhere / "pages" / page).stat().st_size]
        if absent or "report.html" not in said:
            sys.exit(f"wheel check: the demo left out {absent}; it said:\n{said}")
    sys.stdout.write("wheel check: the demo ran from another folder\n")


if __name__ == "__main__":
    main()
