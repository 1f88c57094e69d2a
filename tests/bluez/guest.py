"""Runs a job in a Linux guest with virtual Bluetooth controllers: the kernel is Debian's, the files are this host's.

Needs the Debian packages qemu-system-x86, busybox-static, kmod and cpio, and for a Bluetooth job bluez and dbus-daemon;
the kernel is fetched with ``apt-get download`` and only unpacked. No root, no hardware virtualization.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

__all__ = ["GuestFailedError", "missing_programs", "run_in_guest"]

PROGRAMS = ("qemu-system-x86_64", "busybox", "depmod", "modprobe", "cpio", "dpkg-deb", "apt-get")
MODULES = (
    "virtio_pci", "9p", "9pnet_virtio", "overlay",
    "af_alg", "algif_hash", "algif_skcipher", "ecb", "cmac", "bluetooth", "hci_vhci",
)  # fmt: skip
DONE = "guest job ended with "

INIT = """#!/bin/busybox sh
export PATH=/bin
/bin/busybox --install -s /bin
mkdir -p /proc /sys /dev /host /rw /new
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in $(cat /modules.txt); do insmod "/modules/$module" || echo "no module $module"; done
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=524288 host /host
mount -t tmpfs rw /rw
mkdir -p /rw/up /rw/work
mount -t overlay -o lowerdir=/host,upperdir=/rw/up,workdir=/rw/work overlay /new
for place in proc sys dev; do mount -o bind /$place /new/$place; done
mount -t tmpfs run /new/run
cp /job.sh /new/run/job.sh
ip link set lo up
chroot /new /bin/bash /run/job.sh
echo "@DONE@$?"
poweroff -f
""".replace("@DONE@", DONE)


class GuestFailedError(Exception):
    """The guest did not come to the end of its job."""


def missing_programs() -> list[str]:
    """Name the programs that this host lacks."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return [name for name in PROGRAMS if shutil.which(name, path=path) is None]


def run_in_guest(job: str, *, cache: Path, timeout_s: float = 900.0) -> tuple[int, str]:
    """Boot the guest, run a shell script as root on a copy of this host's files, and power off.

    Parameters
    ----------
    job
        A bash script; /run is empty in there, everything else is the host's, and nothing is written back.
    cache
        Folder that keeps the unpacked kernel between two runs.
    timeout_s
        After which the guest is killed.

    Returns
    -------
    tuple
        Exit code of the job, and all that stood on the guest's console.

    Raises
    ------
    GuestFailedError
        The kernel could not be fetched, or the job did not end.
    """
    kernel, modules = _kernel(cache)
    with tempfile.TemporaryDirectory() as folder:
        image = _initramfs(Path(folder), modules, job)
        command = [
            "qemu-system-x86_64", "-M", "q35", "-accel", "tcg,thread=multi", "-cpu", "Nehalem", "-smp", "2",
            "-kernel", str(kernel), "-initrd", str(image), "-append", "console=ttyS0 quiet panic=-1 mitigations=off",
            "-m", "2500", "-nographic", "-no-reboot", "-nic", "none",
            "-virtfs", "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap",
        ]  # fmt: skip
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            said = (error.stdout or b"").decode(errors="replace")
            raise GuestFailedError(f"The guest was not done after {timeout_s:g} s. It said:\n{said[-4000:]}") from error
    code = [line for line in done.stdout.splitlines() if line.startswith(DONE)]
    if not code:
        raise GuestFailedError(f"The guest stopped before its job ended. It said:\n{done.stdout[-4000:]}{done.stderr}")
    return int(code[-1].removeprefix(DONE)), done.stdout


def _kernel(cache: Path) -> tuple[Path, Path]:
    """Fetch and unpack Debian's kernel; its image, and the folder of its modules."""
    if not list(cache.glob("boot/vmlinuz-*")):
        cache.mkdir(parents=True, exist_ok=True)
        depends = _output("apt-cache", "depends", "linux-image-amd64")
        name = next(line.split()[-1] for line in depends.splitlines() if "Depends: linux-image" in line)
        with tempfile.TemporaryDirectory() as folder:
            _output("apt-get", "download", name, cwd=folder)
            (package,) = Path(folder).glob("*.deb")
            _output("dpkg-deb", "-x", str(package), str(cache))
    (image,) = cache.glob("boot/vmlinuz-*")
    version = image.name.removeprefix("vmlinuz-")
    modules = next(
        path for path in (cache / "lib/modules" / version, cache / "usr/lib/modules" / version) if path.exists()
    )
    _output("/sbin/depmod", "-b", str(modules.parent.parent.parent), version)
    return image, modules


def _initramfs(folder: Path, modules: Path, job: str) -> Path:
    """Pack what the kernel starts with: busybox, the modules, and the job."""
    root = folder / "root"
    for place in ("bin", "modules"):
        (root / place).mkdir(parents=True)
    busybox = shutil.which("busybox")
    assert busybox is not None
    shutil.copy(busybox, root / "bin/busybox")
    order: list[str] = []
    for name in MODULES:
        shown = _output("/sbin/modprobe", "-d", str(modules.parent.parent.parent), "-S", modules.name, "-D", name)
        for line in shown.splitlines():
            path = Path(line.split()[1]) if line.startswith("insmod ") else None
            if path is not None and path.name not in order:
                order.append(path.name)
                shutil.copy(path, root / "modules" / path.name)
    (root / "modules.txt").write_text("\n".join(order) + "\n")
    (root / "init").write_text(INIT)
    (root / "init").chmod(0o755)
    (root / "job.sh").write_text(job)
    image = folder / "initramfs"
    names = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
    with image.open("wb") as out:
        subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=root, input=names.encode(), stdout=out, check=True)
    return image


def _output(*command: str, cwd: str | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise GuestFailedError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout
