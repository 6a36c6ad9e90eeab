"""Budgets as the configuration writes them: how long handlers, beats, sequences and start-ups may take.

One table of sightline.toml, read by settings.py. Budgets an application declares itself are read with its code
(orchestration/code_scan/declared_budgets.py); what is compared with them is dbt's work.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Milliseconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_BARE_KEY = re.compile(r"^[A-Za-z0-9_-]+$")
# The statistics of a budget by their keys, in the order they are told.
STATISTICS = {"median_ms": "median", "p95_ms": "p95", "p99_ms": "p99", "max_ms": "max"}


class Budget(BaseModel):
    """How long something may take: one limit or several, each of its own statistic."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    median_ms: Milliseconds | None = None
    p95_ms: Milliseconds | None = None
    p99_ms: Milliseconds | None = None
    max_ms: Milliseconds | None = None
    severity: Literal["critical", "warning"] = "warning"

    @model_validator(mode="after")
    def _has_a_limit(self) -> "Budget":
        if not any(getattr(self, key) for key in STATISTICS):
            raise ValueError(f"a budget has at least one of {', '.join(STATISTICS)}, like {{ p95_ms = 50 }}")
        return self


class BudgetSettings(BaseModel):
    """How long things may take: a name or pattern, and limits in milliseconds, like { p95_ms = 50, max_ms = 200 }."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    declared: bool = Field(True, description="Also take the budgets the application declares in its own JSON files.")
    handlers: dict[str, Budget] = Field({}, description="Handlers by name, plugin.name or pattern -> limits.")
    beats: dict[str, Budget] = Field({}, description="Beats by topic, title, sequence/number or pattern -> limits.")
    sequences: dict[str, Budget] = Field({}, description="Sequences by name, declared id or pattern -> limits.")
    start_up: Budget | None = Field(
        None, description="Limits of the time from a session's first line to its first use."
    )

    @field_validator("handlers", "beats", "sequences")
    @classmethod
    def _has_names(cls, value: dict[str, Budget]) -> dict[str, Budget]:
        if not all(name.strip() for name in value):
            raise ValueError('a name is empty; write a name or a pattern, like "*"')
        return value


def list_limits(budgets: BudgetSettings) -> Iterator[tuple[str, str, str, float, str, str]]:
    """Yield each limit: kind of subject, pattern, statistic, limit in ms, severity, and the key it stands under."""
    for kind, section in (("handler", "handlers"), ("beat", "beats"), ("sequence", "sequences")):
        for pattern, budget in getattr(budgets, section).items():
            yield from _limits(budget, kind, pattern, f"budgets.{section}.{_written(pattern)}")
    if budgets.start_up:
        yield from _limits(budgets.start_up, "start_up", "*", "budgets.start_up")


def _limits(budget: Budget, kind: str, pattern: str, place: str) -> Iterator[tuple[str, str, str, float, str, str]]:
    for key, statistic in STATISTICS.items():
        limit = getattr(budget, key)
        if limit is not None:
            yield kind, pattern, statistic, limit, budget.severity, f"{place}.{key}"


def _written(name: str) -> str:
    """Return a key as TOML writes it."""
    return name if _BARE_KEY.match(name) else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
