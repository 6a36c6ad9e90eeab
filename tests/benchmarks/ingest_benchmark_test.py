"""How fast logs are ingested, beside a bare read (a count of line feeds) of the same bytes, and beside no redaction."""

import resource
import shutil
import sys
import time
from pathlib import Path

import pytest

from orchestration.log_ingest import batch
from orchestration.log_ingest.ingest import ingest_logs
from orchestration.log_ingest.options import IngestOptions
from tests.corpus import corpus_path
from tests.unit.log_ingest.log_lake import beat_log

BLOCK = 16 << 20
LARGE_BYTE_COUNT = 200 << 20


def bare_read_seconds(paths: list[Path]) -> tuple[float, float]:
    """Return the seconds by the clock and of the processor: on a busy machine only the latter compare."""
    begun, cpu = time.perf_counter(), time.process_time()
    for path in paths:
        with path.open("rb", buffering=0) as file:
            while block := file.read(BLOCK):
                block.count(b"\n")
    return time.perf_counter() - begun, time.process_time() - cpu


def logs_of(folder: Path) -> list[Path]:
    """Return the corpus' logs, or logs made up when it is not here."""
    if corpus := corpus_path():
        return sorted((corpus / "logs").rglob("*.log"))
    for number in range(20):
        (folder / f"{number}.log").write_text(beat_log(10_000, first=number * 10_000), "utf-8")
    return sorted(folder.glob("*.log"))


def large_log(paths: list[Path], path: Path) -> Path:
    with path.open("wb") as file:
        while file.tell() < LARGE_BYTE_COUNT:
            for one in paths:
                file.write(one.read_bytes())
    return path


def measure(name: str, paths: list[Path], lake: Path) -> None:
    size = sum(path.stat().st_size for path in paths) / 1e6
    bare, bare_cpu = (min(seconds) for seconds in zip(*(bare_read_seconds(paths) for _ in range(3)), strict=True))
    begun, cpu = time.perf_counter(), time.process_time()
    report = ingest_logs(paths, lake, IngestOptions())
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    again = time.perf_counter()
    assert ingest_logs(paths, lake, IngestOptions()).read_file_count == 0
    again = time.perf_counter() - again
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\ningest {name}: {size:.0f} MB in {len(paths)} files, {report.line_count:,} lines: {seconds:.2f} s, "
        f"{size / seconds:.0f} MB/s ({size / cpu:.0f} MB per CPU second); bare read {size / bare:.0f} MB/s "
        f"({size / bare_cpu:.0f}), ratio {bare / seconds:.3f} ({bare_cpu / cpu:.3f}); "
        f"peak memory so far {memory:.0f} MB; again with nothing new {again:.2f} s",
        file=sys.stderr,
    )
    shutil.rmtree(lake)


def ingest_cpu_seconds(paths: list[Path], lake: Path) -> float:
    begun = time.process_time()
    ingest_logs(paths, lake, IngestOptions())
    seconds = time.process_time() - begun
    shutil.rmtree(lake)
    return seconds


def test_redaction_beside_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Print what redaction costs, by the processor's time: of each way the best of three, in turn."""
    (tmp_path / "logs").mkdir()
    paths = logs_of(tmp_path / "logs")
    ingest_cpu_seconds(paths[:1], tmp_path / "warm")
    with_it, without = [], []
    for _ in range(3):
        with_it.append(ingest_cpu_seconds(paths, tmp_path / "lake"))
        with monkeypatch.context() as patch:
            patch.setattr(batch, "redact_lines", lambda _, lines: (lines, []))
            without.append(ingest_cpu_seconds(paths, tmp_path / "lake"))
    ratio = min(with_it) / min(without)
    print(f"\nredaction: {min(with_it):.2f} s beside {min(without):.2f} s, ratio {ratio:.3f}", file=sys.stderr)
    assert ratio < 1.5


def test_ingest_beside_a_bare_read(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    paths = logs_of(tmp_path / "logs")
    ingest_logs(paths[:1], tmp_path / "warm")
    measure("many logs", paths, tmp_path / "lake")
    measure("one large log", [large_log(paths, tmp_path / "large.log")], tmp_path / "lake")
