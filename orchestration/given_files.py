"""The one way to open what users and their tools wrote: logs, code, declarations, reports, settings.

Regular files only, opened without waiting and read up to a size: a pipe, a device, a socket or a file the kernel makes
up is refused in words, as an OSError like any other file that cannot be read. What Sightline wrote itself is opened
as usual; what stands in a file belongs to the room that reads it.
"""

import errno
import os
import stat
from functools import cache
from pathlib import Path
from typing import BinaryIO

# Without O_NONBLOCK the opening of a pipe waits for somebody to write into it.
_QUIET = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}
# The kernel makes these up while they are read, some without an end.
_MADE_UP_FOLDERS = ("/proc", "/sys")
MEBIBYTE = 1 << 20


def open_given(path: str | Path) -> BinaryIO:
    """Open a file for reading; raise OSError, its `strerror` in words, for what is no regular file."""
    descriptor = os.open(path, _QUIET)
    try:
        refused = _refusal(os.fstat(descriptor))
        if refused:
            raise OSError(errno.EINVAL, refused, str(path))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_given(path: str | Path, most_bytes: int) -> bytes:
    """Return all bytes of a file; raise OSError, its `strerror` in words, when there are more than `most_bytes`."""
    with open_given(path) as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, f"larger than {most_bytes:,} bytes", str(path))
    return content


def why_refused(path: str | Path) -> str | None:
    """Say in words why a file would not be opened, without opening it; None for a regular file, or one that is gone."""
    try:
        return _refusal(Path(path).stat())
    except OSError:
        return None


def leads_outside(path: str | Path, folder: str | Path) -> bool:
    """Tell whether a path below a folder is, through links, really somewhere else."""
    real, root = os.path.realpath(path), os.path.realpath(folder)
    return real != root and not real.startswith(root.rstrip("/") + "/")


def _refusal(status: os.stat_result) -> str | None:
    kind = stat.S_IFMT(status.st_mode)
    if kind != stat.S_IFREG:
        return f"{_KINDS.get(kind, 'something else')}, not a regular file"
    return "made up by the system while it is read, not a regular file" if status.st_dev in _made_up() else None


@cache
def _made_up() -> frozenset[int]:
    return frozenset(Path(folder).stat().st_dev for folder in _MADE_UP_FOLDERS if os.path.ismount(folder))
