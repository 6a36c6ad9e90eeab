"""What is made anew: tables of another version or damaged, pages of code that changed."""

import ast
from pathlib import Path

import duckdb
import pytest

from docs_site import publish
from orchestration.defs.dbt import warehouse
from orchestration.defs.dbt.project import ROOMS_OF_MEASURES, models_fingerprint
from orchestration.defs.dbt.runner import NodeOutcome
from orchestration.defs.fingerprint import read_record, write_record
from orchestration.defs.home import Home
from orchestration.defs.progress import listen_to_nothing, step
from orchestration.defs.publishing import is_published, publish_tables
from orchestration.defs.site.assets import CALLED_ROOMS, SITE_ROOM

BUILT = NodeOutcome("model.sightline.x", "success", 0.1, "", None)
BROKEN = NodeOutcome("model.sightline.x", "error", 0.1, "no such column", None)


@pytest.mark.parametrize(
    ("earlier", "outcome", "is_kept", "later"),
    [
        ("of another version", BUILT, False, models_fingerprint()),
        # Whoever goes back to that version then must not build upon what the later one left.
        ("of another version", BROKEN, False, None),
        (models_fingerprint(), BROKEN, True, models_fingerprint()),
    ],
)
def test_tables_are_of_a_version_only_when_it_built_them_all(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    earlier: str,
    outcome: NodeOutcome,
    is_kept: bool,
    later: str | None,
) -> None:
    home = Home(tmp_path)
    record = home.records / "models.json"
    write_record(record, {"fingerprint": earlier})
    duckdb.connect(str(home.warehouse)).close()
    found: list[bool] = []

    def build_tables(*_: object) -> tuple[NodeOutcome, ...]:
        found.append(home.warehouse.is_file())
        return (outcome,)

    monkeypatch.setattr(warehouse, "build_tables", build_tables)
    monkeypatch.setattr(warehouse, "count_rows", lambda *_: {})
    with step("build", listen_to_nothing) as going:
        warehouse.build_warehouse(home, {}, going)
    assert found == [is_kept]
    assert read_record(record).get("fingerprint") == later


def test_damaged_tables_are_made_anew_though_nothing_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    monkeypatch.setattr(warehouse, "count_rows", lambda *_: {})

    def build_tables(*_: object) -> tuple[NodeOutcome, ...]:
        duckdb.connect(str(home.warehouse)).close()
        return (BUILT,)

    def build() -> bool:
        with step("build", listen_to_nothing) as going:
            return warehouse.build_warehouse(home, {}, going).is_new

    def publish_again() -> str:
        news: list[str] = []
        with step("publish", lambda item: news.append(item.text)) as going:
            publish_tables(home, {"nodes": {}}, going)
        return news[-1]

    monkeypatch.setattr(warehouse, "build_tables", build_tables)
    assert [build(), build()] == [True, False]
    publish_again()
    assert "nothing changed" in publish_again()
    assert is_published(home)
    home.published.write_bytes(b"half")
    assert not is_published(home)
    publish_again()
    assert is_published(home)
    home.warehouse.write_bytes(b"half")
    assert [build(), build()] == [True, False]


def test_the_site_is_made_anew_when_a_room_it_calls_changes() -> None:
    assert Path(publish.__file__).parent == SITE_ROOM
    named = {*CALLED_ROOMS, *ROOMS_OF_MEASURES}
    orchestration = SITE_ROOM.parent / "orchestration"
    found, waiting = set(), [SITE_ROOM]
    while waiting:
        for path in waiting.pop().rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("orchestration."):
                    room = orchestration / str(node.module).split(".")[1]
                    if room.is_dir() and room not in found:
                        found.add(room)
                        waiting.append(room)
    assert {orchestration / "flows", orchestration / "domain"} <= found
    assert found <= named
