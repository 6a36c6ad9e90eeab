"""What is wrong with a setting, in one line that somebody who edits a TOML file understands.

Which settings there are, and where they come from, is settings.py.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

ENVIRONMENT_PREFIX = "SIGHTLINE_"

# Read elsewhere: dbt's profile, commands of the configuration, and what the project's own tests take.
_OTHER_VARIABLES = frozenset({"WAREHOUSE", "LAKE", "REPLAY", "TESTS_REPORT", "CORPUS", "CORPUS_CODE"})
# What is not repeated on a terminal that others may read.
_SECRET_KEYS = frozenset({"webhook", "redaction_key"})
_VARIABLES_OF_TESTS = "TEST_"

# Pydantic speaks to Python programmers; these say the same to somebody who edits a TOML file.
PLAIN_WORDS = {
    "tuple_type": 'write a list, like ["one", "two"]',
    "string_type": 'write a text in quotes, like "text"',
    "path_type": 'write a path in quotes, like "folder/name"',
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "dict_type": "write a table of name = value",
    "model_type": "write a table, like [inputs]",
    "model_attributes_type": "write a table, like [inputs]",
}


def explain(settings: type[BaseModel], error: ErrorDetails, in_file: Mapping[str, Any], path: Path | None) -> str:
    """Say in one line where a wrong value stands, what is wrong, and what to do."""
    location = [str(part) for part in error["loc"]]
    key = ".".join(location)
    where = f"{path}: {key}" if path and _stands_in(location, in_file) else f"{_variable(location)} ({key})"
    if error["type"] == "extra_forbidden":
        known = known_keys(settings, location[:-1])
        close = difflib.get_close_matches(location[-1], known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"known keys are {', '.join(known)}"
        return f"{where} is not a setting; {hint}"
    advice = PLAIN_WORDS.get(error["type"], error["msg"].removeprefix("Value error, "))
    found = "" if location[-1] in _SECRET_KEYS else f" (found {repr(error['input'])[:80]})"
    return f"{where} is wrong{found}: {advice}"


def describe_unknown_variables(settings: type[BaseModel], variables: Iterable[str]) -> Iterator[str]:
    """Yield a line for each variable that looks like a setting and is none; a wrong key of a table is an error."""
    known = {name.upper() for name in settings.model_fields}
    nested = {
        f"{table}__{key}".upper()
        for table, field in settings.model_fields.items()
        for key in getattr(field.annotation, "model_fields", ())
    }
    for variable in sorted(name for name in variables if name.upper().startswith(ENVIRONMENT_PREFIX)):
        name = variable.upper().removeprefix(ENVIRONMENT_PREFIX)
        if name.partition("__")[0] in known or name in _OTHER_VARIABLES or name.startswith(_VARIABLES_OF_TESTS):
            continue
        close = difflib.get_close_matches(name, sorted(known | nested), n=1)
        hint = f"did you mean {ENVIRONMENT_PREFIX}{close[0]}?" if close else "nothing reads it"
        yield f"the environment variable {variable} is not a setting; {hint}"


def _variable(location: list[str]) -> str:
    return ENVIRONMENT_PREFIX + "__".join(part.upper() for part in location if not part.isdigit())


def _stands_in(location: list[str], values: object) -> bool:
    for part in location:
        if isinstance(values, list | tuple):
            return True
        if not isinstance(values, Mapping) or part not in values:
            return False
        values = values[part]
    return True


def known_keys(settings: type[BaseModel], location: list[str]) -> list[str]:
    """Return the keys of the table at `location`, those of the environment alone left out."""
    model: Any = settings
    for part in location:
        # A key of a dict is a name somebody chose; what it holds is the dict's second type. Optional tables are unions.
        held = get_args(model)[1] if get_origin(model) is dict else model.model_fields[part].annotation
        tables = [kind for kind in get_args(held) if hasattr(kind, "model_fields")]
        model = tables[0] if tables and get_origin(held) is not dict else held
    hidden = {"config", "redaction_key"} if model is settings else set()
    return [name for name in model.model_fields if name not in hidden]
