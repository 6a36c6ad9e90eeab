"""How fast a source tree is scanned, beside ctags over the same files in the same run."""

import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

from orchestration.code_scan.inputs import discover_code, find_code_roots
from orchestration.code_scan.options import ScanOptions
from orchestration.code_scan.scan import scan_code
from tests.corpus import REPOSITORY
from tests.unit.code_scan.corpus_code import corpus_code_path


def seconds_of(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


def cpu_seconds() -> float:
    """Return the processor time of this process and of all it has waited for."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in usage)


def ctags_seconds(root: Path, home: Path) -> float | None:
    """Return how long ctags takes for the files the scan parses; None where there is no ctags."""
    program = shutil.which("ctags")
    if program is None:
        return None
    sources = [source for source in discover_code(find_code_roots([root]), ScanOptions()) if source.language != "json"]
    listing = home / "files.txt"
    listing.write_text("\n".join(str(source.path) for source in sources if not source.problem))
    return seconds_of([program, "-L", str(listing), "-f", str(home / "tags"), "--fields=+neS"])


def test_a_tree_is_scanned_at_300_files_a_second(tmp_path: Path) -> None:
    root = corpus_code_path() or REPOSITORY
    begun = cpu_seconds()
    cold = scan_code([root], [], [], tmp_path / "lake", ScanOptions())
    cpu = cpu_seconds() - begun
    again = scan_code([root], [], [], tmp_path / "lake", ScanOptions())
    ctags = ctags_seconds(root, tmp_path)
    rate = cold.parsed_file_count / cold.seconds
    per_core = cold.parsed_file_count / cpu
    beside = f"ctags {ctags:.2f} s, ratio {cold.seconds / ctags:.1f}" if ctags else "no ctags here"
    print(
        f"\nscan: {cold.parsed_file_count:,} files parsed in {cold.seconds:.2f} s, {rate:,.0f} files/s "
        f"({per_core:,.0f} per CPU second); {beside}; "
        f"again with nothing new {again.seconds:.2f} s",
        file=sys.stderr,
    )
    assert again.parsed_file_count == 0
    assert again.seconds < cold.seconds
    # Wall time depends on what else runs; 150 files per second of processor time are 300 on two cores of one's own.
    assert per_core > 150 or cold.parsed_file_count < 1000
