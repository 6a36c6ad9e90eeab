"""What is said of a session does not depend on how its log was saved, packed, dated, built or served.

Each variation is put on sessions of every kind the corpus has; the figures are held against what really happened, as
the recordings' own truth files say it.
"""

import random
import re
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
    beat_durations,
    build_home_of,
    read_truth,
    session_names,
    stated_beat_durations,
)
from tests.made.variations import FAITHFUL, cut

pytestmark = [pytest.mark.corpus, pytest.mark.slow]

CORPUS = corpus_path()
KINDS = ("clean", "faulty", "older_dialect")
# Logs as other programs of the application wrote them, each of a session the corpus has as its console too.
AS_WRITTEN = "other_kinds"
CUTS = 6
DEVIATIONS = """
select deviation_class, severity, sequence_name, beat_number, topic, handler_name, occurrence_count
from marts.fct_flow_deviations inner join marts.dim_sessions using (session_id) where session_name = ? order by all
"""
# What a cut log must show of what is left of it: rows that the recordings' truth was found equal to.
CUT_FIGURES = {
    "sequencesStarted": r"🎼 ExecutionQueue: Now executing \".*\n",
    "sequencesCompleted": r"✅ SequenceExecutor: Sequence \".*\" completed in [0-9]+ms\n",
    "beatsCompleted": r"✅ BeatExecutor: Beat [0-9]+ .* completed in [0-9]+ms\n",
    "beatsFailed": r"❌ BeatExecutor: Beat [0-9]+ .* failed: .*\n",
}
# What being cut does to a session. Everything else it says must be said of the recording too.
OF_CUTS = {"incomplete_flow", "incomplete_beat", "never_started_flow"}


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
        cases += [Case("cut", folder, name) for name in names[len(FAITHFUL) : len(FAITHFUL) + CUTS]]
    return cases + [Case("as_written", AS_WRITTEN, name) for name in session_names(CORPUS, AS_WRITTEN)]


CASES = [case for case in _cases() if case.variation != "cut"]
CUT_CASES = [case for case in _cases() if case.variation == "cut"]
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.variation}-{case.folder}-{case.session}")

EVERY_CUT = pytest.mark.parametrize("case", CUT_CASES, ids=lambda case: f"{case.folder}-{case.session}")


@pytest.fixture(scope="module")
def varied(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("varied")
    for case in CASES:
        suffix, variation = FAITHFUL.get(case.variation, (".log", _as_written))
        text = (corpus / "logs" / case.folder / f"{case.session}.log").read_text(encoding="utf-8")
        (folder / f"{case.session}{suffix}").write_bytes(variation(text, random.Random(case.session)))
    for case in CUT_CASES:
        (folder / f"{case.session}.log").write_bytes(_cut_content(corpus, case))
    home = build_home_of([folder], [corpus / "declared"], tmp_path_factory.mktemp("home"))
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def _as_written(text: str, chance: random.Random) -> bytes:
    return text.encode()


def _cut_content(corpus: Path, case: Case) -> bytes:
    text = (corpus / "logs" / case.folder / f"{case.session}.log").read_text(encoding="utf-8")
    return cut(text, random.Random(case.session))


@EVERY_CASE
def test_a_varied_session_tells_the_same_story(case: Case, corpus: Path, varied: duckdb.DuckDBPyConnection) -> None:
    truth = account_of_truth(read_truth(corpus / "logs" / case.folder / f"{case.session}.truth.json.gz")).figures()
    found = account_of_marts(varied, case.session).figures()
    assert {name: (found[name], truth[name]) for name in truth if found[name] != truth[name]} == {}


@EVERY_CASE
def test_a_varied_session_deviates_as_the_recording_does(
    case: Case, corpus: Path, corpus_home: Path, varied: duckdb.DuckDBPyConnection
) -> None:
    # A log another program wrote is of a session recorded under another name.
    session = read_truth(corpus / "logs" / case.folder / f"{case.session}.truth.json.gz")["session"]
    with duckdb.connect(str(corpus_home / "warehouse.duckdb"), read_only=True) as recorded:
        expected = Counter(recorded.execute(DEVIATIONS, [session]).fetchall())
    assert Counter(varied.execute(DEVIATIONS, [case.session]).fetchall()) == expected


@pytest.mark.parametrize("session", session_names(CORPUS, AS_WRITTEN) if CORPUS else ())
def test_a_log_as_written_has_the_beat_durations_it_states(
    session: str, corpus: Path, varied: duckdb.DuckDBPyConnection
) -> None:
    log = (corpus / "logs" / AS_WRITTEN / f"{session}.log").read_text(encoding="utf-8")
    assert beat_durations(varied, session) == stated_beat_durations(log) != []


@EVERY_CUT
def test_a_cut_log_shows_what_is_left_of_it(case: Case, corpus: Path, varied: duckdb.DuckDBPyConnection) -> None:
    left = _cut_content(corpus, case).decode("utf-8", errors="replace")
    found = account_of_marts(varied, case.session).figures()
    expected = {name: len(re.findall(pattern, left)) for name, pattern in CUT_FIGURES.items()}
    assert {name: found[name] for name in expected} == expected


@EVERY_CUT
def test_a_cut_log_is_blamed_for_nothing_but_being_cut(
    case: Case, corpus_home: Path, varied: duckdb.DuckDBPyConnection
) -> None:
    with duckdb.connect(str(corpus_home / "warehouse.duckdb"), read_only=True) as recorded:
        known = {row[:6] for row in recorded.execute(DEVIATIONS, [case.session]).fetchall()}
    told = {row[:6] for row in varied.execute(DEVIATIONS, [case.session]).fetchall() if row[0] not in OF_CUTS}
    assert told <= known
