"""Building the warehouse of a home that has its raw tables, in a process of its own: dbt leaves much behind in one.

As a run builds it: dbt's models in slices, and what is measured between them. Run as
`python -m tests.built_tables HOME WHAT TABLE ...`; what `WHAT` may be is said at `build_tables_in`.
"""

import subprocess
import sys
from pathlib import Path

from orchestration.defs.dbt.project import load_manifest
from orchestration.defs.dbt.slices import above
from orchestration.defs.dbt.warehouse import build_tables
from orchestration.defs.home import Home
from orchestration.defs.progress import listen_to_nothing, step
from orchestration.defs.publishing import publish_tables
from tests.corpus import REPOSITORY


def build_tables_in(home: Path, *names: str, what: str = "tested") -> None:
    """Build all tables of a home, or the named ones and all they are made of, and publish them.

    `what` is `tested` (with the data tests), `untested`, or `incremental` (the incremental ones beside the named, and
    all they are made of).
    """
    command = [sys.executable, "-W", "ignore", "-m", "tests.built_tables", str(home), what, *names]
    finished = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def main(folder: str, what: str, *names: str) -> int:
    """Build; print what failed."""
    home = Home(Path(folder))
    manifest = load_manifest(home)
    chosen = above(manifest, names) if names else None
    if what == "incremental":
        nodes = manifest["nodes"].values()
        growing = {node["name"] for node in nodes if node["config"].get("materialized") == "incremental"}
        chosen = above(manifest, growing | set(names))
    with step("build", listen_to_nothing) as going:
        outcomes = build_tables(home, manifest, chosen, going, is_tested=what == "tested")
        if what != "incremental":
            publish_tables(home, manifest, going)
    failed = [outcome for outcome in outcomes if outcome.is_failed]
    for outcome in failed:
        print(outcome.name, outcome.status, outcome.message)
    return len(failed)


if __name__ == "__main__":
    sys.exit(min(main(*sys.argv[1:]), 1))
