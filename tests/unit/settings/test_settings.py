"""Where settings come from, which source wins, and what is said about a wrong one."""

from pathlib import Path

import pytest

from orchestration.domain.errors import UsageError
from orchestration.settings import Settings, environment_of, load_settings, load_settings_or_example
from orchestration.settings_budgets import list_limits


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "sightline.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_any_source_the_defaults_hold_and_home_is_in_the_working_directory(folder: Path) -> None:
    settings = load_settings()
    assert settings.home == folder / ".sightline"
    assert settings.inputs.logs == ()
    assert settings.config is None


def test_a_file_in_the_working_directory_is_found(folder: Path) -> None:
    write(folder, '[project]\nname = "Bistro"')
    assert load_settings().project.name == "Bistro"


def test_relative_paths_of_a_file_are_relative_to_its_folder(folder: Path) -> None:
    (folder / "app").mkdir()
    path = write(folder / "app", '[inputs]\nlogs = ["logs/*.log", "/absolute"]')
    settings = load_settings(path)
    assert settings.inputs.logs == (str(folder / "app" / "logs/*.log"), "/absolute")
    assert settings.home == folder / "app" / ".sightline"


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, 'home = "of-file"\n[ingest]\nworkers = 1\nsettle_seconds = 1')
    monkeypatch.setenv("SIGHTLINE_HOME", "of-environment")
    monkeypatch.setenv("SIGHTLINE_INGEST__WORKERS", "2")
    assert load_settings().home == folder / "of-environment"
    settings = load_settings(overrides={"home": "of-command-line"})
    assert settings.home == folder / "of-command-line"
    assert (settings.ingest.workers, settings.ingest.settle_seconds) == (2, 1)


def test_another_process_loads_the_same_inputs_from_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(folder, '[inputs]\nlogs = ["a"]\ncode = ["src"]')
    chosen = load_settings(path, {"inputs": {"logs": ["/other logs/b,c"]}})
    for name, value in environment_of(chosen).items():
        monkeypatch.setenv(name, value)
    assert load_settings().inputs == chosen.inputs
    assert load_settings().home == chosen.home


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[inputs]\nlog = ["a"]', "inputs.log is not a setting; did you mean logs?"),
        ("colour = 1", "colour is not a setting; known keys are home, shared_home, project"),
        ('[inputs]\nlogs = "a"', "inputs.logs is wrong (found 'a'): write a list"),
        ("[ingest]\nworkers = 0", "ingest.workers is wrong (found 0)"),
        ("inputs = 3", "inputs is wrong (found 3): write a table"),
        ('[schedule]\ncron = "daily"', "write five fields"),
        ('[schedule]\ntimezone = "Moon"', "not a time zone"),
        (
            '[budgets.handlers]\n"load" = { p95 = 50 }',
            "budgets.handlers.load.p95 is not a setting; did you mean p95_ms?",
        ),
        ('[budgets.handlers]\n"load" = { max_ms = 0 }', "budgets.handlers.load.max_ms is wrong (found 0)"),
        ('[budgets.beats]\n"load" = { max_ms = -3.5 }', "greater than 0"),
        ('[budgets.beats]\n"load" = { max_ms = inf }', "finite"),
        ('[budgets.sequences]\n"*" = {}', "a budget has at least one of median_ms, p95_ms, p99_ms, max_ms"),
        ('[budgets.sequences]\n"" = { max_ms = 1 }', "a name is empty; write a name or a pattern"),
        ("[budgets]\nstart_up = 3", "budgets.start_up is wrong (found 3): write a table"),
        ('[budgets]\nstart_up = { max_ms = 1, severity = "info" }', "'critical' or 'warning'"),
        ("[budgets]\nhandler = 3", "budgets.handler is not a setting; did you mean handlers?"),
        ("[inputs", "is not valid TOML"),
        ('redaction_key = "k"', "set SIGHTLINE_REDACTION_KEY instead"),
    ],
)
def test_a_wrong_file_is_explained_in_one_line_with_file_and_key(folder: Path, text: str, said: str) -> None:
    path = write(folder, text)
    with pytest.raises(UsageError) as raised:
        load_settings()
    assert said in str(raised.value)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value).strip()


def test_a_wrong_variable_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGHTLINE_INGEST__WORKERS", "many")
    with pytest.raises(UsageError, match=r"SIGHTLINE_INGEST__WORKERS .*write a whole number"):
        load_settings()


def test_a_file_that_is_not_there_or_not_text_is_wrong_use(folder: Path) -> None:
    with pytest.raises(UsageError, match="no such configuration file"):
        load_settings(folder / "absent.toml")
    (folder / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not UTF-8"):
        load_settings(folder / "bytes.toml")


def test_a_redaction_key_is_never_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGHTLINE_REDACTION_KEY", "hush-hush")
    assert "hush-hush" not in repr(load_settings())


def test_a_fresh_clone_shows_the_bundled_example(folder: Path) -> None:
    settings = load_settings_or_example()
    assert settings.inputs.logs
    assert settings.home == folder / ".sightline"


def test_every_setting_is_described() -> None:
    sections = [
        field.annotation for field in Settings.model_fields.values() if hasattr(field.annotation, "model_fields")
    ]
    undescribed = [
        f"{section.__name__}.{name}"
        for section in sections
        for name, field in section.model_fields.items()
        if not field.description
    ]
    assert undescribed == []


def test_each_limit_of_a_budget_is_one_with_the_key_it_stands_under(folder: Path) -> None:
    write(
        folder,
        """
        [budgets]
        start_up = { p95_ms = 5000, severity = "critical" }
        [budgets.handlers]
        load = { p95_ms = 50, max_ms = 200.5 }
        [budgets.sequences]
        'Order "fast"' = { median_ms = 7 }
        """,
    )
    assert list(list_limits(load_settings().budgets)) == [
        ("handler", "load", "p95", 50, "warning", "budgets.handlers.load.p95_ms"),
        ("handler", "load", "max", 200.5, "warning", "budgets.handlers.load.max_ms"),
        ("sequence", 'Order "fast"', "median", 7, "warning", 'budgets.sequences."Order \\"fast\\"".median_ms'),
        ("start_up", "*", "p95", 5000, "critical", "budgets.start_up.p95_ms"),
    ]
