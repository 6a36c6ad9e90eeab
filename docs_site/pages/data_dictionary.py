"""The data dictionary: every table and column of the warehouse, from the models' own descriptions.

Descriptions come from the `.yml` beside each model and the blocks of glossary.md; the raw tables from
orchestration/domain/tables.py. Names and types come from the warehouse, so a column without a description still shows.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml
from markupsafe import Markup

from docs_site.engine.memory import NOTHING_REMEMBERED, Memory
from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.html.tables import Column, code_cell, render_table, text_cell
from orchestration.domain.tables import RAW_TABLES
from orchestration.warehouse import Row, by_key, load_rows

_MODELS = Path(__file__).parents[2] / "dbt_project" / "models"
_COLUMNS = """
select table_schema || '.' || table_name as table_name, column_name, lower(data_type) as data_type
from information_schema.columns where table_schema in ('marts', 'reports')
order by table_schema, table_name, ordinal_position
"""
# libyaml reads two hundred files in a tenth of the time; it is missing only where PyYAML was built without it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BLOCK = re.compile(r"{%\s*docs\s+(\w+)\s*%}(.*?){%\s*enddocs\s*%}", re.DOTALL)
_REFERENCE = re.compile(r"{{\s*doc\(\s*['\"](\w+)['\"]\s*\)\s*}}")


def build_pages(
    warehouse: Path, lake: Path, options: SiteOptions, memory: Memory = NOTHING_REMEMBERED
) -> Iterator[Page]:
    """Build the data dictionary."""
    models = options.dbt_models or _MODELS
    columns = load_rows(warehouse, _COLUMNS)
    key = memory.key("dictionary", columns, *(path.read_bytes() for path in _sources(models)))
    yield memory.recall_page(key) or memory.keep_page(key, _page(columns, load_descriptions(models)))


def _page(columns: list[Row], descriptions: dict[str, dict[str, str]]) -> Page:
    tables = []
    for name, rows in by_key(columns, "table_name").items():
        words = descriptions.get(name.partition(".")[2], {})
        cells = [(row["column_name"], row["data_type"], words.get(row["column_name"])) for row in rows]
        tables.append((name, words.get("", ""), _table(cells, name)))
    raw = [
        (
            f"raw/{table.name}",
            table.description,
            _table([(column.name, column.kind, column.description) for column in table.columns], table.name),
        )
        for table in RAW_TABLES
    ]
    body = render("data_dictionary.md.jinja", links.DICTIONARY, tables=tables, raw=raw)
    return Page(links.DICTIONARY, "Data dictionary", body)


def _sources(models: Path) -> list[Path]:
    return sorted(path for path in models.rglob("*") if path.suffix in (".md", ".yml"))


def load_descriptions(models: Path) -> dict[str, dict[str, str]]:
    """Read table -> column -> description from the models' folder; the table's own is under the empty name."""
    sources = _sources(models)
    texts = [path.read_text(encoding="utf-8") for path in sources if path.suffix == ".md"]
    blocks = {name: words.strip() for text in texts for name, words in _BLOCK.findall(text)}
    found: dict[str, dict[str, str]] = {}
    for path in (path for path in sources if path.suffix == ".yml"):
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader) or {}
        for model in content.get("models", []):
            table = {"": model.get("description", "")}
            table |= {column["name"]: column.get("description", "") for column in model.get("columns", [])}
            found[model["name"]] = {name: _resolve(text, blocks) for name, text in table.items()}
    return found


def _resolve(text: str, blocks: dict[str, str]) -> str:
    return " ".join(_REFERENCE.sub(lambda match: blocks.get(match[1], ""), text or "").split())


def _table(columns: Sequence[tuple[str, str, str | None]], name: str) -> Markup:
    cells = [[code_cell(column), text_cell(kind), text_cell(words)] for column, kind, words in columns]
    head = (Column("Column"), Column("Type"), Column("What it says"))
    return render_table(head, cells, caption=f"Columns of {name}", empty="This table has no columns.")
