"""The documents name every command, option, setting, check, deviation and file that there is, and none that is not."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel

from docs_site.html import links
from expectations.catalogue import DOCUMENT, replace_catalogue
from expectations.marts import fct_breach_counts
from expectations.suite import Check
from expectations.suites import SUITES
from orchestration.cli.app import app
from orchestration.domain.severity import SEVERITY_WORDS
from orchestration.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[3]
DOCS = REPOSITORY / "docs_site" / "docs"
PAGES = [REPOSITORY / "README.md", *sorted(DOCS.rglob("*.md"))]
OWN_PROJECT = DOCS / "how-to" / "own-project.md"
EXPORT = DOCS / "how-to" / "export.md"
NUMBERS = DOCS / "help" / "numbers.md"

# Pages that are made from data at every run, and so are not files of the repository.
MADE_AT_EVERY_RUN = {
    "index.md",
    "performance.md",
    "flows.md",
    "timeline.md",
    "coverage.md",
    "errors.md",
    "anomalies.md",
    "sessions.md",
    "data-health.md",
    "help/data-dictionary.md",
}
# What people read of the product: its documents, and the comments and descriptions of its code.
TEXTS = [
    *PAGES,
    REPOSITORY / "CONTRIBUTING.md",
    *(path for room in ("orchestration", "docs_site", "expectations") for path in (REPOSITORY / room).rglob("*.py")),
    *(path for suffix in ("sql", "yml", "md") for path in (REPOSITORY / "dbt_project").rglob(f"*.{suffix}")),
]
OUR_ROOMS = "orchestration|docs_site|expectations|dbt_project"
OUR_TESTS = "tests/(?:architecture|corpora|dbt|hardening|integration|unit)"
OUR_FILE = re.compile(rf"\b(?:{OUR_ROOMS}|{OUR_TESTS})/[\w/-]+\.(?:py|sql|ya?ml|md|toml)\b")
OUR_MODEL = re.compile(r"\b(?:stg_[a-z]+__[a-z_]+|int_[a-z_]+__[a-z_]+|(?:dim|fct|rpt)_[a-z_]*[a-z])\b(?!\*)")
# The lead takes these from the real thing.
IMAGES = {f"{name}.png" for name in ("overview-light", "performance-light", "flows-light", "dagster-lineage")}


def commands() -> dict[str, set[str]]:
    """Return the options of every command; a command of a group by both its words."""
    group: Any = typer.main.get_command(app)
    found = {}
    for name, command in group.commands.items():
        parts = {f"{name} {part}": inner for part, inner in getattr(command, "commands", {}).items()}
        found |= {key: options_of(inner) for key, inner in (parts or {name: command}).items()}
    return found


def options_of(command: Any) -> set[str]:
    options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    return options - {"--help"}


def settings(model: type[BaseModel] = Settings, prefix: str = "") -> dict[str, Any]:
    """Return the default of every setting by its full name."""
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if isinstance(field.default, BaseModel):
            found |= settings(type(field.default), f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = field.default
    return found


def rows_of(path: Path) -> dict[str, list[str]]:
    """Return the cells of every table row of a document by the first cell."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return {row[0]: row[1:] for row in rows}


def test_every_command_and_each_of_its_options_is_documented() -> None:
    rows = rows_of(OWN_PROJECT) | rows_of(EXPORT)
    for name, options in commands().items():
        cells = rows[f"`sightline {name}`"]
        if "those of `run`" in cells[-1] or cells[-1] == "the same":
            documented = commands()["run"] | set(re.findall(r"`(--[a-z-]+)`", cells[-1]))
        else:
            documented = set(re.findall(r"`(--[a-z-]+)`", cells[-1]))
        assert documented == options, name


def test_no_document_names_a_command_or_an_option_that_does_not_exist() -> None:
    every_option = set().union(*commands().values()) | {"--no-sync", "--help"}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        named = re.findall(r"\bsightline (run|serve|ui|init|check|export [a-z]+|[a-z]+(?= --))", text)
        assert set(named) <= set(commands()), page
        if page.name in {"README.md", "own-project.md", "schedule.md"}:
            assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) <= every_option, page


def test_every_setting_is_documented_with_its_default() -> None:
    rows = rows_of(OWN_PROJECT)
    for name, default in settings().items():
        if name in {"config", "redaction_key"}:
            assert f"SIGHTLINE_{name.upper()}" in OWN_PROJECT.read_text(encoding="utf-8")
            continue
        assert f"`{name}`" in rows, name
        if default not in (None, (), {}):
            written = str(default).lower() if isinstance(default, bool) else default
            assert rows[f"`{name}`"][0] == f"`{written}`", name


def test_no_setting_is_documented_that_does_not_exist() -> None:
    text = OWN_PROJECT.read_text(encoding="utf-8")
    table = text.partition("## Settings")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z_.]+)` \| ", table, flags=re.MULTILINE)) <= set(settings())


def test_the_catalogue_of_checks_is_up_to_date() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert replace_catalogue(text) == text, "run `python -m expectations.catalogue`"


@pytest.mark.parametrize("check", fct_breach_counts.SUITE.checks, ids=lambda check: check.name)
def test_a_check_of_things_one_by_one_says_what_why_and_how_to_fix(check: Check) -> None:
    text = (DOCS / "reference" / "flow-checks.md").read_text(encoding="utf-8")
    section = text.partition(f"### {check.name} {{#{check.name}}}\n")[2].partition("\n#")[0]
    assert re.findall(r"^\*\*([A-Z][a-z ]+)\.\*\*", section, flags=re.MULTILINE) == [
        "What", "Example", "Why", "How to fix",
    ]  # fmt: skip
    assert f" {SEVERITY_WORDS[check.severity]}." in section


def test_every_check_has_a_section_or_a_row() -> None:
    rows = DOCUMENT.read_text(encoding="utf-8")
    assert {check.name for suite in SUITES for check in suite.checks if f"`{check.name}`" not in rows} == set()


def test_the_pages_checks_lead_to_exist() -> None:
    pages = {value for value in vars(links).values() if isinstance(value, str) and value.endswith(".html")}
    assert {check.page for suite in SUITES for check in suite.checks} <= pages


def test_every_class_of_deviation_the_models_make_is_explained() -> None:
    models = (REPOSITORY / "dbt_project" / "models" / "observed").rglob("int_deviations__of_*.sql")
    text = "".join(path.read_text(encoding="utf-8") for path in models)
    made = set(
        re.findall(
            r"'((?:missing|unexpected|repeated|retried|out_of_order|failed|incomplete)_beat"
            r"|[a-z]+(?:_[a-z]+)?_flow|handler_failed|no_subscriber|(?:no|wrong)_handler|(?:mis|un)routed_topic|(?:unknown|shared|undeclared|blocked)_[a-z]+)'",
            text,
        )
    )
    explained = NUMBERS.read_text(encoding="utf-8")
    assert len(made) > 15
    assert {name for name in made if name not in explained} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_between_documents_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", text):
        path = (page.parent / target).resolve()
        if target.startswith(("http:", "https:")) or path.name in IMAGES:
            continue
        inside = path.relative_to(DOCS).as_posix() if path.is_relative_to(DOCS) else ""
        assert path.exists() or inside in MADE_AT_EVERY_RUN or inside.startswith("catalogue/"), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_to_a_heading_finds_it(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\(([^)\s#]*)#([^)]+)\)", text):
        path = (page.parent / target).resolve() if target else page
        if path.is_file():
            assert f"{{#{anchor}}}" in path.read_text(encoding="utf-8"), f"{target}#{anchor}"


def test_the_anchors_the_site_links_to_are_in_the_document() -> None:
    templates = REPOSITORY / "docs_site" / "templates"
    text = "".join(path.read_text(encoding="utf-8") for path in templates.glob("*.jinja"))
    anchors = set(re.findall(r"NUMBERS_HELP\) \}\}#([a-z-]+)", text))
    assert anchors
    assert {anchor for anchor in anchors if f"{{#{anchor}}}" not in NUMBERS.read_text(encoding="utf-8")} == set()


def test_the_readme_names_the_targets_of_the_makefile_it_shows() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    shown = set(re.findall(r"^make ([a-z]+)", (REPOSITORY / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"run", "test"} <= shown <= targets


def test_no_text_names_a_file_or_a_model_that_is_gone() -> None:
    models = {path.stem for path in (REPOSITORY / "dbt_project").rglob("*.sql")}
    gone = {
        f"{path.relative_to(REPOSITORY)}: {name}"
        for path in TEXTS
        for text in [path.read_text(encoding="utf-8")]
        for name in {
            *(name for name in OUR_FILE.findall(text) if not (REPOSITORY / name).exists()),
            *(name for name in OUR_MODEL.findall(text) if name not in models),
        }
    }
    assert gone == set()
