"""What is remembered comes back only for exactly the same inputs, and whole or not at all."""

import re
from pathlib import Path

import pytest

from docs_site.engine import memory as memory_module
from docs_site.engine.memory import NOTHING_REMEMBERED, Memory
from docs_site.engine.store import digest_of
from docs_site.html.page import DataFile, KeptFile, Page

PAGE = Page("a/b.html", "A \udcff", "body \udcff\n", ("x.js",), (DataFile("a/b.js", b"data"),))


def _kept(folder: Path, *inputs: object) -> Memory:
    first = Memory(folder)
    first.keep_page(first.key("kind", *inputs), PAGE)
    first.save()
    return Memory(folder)


def test_a_page_comes_back_as_it_was(tmp_path: Path) -> None:
    memory = _kept(tmp_path, 1, "two")
    recalled = memory.recall_page(memory.key("kind", 1, "two"))
    assert recalled == Page(PAGE.path, PAGE.title, PAGE.body, PAGE.assets, (KeptFile("a/b.js", digest_of(b"data")),))


def test_other_inputs_are_another_key(tmp_path: Path) -> None:
    memory = _kept(tmp_path, 1, "2")
    keys = {memory.key(*inputs) for inputs in (("kind", 1, "2"), ("kind", "1", 2), ("kind", 1), ("other", 1, "2"))}
    assert len(keys) == 4
    assert memory.recall(memory.key("kind", "1", 2)) is None


def test_other_code_is_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = _kept(tmp_path, 1)
    monkeypatch.setattr(memory_module, "code_version", lambda: "newer")
    assert memory.recall_page(memory.key("kind", 1)) is None


def test_all_code_that_pages_are_made_with_has_a_part_in_the_key() -> None:
    sources = [path for place in memory_module._CODE for path in (place, *place.rglob("*.py")) if path.is_file()]
    used = {name for path in sources for name in re.findall(r"from (orchestration\.\w+)", path.read_text("utf-8"))}
    counted = {f"orchestration.{place.stem}" for place in memory_module._CODE}
    assert "orchestration.analysis" in used
    assert used <= counted


def test_a_page_with_a_damaged_file_does_not_come_back(tmp_path: Path) -> None:
    _kept(tmp_path, 1)
    digest = digest_of(b"data")
    (tmp_path / "objects" / digest[:2] / digest).write_bytes(b"dat\0")
    memory = Memory(tmp_path)
    assert memory.recall_page(memory.key("kind", 1)) is None


def test_what_one_publication_does_not_use_the_next_does_not_know(tmp_path: Path) -> None:
    _kept(tmp_path, 1).save()
    memory = Memory(tmp_path)
    assert memory.recall_page(memory.key("kind", 1)) is None
    assert not [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]


def test_a_file_without_a_key_stays_the_same_file_while_it_is_asked_for(tmp_path: Path) -> None:
    places = []
    for _ in range(3):
        memory = Memory(tmp_path)
        digest = memory.digest(DataFile("assets/a.js", b"script"))
        memory.save()
        places.append((tmp_path / "objects" / digest[:2] / digest).stat().st_ino)
    assert len(set(places)) == 1


@pytest.mark.parametrize("text", ["", "[1]", '{"a": '])
def test_an_index_that_cannot_be_read_remembers_nothing(tmp_path: Path, text: str) -> None:
    _kept(tmp_path, 1)
    (tmp_path / "index.json").write_text(text)
    memory = Memory(tmp_path)
    assert memory.recall_page(memory.key("kind", 1)) is None


def test_without_a_folder_nothing_is_remembered() -> None:
    key = NOTHING_REMEMBERED.key("kind", 1)
    assert NOTHING_REMEMBERED.keep_page(key, PAGE) is PAGE
    assert NOTHING_REMEMBERED.recall_page(key) is None
