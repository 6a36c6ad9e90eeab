"""The commented `sightline.toml` that `sightline init` writes, made from the descriptions of the settings.

Every key stands there as a comment with its default, so that the file changes nothing until somebody edits it.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from orchestration.domain.errors import UsageError
from orchestration.settings import Settings
from orchestration.settings_file import CONFIG_FILE_NAME
from orchestration.whole_files import write_whole

# Not settings of the file: the one is the file, the other a secret.
HIDDEN_KEYS = frozenset({"config", "redaction_key"})

EXAMPLES: dict[str, object] = {
    "project.code_url_pattern": "https://github.com/you/app/blob/{commit}/{path}#L{line}",
    "inputs.logs": ["logs"],
    "inputs.code": ["src"],
    "inputs.sequences": ["sequences"],
    "inputs.coverage": ["coverage/lcov.info"],
    "inputs.accepted_deviations": ["accepted_deviations.csv"],
    "ingest.workers": 2,
    "baselines.against": "main",
    "budgets.handlers": {"createNode": {"p95_ms": 50}, "drag*": {"max_ms": 16}},
    "budgets.beats": {"Create/3": {"p95_ms": 50}},
    "budgets.sequences": {"*": {"max_ms": 1000, "severity": "critical"}},
    "budgets.start_up": {"p95_ms": 5000},
    "alerts.webhook": "https://chat.example.org/hooks/sightline",
    "site.title": "Sightline: my application",
    "replay.command": ["node", "dist/replay/main.js"],
    "tests.player": "dist/replay/play.js",
    "tests.command": ["node", "--test"],
    "tests.environment": "jsdom",
}


def render_config() -> str:
    """Return the text of a new sightline.toml."""
    fields = {name: field for name, field in Settings.model_fields.items() if name not in HIDDEN_KEYS}
    plain = [_render_key(name, field, name) for name, field in fields.items() if not _is_table(field)]
    tables = [_render_table(name, field) for name, field in fields.items() if _is_table(field)]
    head = "# Settings of Sightline. Remove the # before a key to set it. Relative paths are relative to this file.\n"
    return "\n".join([head, *plain, *tables])


def write_config(folder: Path, is_forced: bool) -> Path:
    """Write sightline.toml into `folder`; raise UsageError rather than overwrite one, unless forced."""
    path = folder / CONFIG_FILE_NAME
    if os.path.lexists(path) and not is_forced:
        raise UsageError(f"{path} is already there; --force overwrites it")
    try:
        write_whole(path, render_config().encode())
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}); choose another folder") from None
    return path


def _is_table(field: FieldInfo) -> bool:
    return isinstance(field.default, BaseModel | dict)


def _render_table(name: str, field: FieldInfo) -> str:
    if isinstance(field.default, BaseModel):
        section = type(field.default)
        keys = [_render_key(key, value, f"{name}.{key}") for key, value in section.model_fields.items()]
        return "\n".join([f"# {section.__doc__}", f"[{name}]", *keys])
    return f'# {field.description}\n[{name}]\n# "release-1*" = "1.0"\n'


def _render_key(key: str, field: FieldInfo, place: str) -> str:
    value = EXAMPLES.get(place, field.default)
    return "".join([*_comment(field.description or ""), f"# {key} = {_toml(value)}\n"])


def _comment(text: str) -> Iterator[str]:
    yield f"# {text}\n"


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key, ensure_ascii=False)} = {_toml(inner)}" for key, inner in value.items())
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    # The others are strings, numbers and lists of strings: TOML writes those as JSON does.
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)
