"""Every completed flow replays: structurally on example and corpus, live on the example where Node is installed."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from orchestration.cli.app import run_command
from orchestration.code_scan.options import ScanOptions
from orchestration.code_scan.scan import scan_code
from orchestration.domain.tables import PROJECT_TABLES
from orchestration.lake import ensure_table
from orchestration.log_ingest.ingest import ingest_logs
from orchestration.log_ingest.options import IngestOptions
from tests.built_tables import build_tables_in
from tests.corpus import REPOSITORY

pytestmark = pytest.mark.slow

EXAMPLE = REPOSITORY / "examples" / "bistro"
# What makes the deployed application another one than the source: only there may a live replay depart from the log.
OTHER_DEPLOYMENTS = {"c_beat_execution_skip", "d_undeclared_beat", "e_subscription_missing"}


def build(home: Path, logs: Sequence[Path], code: Sequence[Path], sequences: Sequence[Path], *models: str) -> Path:
    """Build what replays are made from, and further models; return the home."""
    ingest_logs(logs, home / "lake", IngestOptions(settle_seconds=0))
    scan_code(code, sequences, [], home / "lake", ScanOptions())
    for table in PROJECT_TABLES:
        ensure_table(home / "lake", table)
    build_tables_in(home, "fct_replay_bundles", "dim_sessions", *models, what="untested")
    return home


def replay(home: Path, level: str, folder: Path | None = None) -> list[dict[str, Any]]:
    """Replay every completed flow; return the results."""
    out = (folder or home) / f"{level}.json"
    config = str(EXAMPLE / "sightline.toml")
    assert run_command(["replay", "--config", config, "--home", str(home), "--level", level, "--out", str(out)]) == 0
    results: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))["results"]
    return results


def completed_count(truth: Path) -> int:
    rows = [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]
    return sum(row["summary"]["flows_completed"] for row in rows)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sequences = [EXAMPLE / "src" / "modules", EXAMPLE / "manifests"]
    return build(tmp_path_factory.mktemp("replay"), [EXAMPLE / "logs"], [EXAMPLE], sequences)


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Compile the example's replay command or skip."""
    node = shutil.which("node")
    compiler = EXAMPLE / "node_modules" / "typescript" / "bin" / "tsc"
    if node is None or not compiler.is_file():
        pytest.skip("needs node and `npm ci` in examples/bistro")
    subprocess.run([node, str(compiler)], cwd=EXAMPLE, check=True)


def test_every_completed_flow_of_the_example_replays_structurally(example: Path) -> None:
    results = replay(example, "structural")
    assert len(results) == completed_count(EXAMPLE / "truth.jsonl")
    assert all(result["is_played"] for result in results)


@pytest.mark.usefixtures("command")
def test_every_completed_flow_of_the_example_replays_live(example: Path) -> None:
    results = replay(example, "live")
    assert len(results) == completed_count(EXAMPLE / "truth.jsonl")
    assert all(result["is_played"] for result in results)
    labels = [json.loads(line) for line in (EXAMPLE / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    other = {label["session"] for label in labels if label["class"] in OTHER_DEPLOYMENTS}
    assert {result["session_name"] for result in results if result["divergence"]} == other


@pytest.mark.usefixtures("command")
def test_every_completed_flow_of_the_example_replays_by_stubs(example: Path) -> None:
    results = replay(example, "stubbed")
    assert all(result["is_played"] for result in results)
    assert sum(result["divergence"] is not None for result in results) <= len(results) / 100


@pytest.mark.corpus
def test_every_completed_flow_of_the_corpus_replays_structurally(corpus_home: Path, tmp_path: Path) -> None:
    results = replay(corpus_home, "structural", tmp_path)
    assert len(results) > 4_000
    assert all(result["is_played"] for result in results)
