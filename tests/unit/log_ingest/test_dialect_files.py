"""A mistake in a dialect file is one clear error that names the file and the key."""

from pathlib import Path

import pytest

from orchestration.domain.errors import DialectError
from orchestration.log_ingest.dialect_file import load_dialects

VALID = """
name = "mine"
[detect]
patterns = ['^x']
[entry]
pattern = '^'
"""
RULE = '[[rules]]\nmessage_type = "a"\nstarts_with = "a"\n'


def load(folder: Path, text: str, name: str = "mine.toml") -> list[str]:
    (folder / name).write_text(text, "utf-8")
    return [dialect.name for dialect in load_dialects([folder])]


def test_the_built_in_dialects_are_valid() -> None:
    names = [dialect.name for dialect in load_dialects()]
    assert {"renderx-development", "renderx-production", "renderx-unstamped"} <= set(names)
    assert "renderx-conductor" not in names


def test_a_dialect_of_ones_own_is_loaded_beside_the_built_in_ones(tmp_path: Path) -> None:
    assert "mine" in load(tmp_path, VALID + RULE)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("name = ", "TOML"),
        ("title = 'x'", "name: a dialect needs a name"),
        ("name = 'x'\ncolour = 1", "colour: unknown key"),
        ("name = 'x'\n[entry]\npattern = '^'", "detect: missing"),
        ("name = 'x'\n[detect]\npatterns = ['a']", "entry: missing"),
        (VALID.replace("'^'", "'a'"), "entry.pattern: must begin with"),
        (VALID.replace("'^'", "'^('"), "entry.pattern: is no valid pattern"),
        (VALID.replace("'^'", "'^(?=a)'"), "entry.pattern: is no valid pattern"),
        (VALID.replace("'^'", "'^(?P<topic>a)'"), "entry.pattern: captures topic"),
        (VALID + "[entry.severity]\nX = 'bad'", "entry.severity.X: must be one of"),
        (VALID + "[entry.time]\nzone = 'x'", "entry.time.zone: unknown key"),
        (VALID.replace('name = "mine"', "name = \"mine\"\ncorrelation = 'x'"), "correlation: must be"),
        (VALID.replace("patterns = ['^x']", "patterns = ['^x']\nmin_share = 2"), "detect.min_share: must be"),
        (VALID.replace("patterns = ['^x']", "patterns = ['(']"), "detect.patterns: is no valid pattern"),
        (VALID + RULE + RULE, "message_type 'a' is given twice"),
        (VALID + RULE.replace('"a"\nst', '"other"\nst'), "reserved"),
        (VALID + RULE + "signal = 'x'", "rules[1] (a).signal: 'x' is no signal"),
        (VALID + RULE + "severity = 'x'", "rules[1] (a).severity: must be one of"),
        (VALID + RULE + "pattern = '(?P<colour>a)'", "rules[1] (a).pattern: captures colour"),
        (VALID + RULE + "pattern = '(?:a{9999}){9999}'", "rules[1] (a).pattern: is no valid pattern"),
        (VALID + RULE + "level = 'x'", "rules[1].level: unknown key"),
        (VALID + RULE + "[rules.set]\ncolour = 'x'", "rules[1] (a).set.colour: is no field"),
        (VALID + RULE + "[rules.detail]\npattern = '('", "rules[1] (a).detail.pattern: is no valid pattern"),
        (VALID + "[[rules]]\nmessage_type = 'a'", "needs starts_with or pattern"),
        (VALID + RULE.replace('starts_with = "a"', "starts_with = ''"), "starts_with: must be a text"),
        (VALID + RULE.replace('starts_with = "a"', "starts_with = 5"), "starts_with: must be a text"),
        (VALID.replace("patterns = ['^x']", "patterns = 5"), "detect.patterns: must be a text"),
        (VALID.replace("patterns = ['^x']", "patterns = [5]"), "detect.patterns: must be a text"),
        (VALID + "severity = 5", "entry.severity: must be a table"),
        (VALID + "[rules]\nx = 1", "rules: must be written as [[rules]]"),
        ("detect = 5\nentry = 5\nname = 'x'", "entry: must be a table"),
        ("extends = ['x']\n" + VALID, "extends: must be a text"),
        ("extends = 'nobody'\n" + VALID, "extends: no dialect is called 'nobody'"),
        ("extends = 'mine'\n" + VALID, "extends: a dialect cannot extend itself"),
        (VALID.replace("mine", "renderx-development"), "is also the name in"),
        (VALID.replace('"mine"', '"wrapped"'), "name: 'wrapped' is kept for logs no dialect knows"),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(DialectError) as caught:
        load(tmp_path, text)
    assert key in str(caught.value)
    assert "mine.toml" in str(caught.value)


def test_a_child_takes_what_it_does_not_give_and_hides_rules_of_the_same_type(tmp_path: Path) -> None:
    load(tmp_path, VALID + RULE + '[[rules]]\nmessage_type = "b"\nstarts_with = "b"\n', "parent.toml")
    child = 'name = "child"\nextends = "mine"\n[[rules]]\nmessage_type = "a"\nstarts_with = "other start"\n'
    load(tmp_path, child, "child.toml")
    dialect = next(dialect for dialect in load_dialects([tmp_path]) if dialect.name == "child")
    assert dialect.entry.patterns == ("^",)
    assert [(rule.message_type, rule.starts_with) for rule in dialect.rules] == [("a", ("other start",)), ("b", ("b",))]


def test_a_change_of_any_rule_changes_the_digest(tmp_path: Path) -> None:
    def digest(text: str) -> str:
        load(tmp_path, text)
        return next(dialect.digest for dialect in load_dialects([tmp_path]) if dialect.name == "mine")

    assert digest(VALID + RULE) == digest(VALID + RULE)
    assert digest(VALID + RULE) != digest(VALID + RULE.replace('starts_with = "a"', 'starts_with = "b"'))
