"""What is said of a session does not depend on how its log was saved, packed, dated, built or served.

Each variation is put on sessions of every kind the corpus has; the figures are held against what really happened, as
the recordings' own truth files say it.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.corpus import corpus_path
from tests.integration.corpus_truth import (
    EXCEPTIONS,
    account_of_marts,
    account_of_truth,
    build_home_of,
    read_truth,
    session_names,
)
from tests.made.variations import FAITHFUL, cut, cut_in_an_archive

pytestmark = [pytest.mark.corpus, pytest.mark.slow]

CORPUS = corpus_path()
KINDS = ("clean", "faulty", "older_dialect")
DEVIATIONS = """
select deviation_class, severity, sequence_name, beat_number, topic, handler_name, occurrence_count
from marts.fct_flow_deviations inner join marts.dim_sessions using (session_id) where session_name = ? order by all
"""
# What a cut log must show of what is in it: rows that the recording's truth was found equal to.
CUT_ROWS = {
    "ExecutionQueue: Now executing ": "select count(*) from marts.fct_flows where started_at is not null and session_id = ?",
    "✅ BeatExecutor: Beat ": "select count(*) from marts.fct_beat_executions where status = 'completed' and session_id = ?",
    "✅ SequenceExecutor: Sequence ": "select count(*) from marts.fct_flows where status = 'completed' and session_id = ?",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A session and the variation it is put under."""

    variation: str
    folder: str
    session: str


def _cases() -> list[Case]:
    """Give every variation a session of each kind, none twice: the same bytes twice would count once."""
    if CORPUS is None:
        return []
    chance, cases = random.Random(5), []
    for folder in KINDS:
        names = [name for name in session_names(CORPUS, folder) if name not in EXCEPTIONS]
        chance.shuffle(names)
        cases += [Case(variation, folder, name) for variation, name in zip(sorted(FAITHFUL), names, strict=False)]
    return cases


CASES = _cases()
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.variation}-{case.folder}-{case.session}")


@pytest.fixture(scope="module")
def varied(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("varied")
    for case in CASES:
        suffix, variation = FAITHFUL[case.variation]
        text = (corpus / "logs" / case.folder / f"{case.session}.log").read_text(encoding="utf-8")
        (folder / f"{case.session}{suffix}").write_bytes(variation(text, random.Random(case.session)))
    home = build_home_of([folder], corpus / "declared", tmp_path_factory.mktemp("home"))
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@EVERY_CASE
def test_a_varied_session_tells_the_same_story(case: Case, corpus: Path, varied: duckdb.DuckDBPyConnection) -> None:
    truth = account_of_truth(read_truth(corpus / "logs" / case.folder / f"{case.session}.truth.json.gz")).figures()
    found = account_of_marts(varied, case.session).figures()
    assert {name: (found[name], truth[name]) for name in truth if found[name] != truth[name]} == {}


@EVERY_CASE
def test_a_varied_session_deviates_as_the_recording_does(
    case: Case, corpus_home: Path, varied: duckdb.DuckDBPyConnection
) -> None:
    with duckdb.connect(str(corpus_home / "warehouse.duckdb"), read_only=True) as recorded:
        expected = Counter(recorded.execute(DEVIATIONS, [case.session]).fetchall())
    assert Counter(varied.execute(DEVIATIONS, [case.session]).fetchall()) == expected
