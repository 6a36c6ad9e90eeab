"""A setting that is accepted is one that its consumer takes; what is wrong is told in one line, and nothing runs."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dagster._utils.schedules import cron_string_iterator, is_valid_cron_string

from orchestration.cli.app import run_command
from orchestration.settings_values import check_cron

WRONG = {
    "cron without such an hour": ('[schedule]\ncron = "30 25 * * *"', "schedule.cron", "out of range; write five"),
    "hourly cron": ('[schedule]\nhourly_cron = "0 0 31 4,6 *"', "schedule.hourly_cron", "can never occur in month"),
    "cron with a step of nothing": ('[schedule]\ncron = "*/0 * * * *"', "schedule.cron", "is not acceptable"),
    "cron with seconds": ('[schedule]\ncron = "0 5 * * * *"', "schedule.cron", "Dagster does not take it"),
    "cron word": ('[schedule]\ncron = "0 5 * * weekdays"', "schedule.cron", "[0 5 * * weekdays] is not acceptable"),
    "zone": ('[schedule]\ntimezone = "Europe/Wien"', "schedule.timezone", "not a time zone"),
    "no number": ("[ingest]\nsettle_seconds = nan", "ingest.settle_seconds", "finite number"),
    "endless": ("[ingest]\nsettle_seconds = inf", "ingest.settle_seconds", "finite number"),
    "endless budget": ("[budgets.handlers]\na = { p95_ms = inf }", "budgets.handlers.a.p95_ms", "finite number"),
    "negative budget": ("[budgets]\nstart_up = { max_ms = -1 }", "budgets.start_up.max_ms", "greater than 0"),
    "endless alerts": ("[anomalies]\nalert_budget = inf", "anomalies.alert_budget", "finite number"),
    "workers": ("[ingest]\nworkers = 1_000_000", "ingest.workers", "less than or equal to 256"),
    "huge number": (f"[site]\nsession_limit = 1{'0' * 30}", "site.session_limit", "less than or equal to"),
    "huge timeout": ("[replay]\ntimeout_seconds = 1e300", "replay.timeout_seconds", "less than or equal to 604800"),
    "webhook without a host": ('[alerts]\nwebhook = "https://"', "alerts.webhook", "not a web address"),
    "webhook with a blank": ('[alerts]\nwebhook = "https://a.example/\\nb"', "alerts.webhook", "not a web address"),
    "code link": ('[project]\ncode_url_pattern = "javascript:alert({path})"', "code_url_pattern", "not a web address"),
    "code link of no file": ('[project]\ncode_url_pattern = "https://a.b/x"', "code_url_pattern", "{path} is missing"),
    "code link word": (
        '[project]\ncode_url_pattern = "https://a.b/{path}#{lineno}"', "code_url_pattern", "{lineno} is not replaced",
    ),
    "NUL in a path": ('[inputs]\nlogs = ["a\\u0000b"]', "sightline.toml", "u0000"),
    "NUL in a name": ('[builds]\n"a\\u0000" = "b"', "sightline.toml", "u0000"),
    "a name too long": (f'[inputs]\nlogs = ["{"a" * 5000}"]', "a" * 50, "no such file or folder"),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a.log").write_text("2026-11-20T10:00:00.000Z  INFO [app] app.release release=1.0 app=tea\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("verb", ["check", "run"])
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_one_line_and_exit_code_2(
    verb: str, name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, place, words = WRONG[name]
    (folder / "sightline.toml").write_text(text)
    logs = [] if "inputs" in text else ["--logs", "a.log"]
    assert run_command([verb, *logs]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert place in said
    assert words in said
    assert sorted(path.name for path in folder.iterdir()) == ["a.log", "sightline.toml"]


def test_a_webhook_is_a_secret_also_where_it_is_wrong(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sightline.toml").write_text('[alerts]\nwebhook = "hooks.example/T0KEN"')
    assert run_command(["check", "--logs", "a.log"]) == 2
    assert "T0KEN" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("SIGHTLINE_HOEM", "did you mean SIGHTLINE_HOME?"),
        ("SIGHTLINE_INPUT__LOGS", "did you mean SIGHTLINE_INPUTS__LOGS?"),
        ("sightline_workers", "did you mean SIGHTLINE_INGEST__WORKERS?"),
        ("SIGHTLINE_QQQQ", "nothing reads it"),
    ],
)
def test_a_variable_that_is_no_setting_is_told(
    variable: str, hint: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, "1")
    assert run_command(["check", "--logs", "a.log"]) == 0
    assert capsys.readouterr().err == f"sightline: the environment variable {variable} is not a setting; {hint}\n"


def test_variables_that_are_read_are_not_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("SCHEDULE__CRON", "REDACTION_KEY", "TEST_KILLS", "CORPUS_CODE", "WAREHOUSE", "TESTS_REPORT")
    for name in names:
        monkeypatch.setenv(f"SIGHTLINE_{name}", "0 4 * * *")
    assert run_command(["check", "--logs", "a.log"]) == 0
    assert capsys.readouterr().err == ""


ATOMS = (
    "* 0 5 59 60 23 24 31 30 12 7 1 L ? jan feb sun fri */2 */5 5/10 1-5 22-3 fri-mon nov-feb 1,2 mon#2 L5 1-5/2 */0 "
    "00 29 1/0 5#6 0-0 7-1 sun-sat sat-sun fri#1 lfri l,15 ?,1 */61 1W H R @daily -1 1- ,1 , 3.5 1e1 "
    "\N{ARABIC-INDIC DIGIT ONE}"
).split()


def test_what_is_accepted_as_cron_comes_in_dagster() -> None:
    chance = random.Random(11)
    known = [
        *(" ".join([*["*"] * place, atom, *["*"] * (4 - place)]) for place in range(5) for atom in ATOMS),
        *(" ".join(chance.choices(ATOMS, k=5)) for _ in range(3000)),
        *(f"0 0 {day} {month} *" for day in range(1, 33) for month in range(13)),
    ]
    accepted = [text for text in known if is_accepted(text)]
    assert len(accepted) > 400
    for text in accepted:
        assert is_valid_cron_string(text), text
        start = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
        assert next(cron_string_iterator(start, text, "UTC")).timestamp() >= start, text


def is_accepted(text: str) -> bool:
    try:
        return bool(check_cron(text))
    except ValueError:
        return False


@pytest.mark.parametrize(
    "text",
    ["0 5 * * *", "*/15 8-18 * * mon-fri", "0 0 1,15 * *", "0 0 l * *", "0 22-3 * * *", "0 0 29 2 *", "5 4 * Jan SUN"],
)
def test_what_people_write_is_accepted(text: str) -> None:
    assert check_cron(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "accepted.csv: no such file or folder; correct accepted_deviations under [inputs]"),
        ("class,reason\n", "accepted.csv: the column deviation_class is missing; its columns are"),
        ("deviation_class,reason,accepted_on\nmissing,known,soon\n", "line 2: 'soon' is not a day; write one like"),
    ],
)
@pytest.mark.parametrize("verb", ["run", "check"])
def test_accepted_deviations_are_read_before_anything_is_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str, text: str | None, said: str
) -> None:
    (tmp_path / "a.log").write_text("x\n", encoding="utf-8")
    if text is not None:
        (tmp_path / "accepted.csv").write_text(text, encoding="utf-8")
    (tmp_path / "sightline.toml").write_text(
        '[inputs]\nlogs = ["a.log"]\naccepted_deviations = ["accepted.csv"]\n', encoding="utf-8"
    )
    assert run_command([verb, "--config", str(tmp_path / "sightline.toml")]) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert shown.count("\n") == 1
    assert not (tmp_path / ".sightline").exists()
