"""What is made of recorded sessions is what it says: `sightline prove` and the benchmarks of faults stand on it."""

import random
from pathlib import Path

import pytest

from orchestration.code_scan.options import ScanOptions
from orchestration.code_scan.scan import scan_code
from orchestration.defs.proving.recorded import Recordings
from orchestration.faults.declared_beats import Declared
from orchestration.faults.fault_making import KINDS, Kind, make_fault
from orchestration.faults.scene import NoPlaceError, Scene
from orchestration.faults.session_rows import SessionRows
from orchestration.log_ingest.ingest import ingest_logs
from orchestration.log_ingest.options import IngestOptions
from tests.integration.corpus_truth import EXCEPTIONS, read_truth, session_names

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def recordings(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    lake = tmp_path_factory.mktemp("lake")
    names = [name for name in session_names(corpus, "clean") if name not in EXCEPTIONS][:8]
    logs = [corpus / "logs" / "clean" / f"{name}.log" for name in names]
    ingest_logs(logs, lake, IngestOptions(settle_seconds=0))
    scan_code([], [corpus / "declared"], [], lake, ScanOptions())
    return Recordings(lake, tuple(map(str, logs)), ())


@pytest.fixture(scope="module")
def declared(recordings: Recordings) -> Declared:
    return recordings.declared()


@pytest.fixture(scope="module")
def sessions(recordings: Recordings) -> list[SessionRows]:
    return [recordings.rows(log) for log in recordings.logs]


def test_a_session_is_taken_apart_without_loss_into_the_flows_that_ran(
    recordings: Recordings, sessions: list[SessionRows], declared: Declared, corpus: Path
) -> None:
    for log, rows in zip(recordings.logs, sessions, strict=True):
        assert rows.text() == log.path.read_text(encoding="utf-8")
        summary = read_truth(corpus / "logs" / "clean" / f"{log.path.stem}.truth.json.gz")["summary"]
        flows = Scene(rows, declared, random.Random(1)).flows
        assert sum(flow.is_completed for flow in flows) == summary["sequencesCompleted"]
        assert sum(len(flow.beats) for flow in flows) == summary["beatsCompleted"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_fault_is_put_where_its_label_says(kind: Kind, sessions: list[SessionRows], declared: Declared) -> None:
    rows = next(one for one in sessions if _has_place(kind, declared, one))
    made = make_fault(Scene(rows, declared, random.Random(1)), kind)
    assert made.text != rows.text()
    lines = made.text.split("\n")[made.fault.first_line - 1 : made.fault.last_line]
    changed = set(lines) - set(rows.text().split("\n"))
    # What only takes away marks the row that stands there now.
    assert changed or kind.name in ("beat_skipped", "topic_unrouted", "flow_hangs", "log_cut")


def _has_place(kind: Kind, declared: Declared, rows: SessionRows) -> bool:
    try:
        make_fault(Scene(rows, declared, random.Random(1)), kind)
    except NoPlaceError:
        return False
    return True
