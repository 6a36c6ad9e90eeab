"""`sightline.toml`: which file it is, and what stands in it, with paths made absolute.

What the keys mean, and which values are right, is settings.py; the words for a wrong one are settings_errors.py.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orchestration.domain.errors import UsageError
from orchestration.given_files import MEBIBYTE, read_given, why_refused
from orchestration.settings_errors import ENVIRONMENT_PREFIX

CONFIG_FILE_NAME = "sightline.toml"
HOME_FOLDER_NAME = ".sightline"
_MOST_BYTES = MEBIBYTE
# The time tomllib takes for a key grows with the square of its dots.
_MOST_DOTS = 200
# The keys that hold paths: relative ones are relative to the file's own folder.
PATH_KEYS = (
    ("inputs", "logs"),
    ("inputs", "code"),
    ("inputs", "sequences"),
    ("inputs", "coverage"),
    ("inputs", "accepted_deviations"),
    ("ingest", "dialect_folders"),
)


def config_path(config: Path | None) -> Path | None:
    """Return the file to read: the one named, else SIGHTLINE_CONFIG, else the one in the working directory, if any."""
    variable = os.environ.get(f"{ENVIRONMENT_PREFIX}CONFIG")
    if config is None and variable is not None and not variable.strip():
        raise UsageError(f"{ENVIRONMENT_PREFIX}CONFIG is empty; name a file, or leave it out")
    named = config or (Path(variable) if variable else None)
    if named is None:
        found = Path(CONFIG_FILE_NAME).absolute()
        return found if found.is_file() else None
    if named.is_dir():
        raise UsageError(f"{named}: is a folder, not a configuration file; name the file, like {CONFIG_FILE_NAME}")
    if why := why_refused(named):
        raise UsageError(f"{named}: is {why}; name the configuration file itself")
    if not named.is_file():
        raise UsageError(f"{named}: no such configuration file; write one with `sightline init`")
    return named.absolute()


def read_config(path: Path) -> dict[str, Any]:
    """Return what stands in the file, relative paths made absolute; raise UsageError when it cannot be read."""
    try:
        values = _parsed(read_given(path, _MOST_BYTES).decode("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); check its permissions") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: is not valid TOML: {error}; correct that place") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: cannot be read as TOML ({error or type(error).__name__}); correct it") from None
    for key in ("config", "redaction_key"):
        if key in values:
            raise UsageError(f"{path}: {key} cannot stand in the file; set {ENVIRONMENT_PREFIX}{key.upper()} instead")
    return _anchor_paths(values, path.parent)


def _parsed(text: str) -> dict[str, Any]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.partition("=")[0].count(".") > _MOST_DOTS:
            raise ValueError(f"a key of more than {_MOST_DOTS} names in line {number}")
    values = tomllib.loads(text)
    if "\\" in text and "\0" in "".join(_texts(values)):
        raise ValueError("a text holds the sign \\u0000, which no path or name may")
    return values


def _texts(value: object) -> Iterator[str]:
    """Yield all texts of parsed TOML, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for pair in value.items() for one in pair for text in _texts(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in _texts(one))


def _anchor_paths(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Make the relative paths of a file absolute; leave values of a wrong type to the validation."""
    anchored = dict(values)
    home = anchored.get("home", HOME_FOLDER_NAME)
    anchored["home"] = _anchored(home, folder)
    for section, key in PATH_KEYS:
        table = anchored.get(section)
        if isinstance(table, dict) and isinstance(table.get(key), list):
            anchored[section] = {**table, key: [_anchored(path, folder) for path in table[key]]}
    return anchored


def _anchored(path: Any, folder: Path) -> Any:
    return str(folder / Path(path).expanduser()) if isinstance(path, str) and path.strip() else path
