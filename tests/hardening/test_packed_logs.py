"""Packed logs: every way of packing, cut, damaged, doubled or made to fill the machine; each costs itself only."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from orchestration.log_ingest.byte_stream import ByteStream
from tests.unit.log_ingest.log_lake import assert_counts_add_up, beat_log, ingest, write

Pack = Callable[[bytes], bytes]


def zipped(*members: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive of some files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


def tarred(*members: tuple[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar archive of some files."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as archive:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return made.getvalue()


def in_blocks(content: bytes) -> bytes:
    """Return zstd of several blocks and frames, one of them to be skipped, with checksums."""
    packer = zstandard.ZstdCompressor(write_checksum=True)
    half = len(content) // 2
    skipped = b"\x53\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"hello"
    return skipped + packer.compress(content[:half]) + packer.compress(content[half:])


PACKS: dict[str, Pack] = {
    "gz": gzip.compress,
    # As the program zstd packs: with a checksum.
    "zst": zstandard.ZstdCompressor(write_checksum=True).compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zip": lambda content: zipped(("app.log", content)),
}
OTHER_PACKS: dict[str, Pack] = {
    "zst of frames": in_blocks,
    "zip, stored": lambda content: zipped(("app.log", content), how=zipfile.ZIP_STORED),
    "zip, bzip2": lambda content: zipped(("app.log", content), how=zipfile.ZIP_BZIP2),
    "zip in a folder, by macOS": lambda content: zipped(("logs/", b""), ("logs/a.log", content), ("__MACOSX/a", b"")),
    "gz of members": lambda content: gzip.compress(content[:999]) + gzip.compress(b"") + gzip.compress(content[999:]),
    "bz2 of members": lambda content: bz2.compress(content[:999]) + bz2.compress(content[999:]),
    "xz of streams": lambda content: lzma.compress(content[:999]) + b"\0" * 4 + lzma.compress(content[999:]),
    "gz, padded": lambda content: gzip.compress(content) + b"\0" * 700,
}
EVERY_PACK = PACKS | OTHER_PACKS
every_pack = pytest.mark.parametrize("pack", EVERY_PACK.values(), ids=list(EVERY_PACK))


def unpacked(content: bytes, folder: Path, size: int = 1 << 16) -> tuple[bytes, str | None]:
    """Return what a stream gives of these bytes, and its problem."""
    (folder / "x").write_bytes(content)
    with (folder / "x").open("rb") as file:
        stream = ByteStream(file, size)
        return b"".join(stream.raw_blocks()), stream.problem


def varied(count: int) -> bytes:
    """Return lines that do not repeat."""
    return b"".join(
        b"%d %s\n" % (number, zlib.crc32(b"%d" % number).to_bytes(4).hex().encode()) for number in range(count)
    )


@every_pack
@pytest.mark.parametrize("size", [1000, 1 << 22])
def test_every_way_of_packing_gives_what_was_packed(tmp_path: Path, pack: Pack, size: int) -> None:
    content = varied(3000)
    assert unpacked(pack(content), tmp_path, size) == (content, None)


@every_pack
def test_a_packed_copy_is_the_same_log(tmp_path: Path, pack: Pack) -> None:
    text = beat_log(60)
    write(tmp_path / "logs/a.log", text)
    log_file_id = ingest(tmp_path / "logs", tmp_path / "lake").file("a.log")["log_file_id"]
    write(tmp_path / "logs/a.log.1", pack(text.encode()))
    (tmp_path / "logs/a.log").unlink()
    after = ingest(tmp_path / "logs", tmp_path / "lake")
    assert after.report.file_count_by_status == {"ok": 1}
    assert after.file("a.log.1")["log_file_id"] == log_file_id
    assert after.report.record_count == 60


@pytest.mark.parametrize("suffix", PACKS)
def test_a_packed_log_in_a_folder_is_read(tmp_path: Path, suffix: str) -> None:
    write(tmp_path / f"logs/a.log.{suffix}", PACKS[suffix](beat_log(30).encode()))
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert (lake.report.file_count_by_status, lake.report.record_count) == ({"ok": 1}, 30)
    assert_counts_add_up(lake)


@every_pack
@pytest.mark.parametrize("share", [0.6])
def test_a_cut_archive_gives_the_beginning_and_says_so(tmp_path: Path, pack: Pack, share: float) -> None:
    content = varied(60_000)
    packed = pack(content)
    found, problem = unpacked(packed[: int(share * len(packed))], tmp_path)
    assert content.startswith(found)
    assert problem or found == content
    # Blocks of bzip2 hold up to 900 kB, those of zstd 128 KiB: what was begun of one cannot be known.
    assert len(found) >= share * len(content) - 930_000


@pytest.mark.parametrize("suffix", PACKS)
@pytest.mark.parametrize("place", [0.4, 0.8])
def test_a_damaged_archive_gives_every_byte_before_the_damage(tmp_path: Path, suffix: str, place: float) -> None:
    content = varied(100_000)
    packed = bytearray(PACKS[suffix](content))
    at = int(place * len(packed))
    packed[at : at + 4] = bytes(byte ^ 0x5A for byte in packed[at : at + 4])
    found, problem = unpacked(bytes(packed), tmp_path)
    assert problem is not None
    assert ("corrupt" in problem) or ("too early" in problem)
    lost_block = {"bz2": 900_000, "zst": 128 << 10}.get(suffix, 0)
    intact = next(
        (index for index, (one, two) in enumerate(zip(found, content, strict=False)) if one != two), len(found)
    )
    # Some bytes behind a damage may still unfold, to something else; what comes before is whole.
    assert intact >= place * len(content) * 0.95 - lost_block


@pytest.mark.parametrize("suffix", PACKS)
def test_lines_before_a_damage_are_records(tmp_path: Path, suffix: str) -> None:
    # No line like another: bzip2 sorts 900 kB at once and gives them whole or not at all.
    text = "".join(beat_log(1, first=number) for number in range(1, 20_000))
    packed = bytearray(PACKS[suffix](text.encode()))
    at = int(0.9 * len(packed))
    packed[at : at + 3] = b"\x5a\xa5\x5a"
    write(tmp_path / f"logs/a.log.{suffix}", bytes(packed))
    write(tmp_path / "logs/b.log", beat_log(5, first=70_000))
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    row = lake.file(f"a.log.{suffix}")
    assert row["ingest_status"] == "damaged"
    assert row["record_line_count"] > (8_000 if suffix == "bz2" else 16_000)
    assert lake.file("b.log")["ingest_status"] == "ok"
    assert_counts_add_up(lake)


def test_what_follows_an_archive_costs_no_line(tmp_path: Path) -> None:
    write(tmp_path / "logs/a.log.gz", gzip.compress(beat_log(9).encode()) + b"garbage of another program")
    row = ingest(tmp_path / "logs", tmp_path / "lake").file("a.log.gz")
    assert (row["ingest_status"], row["record_count"]) == ("damaged", 9)
    assert "Something else follows" in row["problem"]


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress, zstandard.compress, bz2.compress])
def test_a_tar_archive_is_named_as_such(tmp_path: Path, pack: Pack, form: int) -> None:
    write(tmp_path / "logs/a.log", pack(tarred(("one.log", beat_log(3).encode()), form=form)))
    row = ingest(tmp_path / "logs", tmp_path / "lake").file("a.log")
    assert (row["ingest_status"], row["line_count"]) == ("unreadable", 0)
    assert "tar archive" in row["problem"]
    assert "unpack it" in row["problem"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped(("a.log", b"x\n"), ("b.log", b"y\n")), "holds 2 files"),
        (zipped(), "holds no file"),
        (zipped(*((f"{number}", b"") for number in range(9000))), "thousands of files"),
        (zipped(("a.log", b"x\n"), how=zipfile.ZIP_LZMA), "not read here"),
        (b"PK\3\4", "nothing in it can be found"),
    ],
    ids=["two", "none", "thousands", "lzma", "cut"],
)
def test_a_zip_archive_that_is_no_log_says_what_to_do(tmp_path: Path, content: bytes, words: str) -> None:
    write(tmp_path / "logs/a.log.zip", content)
    row = ingest(tmp_path / "logs", tmp_path / "lake").file("a.log.zip")
    assert row["ingest_status"] == "unreadable"
    assert words in row["problem"]
