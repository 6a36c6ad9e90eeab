"""Fetch labelled public logs for tests/benchmarks/public_logs.py; nothing of them is kept in this repository.

Run as `python -m tests.benchmarks.fetch_public_logs FOLDER [REPOSITORIES]`; it needs git. REPOSITORIES is where the two
repositories below are cloned from: GitHub, unless a folder of mirrors `<owner>+<name>/repo` is given.
Sequences and split of OpenStack and Hadoop: Landauer, Skopik and Wurzenberger (A critical review of common log data
sets used for evaluation of sequence-based anomaly detection techniques, 2024). ADFA-LD: Creech and Hu (2013), its own
split.
"""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

GITHUB = "https://github.com"
SEQUENCES = "ait-aecid/anomaly-detection-log-datasets"
SYSTEM_CALLS = "verazuo/a-labelled-version-of-the-ADFA-LD-dataset"
FILES = tuple(
    f"{folder}/{name}_{part}"
    for folder, name in (
        ("openstack_loghub", "openstack"),
        ("openstack_parisakalaki", "openstack"),
        ("hadoop_loghub", "hadoop"),
    )
    for part in ("train", "test_normal", "test_abnormal")
)
ADFA_PARTS = {
    "Training_Data_Master": "train",
    "Validation_Data_Master": "test_normal",
    "Attack_Data_Master": "test_abnormal",
}


def main() -> int:
    """Write one file per data set and part: a sequence per line, its name, a comma, its events."""
    if len(sys.argv) not in (2, 3):
        print("usage: fetch_public_logs FOLDER [REPOSITORIES]", file=sys.stderr)
        return 2
    folder, origin = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else GITHUB
    for path in FILES:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(read_file(clone(SEQUENCES, folder, origin), path))
    write_adfa(read_file(clone(SYSTEM_CALLS, folder, origin), "ADFA-LD.zip"), folder / "adfa_ld")
    return 0


def clone(repository: str, folder: Path, origin: str) -> Path:
    """Return the folder of the repository's history; files are fetched one by one when they are read."""
    if not origin.startswith("http"):
        return Path(origin) / repository.replace("/", "+") / "repo"
    target = folder / ".repositories" / repository.replace("/", "+")
    if not target.exists():
        options = ("--bare", "--depth=1", "--filter=blob:none", "--quiet")
        subprocess.run(["git", "clone", *options, f"{origin}/{repository}", str(target)], check=True)
    return target


def read_file(repository: Path, path: str) -> bytes:
    """Return a file of the newest commit."""
    command = ["git", "-C", str(repository), "show", f"HEAD:{path}"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def write_adfa(archive: bytes, folder: Path) -> None:
    """Write the traces of system calls, by the data set's own parts."""
    folder.mkdir(parents=True, exist_ok=True)
    lines: dict[str, list[str]] = {part: [] for part in ADFA_PARTS.values()}
    with zipfile.ZipFile(io.BytesIO(archive)) as traces:
        for name in sorted(traces.namelist()):
            part = next((part for source, part in ADFA_PARTS.items() if f"/{source}/" in name), None)
            if part and name.endswith(".txt") and "__MACOSX" not in name:
                lines[part].append(f"{Path(name).stem},{' '.join(traces.read(name).decode().split())}")
    for part, sequences in lines.items():
        (folder / f"adfa_{part}").write_text("\n".join(sequences) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
