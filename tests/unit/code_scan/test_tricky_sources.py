"""Small tricky sources: every symbol, import and connection, against rows reviewed by hand."""

from pathlib import Path

import pytest

from orchestration.code_scan.facts import Symbol, facts_from_json, facts_to_json
from orchestration.code_scan.languages import language_of
from orchestration.code_scan.linker import CodeBase
from orchestration.code_scan.reader import read_facts
from tests.unit.code_scan.sources import TRICKY, link_tree

GOLDEN = TRICKY / "expected_symbols.txt"


def show(path: Path, symbol: Symbol) -> str:
    marks = [word for word, is_so in (("exported", symbol.is_exported), ("async", symbol.is_async)) if is_so]
    around = f" in {symbol.enclosing}" if symbol.enclosing else ""
    parts = [
        f"{path.relative_to(TRICKY).as_posix()}:{symbol.line_number}-{symbol.end_line_number}",
        f"{symbol.kind} {symbol.name}{around}",
        " ".join(marks) or "-",
        str(symbol.complexity or "-"),
        symbol.signature or "-",
        symbol.doc_comment or "-",
    ]
    return " | ".join(parts)


def sources() -> list[Path]:
    return sorted(path for path in TRICKY.rglob("*") if language_of(path.name) not in (None, "json"))


def test_every_symbol_of_the_tricky_sources_is_found_where_it_is() -> None:
    found = [
        show(path, symbol)
        for path in sources()
        for symbol in read_facts(path.read_bytes(), language_of(path.name) or "").symbols
    ]
    assert found == GOLDEN.read_text("utf-8").splitlines()


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(TRICKY).as_posix())
def test_facts_survive_being_written_down(path: Path) -> None:
    facts = read_facts(path.read_bytes(), language_of(path.name) or "")
    assert facts.problem is None
    assert facts_from_json(facts_to_json(facts)) == facts


@pytest.fixture(scope="module")
def reexports(tmp_path_factory: pytest.TempPathFactory) -> CodeBase:
    return link_tree(TRICKY / "02-reexports", tmp_path_factory.mktemp("reexports") / "lake")


@pytest.mark.parametrize(
    ("module", "name", "place"),
    [
        ("packages/one/src/index.ts", "open", "packages/one/src/second.ts:1"),
        ("packages/one/src/index.ts", "close", "packages/one/src/second.ts:3"),
        ("packages/two/src/index.ts", "handlers.opened", "packages/one/src/second.ts:1"),
        ("packages/two/src/index.ts", "handlers.shut", "packages/one/src/second.ts:3"),
        ("packages/two/src/index.ts", "handlers.polish", "packages/one/src/extras.ts:1"),
    ],
)
def test_a_name_is_followed_through_chains_of_reexports(
    reexports: CodeBase, module: str, name: str, place: str
) -> None:
    head, _, rest = name.partition(".")
    found = reexports.exported(module, head)
    assert found is not None
    found = reexports.member(found, rest) if rest else found
    assert found is not None
    assert found.symbol is not None
    assert f"{found.path}:{found.symbol.line_number}" == place


def test_modules_that_export_each_other_in_a_circle_end_in_nothing(reexports: CodeBase) -> None:
    assert reexports.exported("packages/one/src/loop.ts", "nowhere") is None


@pytest.mark.parametrize(
    ("key", "line_number"),
    [("method", 13), ("arrow", 16), ("quoted-name", 17), ("overridden", 21), ("shared", 4), ("nested.inner", 25)],
)
def test_an_object_offers_its_members_and_those_it_spreads(key: str, line_number: int, tmp_path: Path) -> None:
    code = link_tree(TRICKY / "03-object-handlers", tmp_path / "lake")
    place = code.local("handlers.ts", f"handlers.{key}")
    assert place is not None
    assert place.symbol is not None
    assert place.symbol.line_number == line_number


def test_commonjs_exports_are_followed(tmp_path: Path) -> None:
    code = link_tree(TRICKY / "12-commonjs", tmp_path / "lake")
    found = {name: code.exported("handlers.cjs", name) for name in ("helper", "renamed", "local", "early")}
    lines = {name: (place.path, place.symbol.line_number) for name, place in found.items() if place and place.symbol}
    assert lines == {
        "helper": ("helper.cjs", 1),
        "renamed": ("helper.cjs", 2),
        "local": ("handlers.cjs", 3),
        "early": ("handlers.cjs", 5),
    }
