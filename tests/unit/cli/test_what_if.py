"""What a sequence would take is said only where flows that ran without it show how true that is."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from docs_site.pages.what_if_table import what_if_table
from orchestration.cli.what_if import LeftOut, tell_what_if
from orchestration.domain.errors import UsageError
from orchestration.settings import Settings
from tests.unit.docs_site.recommendation_rows import insert
from tests.unit.docs_site.synthetic_warehouse import empty_home

CHECKED: dict[str, Any] = {
    "what_if_id": "w1", "sequence_id": "q", "sequence_name": "Tea Brew", "what_if_kind": "beat", "what_if_key": "b2",
    "beat_number": 2, "what_if_name": "beat 2: tea:pour", "flow_count": 480, "p50_ms": 783.0, "waited_p50_ms": 105.0,
    "declared_wait_p50_ms": 40.0, "predicted_p50_ms": 653.0, "absent_flow_count": 5, "absent_session_count": 1,
    "absent_p50_ms": 822.0, "absent_predicted_p50_ms": 626.0, "prediction_error_pct": -23.8,
}  # fmt: skip
UNCHECKED = CHECKED | {
    "what_if_id": "w2", "what_if_kind": "kind", "what_if_key": "io", "beat_number": None, "what_if_name": "io",
    "declared_wait_p50_ms": 0.0, "predicted_p50_ms": None, "absent_flow_count": 0, "absent_session_count": 0,
    "absent_p50_ms": None, "absent_predicted_p50_ms": None, "prediction_error_pct": None,
}  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    home = empty_home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        insert(
            connection, "marts.dim_sequences", {"sequence_id": "q", "sequence_name": "Tea Brew", "sequence_key": "tea"}
        )
        insert(
            connection, "marts.dim_sequences", {"sequence_id": "r", "sequence_name": "Tea Wash", "sequence_key": "w"}
        )
        for row in (CHECKED, UNCHECKED):
            insert(connection, "reports.rpt_sequence_what_ifs", row)
    return Settings(home=tmp_path)


def test_a_figure_stands_beside_what_was_predicted_and_observed_where_it_was_absent(settings: Settings) -> None:
    (line,) = tell_what_if(settings, "Tea Brew", LeftOut(beat=2))
    assert line == (
        "Tea Brew without beat 2: tea:pour: 653.0 ms; flows take 783.0 ms and wait 105.0 ms for it, 40.0 ms of that as "
        "declared (medians, n 480). Checked on 5 flows in 1 session that ran without it: predicted 626.0 ms, observed "
        "822.0 ms, off by -24%"
    )


def test_without_flows_that_ran_without_it_there_is_no_figure_and_the_reason(settings: Settings) -> None:
    (line,) = tell_what_if(settings, "tea", LeftOut(kind="io"))
    assert "without the handlers of kind io: no figure, because no flow ran without it" in line
    assert "653" not in line


def test_everything_is_listed_when_nothing_is_named(settings: Settings) -> None:
    assert len(list(tell_what_if(settings, "Tea Brew", LeftOut()))) == 2


@pytest.mark.parametrize(
    ("sequence", "left_out", "said"),
    [
        ("Coffee", LeftOut(), "no such sequence is declared; there are"),
        ("Tea Wash", LeftOut(), "no completed flow of this sequence has a duration"),
        ("Tea Brew", LeftOut(beat=9), "--without-beat 9: .* there are 2"),
        ("Tea Brew", LeftOut(handler="x"), "--without-handler x: .* there are none"),
        ("Tea Brew", LeftOut(beat=1, kind="io"), "give one of"),
    ],
)
def test_what_is_not_there_is_told(settings: Settings, sequence: str, left_out: LeftOut, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        list(tell_what_if(settings, sequence, left_out))


def test_the_page_gives_the_same_and_no_figure_where_there_is_none() -> None:
    html = what_if_table([CHECKED, UNCHECKED | {"what_if_name": "<b>io"}])
    assert "626 predicted, 822 observed: -24% (5 flows in 1 session)" in html
    assert "no flow ran without it: no figure" in html
    assert "handlers of kind &lt;b&gt;io" in html
    assert html.count(">653<") == 1
