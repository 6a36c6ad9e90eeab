"""Files and folders that are written whole or not at all, never through a link, and removed only where they are ours.

Every file Sightline writes under a name that can be known beforehand goes through here: it is made anew beside its
place, under a name no link is followed from, and put there by a rename, which replaces a link instead of following it.
What stands in a file belongs to the room that writes it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.domain.errors import UsageError

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Hand out the place of an unfinished file, new and empty; at the end it becomes `path`, in one step."""
    require_replaceable(path)
    # The name starts with a dot so that a half-written file left by a killed run matches no reader's pattern.
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, _NEW, 0o666))
        yield unfinished
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def require_replaceable(path: Path) -> None:
    """Raise UsageError for a device, a pipe, a socket or a link to one: a rename would put a file in its place."""
    # /dev/stdout may be a link to a file, but nothing in that folder is anybody's to replace.
    is_special = path.absolute().parent == Path("/dev") or not (path.is_file() or path.is_dir())
    if path.exists() and is_special:
        raise UsageError(f"{path}: is a device, a pipe or a socket, not a file; name another")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file: a reader sees the old content or the new one, never a part."""
    with written_whole(path) as unfinished:
        unfinished.write_bytes(content)


@contextmanager
def held(lock: Path, wait: Callable[[], None] | None) -> Iterator[None]:
    """Hold a lock file, its owner's alone; it goes with the process, however that ends.

    When another holds it, `wait` is told and its end waited for; without `wait` BlockingIOError is raised. UsageError
    where a link stands instead, or where it cannot be made.
    """
    # Half the commands take no lock, and this costs each 40 ms.
    from filelock import FileLock, Timeout

    # A soft lock, where the file system knows no other, would outlive a killed process.
    file_lock = FileLock(lock, mode=0o600, fallback_to_soft=False)
    try:
        file_lock.acquire(blocking=False)
    except Timeout:
        if wait is None:
            raise BlockingIOError(f"{lock}: another process holds it") from None
        wait()
        file_lock.acquire()
    except OSError as error:
        if lock.is_symlink():
            raise UsageError(f"{lock}: is a link, and locks never follow one; remove the link") from None
        raise UsageError(f"{lock}: cannot be locked ({error.strerror or error}); check who owns it") from None
    try:
        yield
    finally:
        file_lock.release()


def remove_own_folder(folder: Path, is_ours: Callable[[Path], bool]) -> None:
    """Remove a folder with all in it; raise UsageError for a link, and for what is not ours, before anything is gone.

    An empty folder is ours: there is nothing to lose. Links in it are removed, never followed.
    """
    require_own_folder(folder, is_ours)
    if folder.exists():
        shutil.rmtree(folder)


def require_own_folder(folder: Path, is_ours: Callable[[Path], bool]) -> None:
    """Raise UsageError unless the folder is absent, empty or ours."""
    if folder.is_symlink():
        raise UsageError(f"{folder}: is a link where Sightline keeps a folder of its own; remove the link")
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder}: is a file where Sightline keeps a folder of its own; move it away")
    if any(folder.iterdir()) and not is_ours(folder):
        raise UsageError(f"{folder}: holds files Sightline did not write; move them away, or choose another --home")
