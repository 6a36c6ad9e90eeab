"""Kinds of values that settings hold, each as strict as what takes it later.

Which settings there are is settings.py's; what is said of a wrong value is settings_errors.py's.
"""

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from croniter import CroniterBadCronError, croniter
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

_REPLACED = ("{path}", "{line}", "{commit}")
_CRON_FIELD_COUNT = 5
# The nearest weekday (1W), which Dagster's own croniter does not know, and a value at random (R).
_CRON_REFUSED = re.compile(r"\d+w|\br\b|\br\(", re.IGNORECASE)
_CRON_WORDS = (
    "write five fields: minute (0-59), hour (0-23), day of the month (1-31), month (1-12), day of the week (0-7), "
    "like '0 5 * * *'"
)


def _not_empty(value: Any) -> Any:
    """Refuse what would mean the working directory, which nobody means by it."""
    if isinstance(value, str) and not value.strip():
        raise ValueError("it is empty; name a path, or leave it out")
    return value


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and text.isprintable()
    except ValueError:
        return False


def _web_address(value: SecretStr) -> SecretStr:
    if not _is_web_address(value.get_secret_value()):
        raise ValueError("not a web address; write one like 'https://host/path'")
    return value


def _code_url(value: str) -> str:
    if not _is_web_address(value):
        raise ValueError("not a web address; write one like 'https://host/{path}#L{line}'")
    unknown = [part for part in re.findall(r"\{\w*\}", value) if part not in _REPLACED]
    if unknown or "{path}" not in value:
        found = f"{unknown[0]} is not replaced" if unknown else "{path} is missing"
        raise ValueError(f"{found}; write it with {', '.join(_REPLACED)}")
    return value


def check_cron(expression: str) -> str:
    """Return a cron expression; raise ValueError for one that Dagster refuses, or that never comes."""
    try:
        fields = croniter.expand(expression, strict=True)[0]
    except CroniterBadCronError as error:
        raise ValueError(f"{error}; {_CRON_WORDS}") from None
    if len(fields) != _CRON_FIELD_COUNT or _CRON_REFUSED.search(expression):
        raise ValueError(f"Dagster does not take it; {_CRON_WORDS}")
    return expression


def _timezone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("not a time zone; write one like 'UTC' or 'Europe/Vienna'")
    return value


Paths = tuple[Annotated[str, BeforeValidator(_not_empty)], ...]
OnePath = Annotated[Path, BeforeValidator(_not_empty)]
PositiveInt = Annotated[int, Field(ge=1, le=2**31 - 1)]
Workers = Annotated[int, Field(ge=1, le=256)]
# A week: what waits longer waits for ever.
Seconds = Annotated[float, Field(le=604_800)]
Cron = Annotated[str, AfterValidator(check_cron)]
Timezone = Annotated[str, AfterValidator(_timezone)]
WebAddress = Annotated[SecretStr, AfterValidator(_web_address)]
CodeUrl = Annotated[str, AfterValidator(_code_url)]
