"""Archives that may hold several files: zip, of which one file is found, and tar, which is only told.

An archive of several files is named, not read: which of them are logs, its owner knows. A zip whose table at the end is
missing is taken to hold one. Unfolding is unpacking.py.
"""

import struct
import tarfile
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

_HEAD = struct.Struct("<4sHHHHHLLLHH")
_END = b"PK\5\6"
_LONGEST_END = 22 + 0xFFFF
# A table of more entries is no log's, and costs memory to read.
_MOST_TABLE_BYTES = 1 << 18
_IS_ENCRYPTED = 1


class ArchiveKind(StrEnum):
    """What an archive is of which nothing can be read: the kind it is counted as where logs are looked for."""

    SEVERAL = "archive of several files"
    EMPTY = "empty archive"
    ENCRYPTED = "encrypted archive"
    DAMAGED = "damaged archive"
    FOREIGN = "archive packed in a way not read"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with an archive, in a sentence, and what it is if nothing at all was read of it."""

    words: str
    kind: ArchiveKind = ArchiveKind.DAMAGED


class ZipError(Exception):
    """Raised when a zip archive holds nothing to read; never leaves this room."""

    def __init__(self, words: str, kind: ArchiveKind) -> None:
        super().__init__(words)
        self.flaw = Flaw(words, kind)


@dataclass(frozen=True, slots=True)
class ZipMember:
    """A file in an archive: where its packed bytes begin, how many, how they are packed; the CRC of what they hold."""

    offset: int
    packed_byte_count: int
    method: int
    checksum: int | None


def find_zip_member(file: BinaryIO) -> ZipMember:
    """Return the one file in an archive; raise ZipError when it holds none, several, or one that is not to be read."""
    listed = _listed(file)
    if listed is not None and len(listed) != 1:
        held, kind = (f"{len(listed):,} files", ArchiveKind.SEVERAL) if listed else ("no file", ArchiveKind.EMPTY)
        raise ZipError(f"The zip archive holds {held}: unpack it and give the logs in it.", kind)
    entry = listed[0] if listed else None
    file.seek(entry.header_offset if entry else 0)
    while True:
        raw = file.read(_HEAD.size)
        if len(raw) < _HEAD.size or not raw.startswith(b"PK\3\4"):
            words = "The zip archive is damaged: nothing in it can be found. Copy the file again."
            raise ZipError(words, ArchiveKind.DAMAGED)
        _, _, flags, method, _, _, _, packed, _, name_size, extra_size = _HEAD.unpack(raw)
        is_folder = file.read(name_size).endswith(b"/")
        file.seek(extra_size, 1)
        if entry is not None or not is_folder:
            break
    if flags & _IS_ENCRYPTED:
        raise ZipError("The zip archive is encrypted: unpack it.", ArchiveKind.ENCRYPTED)
    if entry is None:
        return ZipMember(file.tell(), packed, method, None)
    return ZipMember(file.tell(), entry.compress_size, method, entry.CRC)


def is_tar(head: bytes) -> bool:
    """Tell whether a file that begins so is a tar archive: its first block holds the sum of its own bytes."""
    with suppress(tarfile.HeaderError):
        tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "replace")
        return True
    return False


def _listed(file: BinaryIO) -> list[zipfile.ZipInfo] | None:
    """Return the files the table at the archive's end lists; None when there is no such table."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LONGEST_END))
    tail = file.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < 22:
        return None
    if int.from_bytes(tail[place + 12 : place + 16], "little") > _MOST_TABLE_BYTES:
        words = "The zip archive holds thousands of files: unpack it and give the logs in it."
        raise ZipError(words, ArchiveKind.SEVERAL)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
        return None
    # What macOS adds beside each file is none of the user's.
    return [entry for entry in entries if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")]
