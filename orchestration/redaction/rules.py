"""The rules of redaction: read from rules.toml and gitleaks_rules.toml, and chosen by group.

What a field of a rule means is told at the top of rules.toml. Where a rule may match is finder.py, what becomes of a
match redactor.py.
"""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

RULES_FILES = (Path(__file__).parent / "rules.toml", Path(__file__).parent / "gitleaks_rules.toml")
SECRETS = "secrets"
# What a user can switch; secrets are always redacted.
PERSONAL_GROUPS = ("mail", "cards", "ip", "phone")
DEFAULT_GROUPS = ("mail", "cards")
_FRAGMENT = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of secret."""

    name: str
    pattern: str
    group: str = SECRETS
    anchor: str | None = None
    words: tuple[str, ...] = ()
    check: str | None = None
    min_length: int = 1
    min_entropy: float = 0.0
    secret_group: int = 0
    spared: tuple[str, ...] = ()
    spared_match: tuple[str, ...] = ()
    spared_words: tuple[str, ...] = ()


@cache
def all_rules(*, are_for_code: bool = False) -> tuple[Rule, ...]:
    """Return the rules of both files; of two that match the same text the first gives the name.

    In code what stands behind `password:` without quotes is a type or a variable: `are_for_code` asks for the quotes.
    """
    changed = {"value": "{quoted}"} if are_for_code else {}
    return tuple(rule for path in RULES_FILES for rule in _read(path, changed))


@cache
def chosen_rules(groups: Collection[str] = DEFAULT_GROUPS, *, are_for_code: bool = False) -> tuple[Rule, ...]:
    """Return the rules for secrets and those of the groups."""
    rules = all_rules(are_for_code=are_for_code)
    return tuple(rule for rule in rules if rule.group == SECRETS or rule.group in groups)


def _read(path: Path, changed: dict[str, str]) -> list[Rule]:
    content = tomllib.loads(path.read_text("utf-8"))
    fragments: dict[str, str] = content.get("fragments", {})
    fragments |= changed if fragments else {}
    return [_rule(table, fragments) for table in content["rules"]]


def _rule(table: dict[str, Any], fragments: dict[str, str]) -> Rule:
    lists = {field.name for field in fields(Rule) if "tuple" in str(field.type)}
    values: dict[str, Any] = {key: tuple(value) if key in lists else value for key, value in table.items()}
    if fragments:
        values |= {key: _filled(values[key], fragments) for key in ("pattern", "anchor") if key in values}
        values["spared_match"] = tuple(_filled(pattern, fragments) for pattern in values.get("spared_match", ()))
    return Rule(**values)


def _filled(pattern: str, fragments: dict[str, str]) -> str:
    """Return the pattern with its fragments; one that holds others is filled too."""
    return _FRAGMENT.sub(lambda found: _filled(fragments[found[1]], fragments), pattern)
