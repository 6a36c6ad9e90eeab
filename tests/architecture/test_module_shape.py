"""Modules stay small and are named for what they hold."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.corpus import REPOSITORY

ROOMS = ("orchestration", "expectations", "docs_site")
LINES_AT_MOST = 300
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "misc", "base"}


def modules() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((REPOSITORY / room).rglob("*.py"))


def shown(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


@pytest.mark.parametrize("path", modules(), ids=shown)
def test_a_module_is_small_named_and_says_what_lives_in_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= LINES_AT_MOST
    assert path.stem not in NAMES_THAT_SAY_NOTHING
    assert ast.get_docstring(tree)
    if path.name == "__init__.py":
        assert len(tree.body) == 1, "an __init__.py holds a docstring and nothing else"


def test_every_model_has_its_description_beside_it() -> None:
    models = (REPOSITORY / "dbt_project" / "models").rglob("*.sql")
    assert [shown(model) for model in models if not model.with_suffix(".yml").is_file()] == []
