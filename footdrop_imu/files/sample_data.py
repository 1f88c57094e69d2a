"""The built-in walks: where they are."""

from pathlib import Path

from footdrop_imu.errors import FileFormatError, FileReason

__all__ = ["sample_data_folder"]


def sample_data_folder() -> Path:
    """Find the folder of built-in session folders: inside the installed package, else beside it in a checkout.

    Raises
    ------
    FileFormatError
        ``not_found``: the installation is incomplete.
    """
    package = Path(__file__).parent.parent
    for folder in (package / "sample_data", package.parent / "sample_data"):
        if folder.is_dir():
            return folder
    raise FileFormatError(
        FileReason.NOT_FOUND,
        f"The built-in walks were expected in {package / 'sample_data'} and are not there; "
        "the installation is incomplete. Install footdrop-imu again.",
        path=package / "sample_data",
    )
