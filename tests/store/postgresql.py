"""A PostgreSQL server of the tests' own: in a folder of its own, on a free port, ended by its own id."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

USER = "tester"


class Server(NamedTuple):
    """Where the server listens, and the password of ``USER``."""

    port: int
    password: str

    def url(self, database: str, password: str = "") -> str:
        return f"postgresql://{USER}:{password or self.password}@127.0.0.1:{self.port}/{database}"


def programs() -> Path | None:
    """The folder of the newest installed server, None = there is none."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    return Path(on_path).resolve().parent if on_path else None


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    """Start a server; it refuses to run as root and gets another user's id there."""
    other: dict[str, Any] = {}
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
        other = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    room = Path(tempfile.mkdtemp(prefix="footdrop-postgresql-"))
    password = secrets.token_hex(8)
    data = room / "data"
    try:
        (room / "password").write_text(password)
        if other:
            for path in (room, room / "password"):
                os.chown(path, other["user"], other["group"])
        initialize = [folder / "initdb", "-D", data, "-U", USER, "-A", "scram-sha-256", "--pwfile", room / "password"]
        initialize += ["-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
        subprocess.run(initialize, check=True, capture_output=True, cwd=room, **other)
        for _ in range(3):  # the port may be taken between being found free and being used
            port = free_port()
            process = _start(folder, data, room, port, other)
            if process is not None:
                break
        else:
            raise AssertionError((room / "log").read_text())
        try:
            yield Server(port, password)
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            process.wait(30)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _start(folder: Path, data: Path, room: Path, port: int, other: dict[str, Any]) -> subprocess.Popen[bytes] | None:
    settings = {
        **{"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": room, "max_connections": 40},
        **{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"},
    }
    command: list[str | Path] = [folder / "postgres", "-D", data]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with (room / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=room, **other)
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        ready = subprocess.run([folder / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False, cwd=room)
        if ready.returncode == 0:
            return process
        time.sleep(0.05)
    process.kill()
    process.wait()
    return None
