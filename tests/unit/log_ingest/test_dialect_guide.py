"""The guide 'Add a dialect' does what it says: its example is run, and it names every key there is."""

import re
from dataclasses import replace
from pathlib import Path

from orchestration.domain.tables import RECORD_FIELDS
from orchestration.log_ingest import dialect_file
from tests.corpus import REPOSITORY
from tests.unit.log_ingest.log_lake import SETTLED_OPTIONS, ingest, write

GUIDE = (REPOSITORY / "docs_site/docs/how-to/add-a-dialect.md").read_text("utf-8")


def block(title: str) -> str:
    found = re.search(rf'```\w+ title="{re.escape(title)}"\n(.*?)```', GUIDE, re.DOTALL)
    assert found, f"the guide has no block {title}"
    return found[1]


def promised_rows() -> list[list[str]]:
    table = GUIDE.split("and makes of them:")[1].strip().split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_the_example_gives_the_rows_the_guide_shows(tmp_path: Path) -> None:
    write(tmp_path / "dialects/till.toml", block("till.toml"))
    write(tmp_path / "logs/till.log", block("till.log"))
    options = replace(SETTLED_OPTIONS, dialect_folders=(tmp_path / "dialects",))
    lake = ingest(tmp_path / "logs", tmp_path / "lake", options)
    names = [field.name for field in RECORD_FIELDS]
    rows = [
        [
            str(record["line_number"]),
            str(record["line_count"]),
            record["severity"],
            record["message_type"],
            record["signal"] or "",
            " ".join(f"{name}={record[name]}" for name in names if record[name] is not None),
        ]
        for record in lake.records()
    ]
    assert rows == promised_rows()
    assert lake.file("till.log")["dialect_name"] == "till"
    assert lake.rejected() == []
    assert {record["emitted_at"] for record in lake.records()} == {None}


def test_every_key_is_explained() -> None:
    keys = dialect_file.TOP_KEYS | dialect_file.RULE_KEYS | dialect_file.ENTRY_FIELDS
    assert [key for key in sorted(keys) if key not in GUIDE] == []


def test_every_built_in_dialect_is_named() -> None:
    names = [path.stem for path in dialect_file.BUILT_IN_FOLDER.glob("*.toml")]
    assert [name for name in names if f"`{name}`" not in GUIDE] == []
