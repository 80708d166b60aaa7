"""Put a folder in the place of another in one step."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
import tempfile
from pathlib import Path

_HERE = -100  # AT_FDCWD: paths are taken from the working folder
_SWAP = 2  # RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS
_NOT_HERE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)


def put_in_place(new: Path, target: Path, old: Path) -> None:
    """Move a folder to `target`; what stood there, if anything, is moved to `old` or `new`.

    Where the system can swap two names at once (Linux, macOS), the target is there at every
    moment. Elsewhere it is away for the time between two renames.

    Parameters
    ----------
    new, target, old : Path
        Folders on one file system; `old` does not exist yet.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        new.rename(target)
    elif not _swapped(new, target):
        target.rename(old)
        new.rename(target)


def try_place(stage: Path, target: Path) -> None:
    """Raise OSError if a folder in `stage` could not be moved to `target`; changes nothing.

    To be found out before anything is published: a folder that is read-only or on another disk.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    probe = Path(tempfile.mkdtemp(dir=stage))
    probe.rename(target.with_name(f".{probe.name}")).rmdir()


def _swapped(one: Path, other: Path) -> bool:
    """Swap the names of two folders; False where the system cannot."""
    if sys.platform == "win32":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    a, b = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):
        status = library.renameat2(_HERE, a, _HERE, b, _SWAP)
    elif hasattr(library, "renamex_np"):
        status = library.renamex_np(a, b, _SWAP)
    else:
        return False
    fault = ctypes.get_errno()
    if status != 0 and fault not in _NOT_HERE:
        raise OSError(fault, os.strerror(fault), str(one), None, str(other))
    return status == 0
