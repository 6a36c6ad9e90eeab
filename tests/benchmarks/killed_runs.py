"""Runs killed at random instants and run again: are the tables those of a run nobody disturbed?

Run as `python -m tests.benchmarks.killed_runs [COUNT]` (20 unless given). Prints, per run, when it was killed, in which
step, and whether every mart and report is equal byte for byte as sorted Parquet.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from hashlib import blake2b
from pathlib import Path

import duckdb

from tests.corpus import REPOSITORY
from tests.integration.tiny_project import TinyProject, write_project

COMMAND = [sys.executable, "-c", "from orchestration.cli.app import main; main()", "run"]
# Two homes with the same key hold the same marks for secrets.
ENVIRONMENT = {**os.environ, "SIGHTLINE_REDACTION_KEY": "of the benchmark"}
SEED = 20261122


def digests(home: Path, folder: Path) -> dict[str, str]:
    """Return a digest of the bytes of every mart and report, written as sorted Parquet."""
    found = {}
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_schema in ('marts', 'reports') order by all"
        ).fetchall()
        for schema, table in tables:
            path = folder / f"{table}.parquet"
            query = f'select * from "{schema}"."{table}" order by all'
            connection.execute(f"copy ({query}) to '{path}' (format parquet)")
            found[f"{schema}.{table}"] = blake2b(path.read_bytes(), digest_size=16).hexdigest()
    return found


def start(project: TinyProject, home: Path, said: Path) -> subprocess.Popen[bytes]:
    """Start a run that writes what it says to `said`."""
    with said.open("wb") as out:
        return subprocess.Popen(
            [*COMMAND, *project.arguments, "--home", str(home)],
            cwd=REPOSITORY,
            env=ENVIRONMENT,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def killed_and_run_again(project: TinyProject, home: Path, delay: float) -> tuple[str, dict[str, str]]:
    """Kill a run after `delay` seconds, run again; return the last step that was done, and the digests."""
    said = home.with_suffix(".log")
    running = start(project, home, said)
    time.sleep(delay)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    steps = [line[:20].strip() for line in said.read_text("utf-8", "replace").splitlines() if line.startswith("  ")]
    again = start(project, home, said)
    if again.wait():
        return "RUN AGAIN FAILED: " + said.read_text("utf-8", "replace")[-300:], {}
    return (steps[-1] if steps else "nothing"), digests(home, home)


def main(count: int) -> int:
    """Kill `count` runs and print the table; return 1 if any differs."""
    chance, wrong = random.Random(SEED), 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = write_project(folder / "project")
        begun = time.monotonic()
        start(project, folder / "undisturbed", folder / "undisturbed.log").wait()
        whole = time.monotonic() - begun
        expected = digests(folder / "undisturbed", folder)
        print(f"an undisturbed run takes {whole:.1f} s and makes {len(expected)} tables\n")
        print("| Killed after | Done by then | Tables that differ |\n|---:|---|---:|")
        for number in range(count):
            delay = chance.uniform(0, whole)
            step, found = killed_and_run_again(project, folder / f"killed-{number}", delay)
            different = sum(found.get(table) != digest for table, digest in expected.items())
            wrong += different > 0
            print(f"| {delay:.1f} s | {step} | {different} |", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
