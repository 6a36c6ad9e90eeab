"""A gate that does not hold ends with exit code 3 and says why; known changes and consequences do not break it."""

from pathlib import Path

import duckdb
import pytest

from orchestration.cli import running
from orchestration.cli.app import run_command
from orchestration.cli.gates import hold_gates
from orchestration.domain.errors import GateError

COLUMNS = (
    "regression_id varchar, unit_kind varchar, unit_name varchar, direction varchar, lifecycle varchar, "
    "cause_regression_id varchar, change_ms double, change_ms_low double, change_ms_high double, "
    "change_per_session_ms double, good_build varchar, bad_build varchar"
)
SLOWER = "('a', 'handler', 'createNode', 'regression', 'new', null, 49.9, 41.9, 59.3, 378, 'one', 'two')"
EXPLAINED = "('b', 'beat', 'create', 'regression', 'new', 'a', 46, 32, 62, 352, 'one', 'two')"
KNOWN = "('c', 'handler', 'old', 'regression', 'ongoing', null, 9, 8, 10, 5, 'zero', 'one')"
FASTER = "('d', 'handler', 'fast', 'improvement', 'new', null, -9, -10, -8, -5, 'one', 'two')"


def home_with(tmp_path: Path, *rows: str) -> Path:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(f"create schema marts; create table marts.fct_regressions ({COLUMNS})")
        for row in rows:
            connection.execute(f"insert into marts.fct_regressions values {row}")
    return tmp_path


def test_a_new_regression_breaks_the_gate_and_says_what_and_how_much(tmp_path: Path) -> None:
    home = home_with(tmp_path, SLOWER, EXPLAINED, KNOWN, FASTER)
    with pytest.raises(GateError) as broken:
        hold_gates(["regressions"], home / "warehouse.duckdb")
    assert str(broken.value) == (
        "the gate does not hold: handler createNode is 49.9 ms slower from one to two (41.9 to 59.3 ms)"
    )


DRIFT_COLUMNS = (
    "drift_id varchar, drift_class varchar, severity varchar, handler_name varchar, topic varchar, "
    "sequence_name varchar, declared varchar, found varchar, is_accepted boolean"
)


def drift_row(number: int, severity: str = "warning", *, is_accepted: bool = False) -> str:
    return (
        f"('{number}', 'handler_not_declared', '{severity}', 'h{number}', null, null, 'a declaration', 'it runs', "
        f"{is_accepted})"
    )


def home_with_drift(tmp_path: Path, *rows: str) -> Path:
    home = home_with(tmp_path, SLOWER)
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute(f"create table marts.fct_declaration_drift ({DRIFT_COLUMNS})")
        for row in rows:
            connection.execute(f"insert into marts.fct_declaration_drift values {row}")
    return home


def test_drift_that_nobody_accepted_breaks_its_gate_and_its_page_has_the_rest(tmp_path: Path) -> None:
    home = home_with_drift(tmp_path, *map(drift_row, range(4)), drift_row(8, "info"), drift_row(9, is_accepted=True))
    with pytest.raises(GateError) as broken:
        hold_gates(["drift", "regressions"], home / "warehouse.duckdb")
    message = str(broken.value)
    assert "h0: handler not declared (declared: a declaration; found: it runs); h1:" in message
    assert "; and 1 more on the page Drift; handler createNode is 49.9 ms slower" in message


def test_accepted_drift_and_infos_break_no_gate(tmp_path: Path) -> None:
    home = home_with_drift(tmp_path, drift_row(8, "info"), drift_row(9, is_accepted=True))
    hold_gates(["drift"], home / "warehouse.duckdb")


@pytest.mark.parametrize("rows", [(), (EXPLAINED, KNOWN, FASTER)])
def test_a_gate_holds_when_nothing_got_slower_by_itself(tmp_path: Path, rows: tuple[str, ...]) -> None:
    hold_gates(["regressions"], home_with(tmp_path, *rows) / "warehouse.duckdb")


def test_the_command_ends_with_3_after_everything_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[Path] = []
    monkeypatch.setattr(running, "run_pipeline", lambda settings: ran.append(settings.home))
    home = home_with(tmp_path, SLOWER)
    arguments = ["run", "--logs", "app.log", "--home", str(home), "--fail-on", "regressions"]
    assert run_command(arguments) == 3
    assert ran == [home]
    assert "sightline: the gate does not hold: handler createNode" in capsys.readouterr().err


def test_a_gate_nobody_knows_is_wrong_use_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "run_pipeline", lambda settings: pytest.fail("it ran"))
    assert run_command(["run", "--logs", "app.log", "--fail-on", "weather"]) == 2
    assert "there is no such gate; known: drift, regressions" in capsys.readouterr().err
