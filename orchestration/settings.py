"""The settings: what a user can choose, where each choice comes from, and what is wrong with it in one line.

With settings_file.py the only reader of `sightline.toml` and of the environment. Choices win in this order: command
line, environment (`SIGHTLINE_HOME`, `SIGHTLINE_INPUTS__LOGS`, ...), `sightline.toml`, default. Every field carries the
description that `sightline init` and the documentation show. Rooms below never see these classes: they take plain
arguments.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from orchestration.domain.errors import UsageError
from orchestration.settings_budgets import BudgetSettings
from orchestration.settings_errors import ENVIRONMENT_PREFIX, explain
from orchestration.settings_file import CONFIG_FILE_NAME, HOME_FOLDER_NAME, config_path, read_config
from orchestration.settings_values import (
    CodeUrl,
    Cron,
    OnePath,
    Paths,
    PositiveInt,
    Seconds,
    Timezone,
    WebAddress,
    Workers,
)


class Section(BaseModel):
    """A table of sightline.toml: frozen; unknown keys are errors, and so is a number that is none."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ProjectSettings(Section):
    """The application that is looked at."""

    name: str = Field("Application", description="Name of the application, as the site shows it.")
    code_url_pattern: CodeUrl | None = Field(
        None,
        description="Link to a line of code; {path}, {line} and {commit} are replaced. "
        'Like "https://github.com/you/app/blob/{commit}/{path}#L{line}".',
    )


class InputSettings(Section):
    """What to read: files, folders or globs. Relative paths are relative to this file."""

    logs: Paths = Field((), description="Logs the application wrote (also .gz, .zst, .bz2, .xz and .zip).")
    code: Paths = Field((), description="Source code of the application.")
    sequences: Paths = Field((), description="Declared sequences (JSON); looked for in the code when left empty.")
    coverage: Paths = Field((), description="Coverage reports of the application's own tests (lcov).")
    follow_links: bool = Field(False, description="Follow links that lead out of the folders given as logs and code.")
    accepted_deviations: Paths = Field((), description="Deviations that are accepted, with reason and date (CSV).")

    def by_kind(self) -> dict[str, Paths]:
        """Return the paths by what is read from them: all keys but those that say how."""
        return {name: value for name, value in self if isinstance(value, tuple)}


class IngestSettings(Section):
    """How logs are read."""

    settle_seconds: Seconds = Field(
        60.0, ge=0, description="Hold back an unfinished last line until the file has been quiet for this long."
    )
    workers: Workers | None = Field(None, description="Processes that read logs; one per processor when left out.")
    dialect_folders: Paths = Field((), description="Folders with further dialect files (*.toml).")


class RedactionSettings(Section):
    """Which personal data marks replace in all that is read. Passwords, keys and tokens are always replaced."""

    mail: bool = Field(True, description="Mail addresses.")
    cards: bool = Field(True, description="Numbers of payment cards and bank accounts (IBAN).")
    ip: bool = Field(False, description="IP addresses. Off: they often tell which service an error came from.")
    phone: bool = Field(False, description="Phone numbers. Off: other numbers look like them.")

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the groups that are on."""
        return tuple(name for name in type(self).model_fields if getattr(self, name))


class ScanSettings(Section):
    """How code is read."""

    max_file_bytes: PositiveInt = Field(2_097_152, description="Larger source files are skipped, and listed.")
    exclude: tuple[str, ...] = Field((), description='Globs of paths never scanned, like "**/vendor/**".')


class AnomalySettings(Section):
    """What anomalies are judged against."""

    training: tuple[str, ...] = Field(
        (), description="Globs of the logs that say what is usual; when left empty every session is judged by others."
    )
    training_builds: tuple[str, ...] = Field((), description="Builds whose sessions say what is usual.")
    incidents: dict[str, str] = Field(
        {}, description="Logs that never say what is usual: a glob of log names -> the reason."
    )
    alert_budget: float = Field(
        1.0, gt=0, description="Warnings per 1,000 flows that chance alone may give, all learned detectors together."
    )


class BaselineSettings(Section):
    """What later sessions are compared with."""

    against: str | None = Field(
        None, description="Name of the baseline to compare with, saved by `sightline baseline save NAME`."
    )


class ScheduleSettings(Section):
    """When Dagster runs the pipeline by itself."""

    cron: Cron = Field("0 5 * * *", description="Cron expression of the daily run.")
    hourly_cron: Cron = Field("0 * * * *", description="Cron expression of the runs between, for what is new.")
    timezone: Timezone = Field("UTC", description="Time zone of the cron expressions.")


class AlertSettings(Section):
    """Who is told what is new and worth a warning; nothing is sent unless it is set."""

    webhook: WebAddress | None = Field(None, description="Address that alerts are posted to as JSON.")


class SiteSettings(Section):
    """How the published site looks."""

    title: str | None = Field(None, description="Title of the site; made from the project's name when left out.")
    session_limit: PositiveInt = Field(
        200, description="Sessions with a timeline and a lines page: the newest, and as many older ones with findings."
    )


class ReplaySettings(Section):
    """How the application itself plays a flow again."""

    command: tuple[str, ...] = Field(
        (), description='Command that plays replay bundles, run in this file\'s folder, like ["node", "replay.js"].'
    )
    timeout_seconds: Seconds = Field(300.0, gt=0, description="How long that command may take for all it is asked.")


class GeneratedTestSettings(Section):
    """How generated tests are written and run."""

    runner: Literal["node", "vitest", "pytest"] = Field(
        "node", description="What runs the tests. Handlers in Python get tests for pytest beside those of any other."
    )
    player: str | None = Field(
        None,
        description="Module that exports play(request) and answers like the replay command: tests then play whole "
        'flows, else single handlers. Like "dist/replay/play.js".',
    )
    command: tuple[str, ...] = Field(
        (),
        description="Command that runs a folder of tests, which is added as its last word; run in this file's folder. "
        'Like ["node", "--test"] or ["python", "-m", "pytest"]. With it tests are proven before they are handed over.',
    )
    environment: str | None = Field(None, description='Environment of Vitest the tests need, like "jsdom".')
    timeout_seconds: Seconds = Field(600.0, gt=0, description="How long one run of that command may take.")


class Settings(BaseSettings):
    """All settings. Build it with `load_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    home: OnePath = Field(
        Path(HOME_FOLDER_NAME),
        description="Folder for all state: new, empty, or made by Sightline. "
        "Deleting it loses named baselines, and logs that are gone elsewhere.",
    )
    shared_home: bool = Field(
        False, description="Let others on this machine read the home folder, as far as the umask allows."
    )
    # Secrets never stand in sightline.toml: the environment is the only source.
    redaction_key: SecretStr | None = Field(None, description="Key of the marks that replace secrets.")
    config: Path | None = Field(None, description="The sightline.toml that was read.")
    project: ProjectSettings = ProjectSettings()
    inputs: InputSettings = InputSettings()
    ingest: IngestSettings = IngestSettings()
    redaction: RedactionSettings = RedactionSettings()
    scan: ScanSettings = ScanSettings()
    builds: dict[str, str] = Field({}, description="Which build wrote which logs: a glob of log names -> build name.")
    anomalies: AnomalySettings = AnomalySettings()
    baselines: BaselineSettings = BaselineSettings()
    budgets: BudgetSettings = BudgetSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    alerts: AlertSettings = AlertSettings()
    site: SiteSettings = SiteSettings()
    replay: ReplaySettings = ReplaySettings()
    tests: GeneratedTestSettings = GeneratedTestSettings()


def load_settings(config: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings; raise UsageError with one line when a source cannot be read or holds a wrong value.

    `config` is the file the user named; without one `SIGHTLINE_CONFIG` is tried, then `sightline.toml` in the
    working directory, which may be absent. `overrides` are nested like the file; relative paths in them are
    relative to the working directory.
    """
    path = config_path(config)
    in_file = read_config(path) if path else {}

    class Sources(Settings):
        """The settings with the file as the last source; made per call, because the file differs per call."""

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, InitSettingsSource(settings_cls, init_kwargs=in_file)

    try:
        loaded = Sources(**{**(overrides or {}), "config": path})
    except ValidationError as error:
        raise UsageError(explain(Settings, error.errors()[0], in_file, path)) from None
    except Exception as error:  # pydantic-settings wraps unparsable variables in an error class of its own
        raise UsageError(
            f"the environment cannot be read: {error}; lists are written as JSON, like '[\"logs\"]'"
        ) from None
    return loaded.model_copy(update={"home": loaded.home.expanduser().absolute()})


def load_settings_or_example() -> Settings:
    """Return the settings; on a fresh clone, where nothing is configured, those of the bundled example."""
    settings = load_settings()
    examples = sorted((Path(__file__).resolve().parents[1] / "examples").glob(f"*/{CONFIG_FILE_NAME}"))
    if settings.config or settings.inputs.logs or not examples:
        return settings
    return load_settings(examples[0], {"home": settings.home})


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the variables that make another process load the same paths: Dagster's server loads no command line."""
    variables = {f"{ENVIRONMENT_PREFIX}HOME": str(settings.home)}
    if settings.config:
        variables[f"{ENVIRONMENT_PREFIX}CONFIG"] = str(settings.config)
    variables[f"{ENVIRONMENT_PREFIX}INPUTS"] = settings.inputs.model_dump_json()
    return variables
