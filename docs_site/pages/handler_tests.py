"""The tests that reach a handler, by title, for its page; what each is told by is reports.rpt_handler_tests."""

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html.number_format import format_count, plural
from docs_site.html.tables import Cell, Column, badge_cell, render_table, text_cell
from docs_site.parts.code_places import place_cell
from orchestration.domain.languages import language_words, words_of_tests
from orchestration.warehouse import Row

_REACHES = {
    "called_by_test": "calls it",
    "imported_by_test": "its file imports it",
    "named_by_test": "its file names it",
}
_TONES = {"passed": "good", "failed": "critical", "skipped": "warning"}


def count_reaching_tests(rows: Sequence[Row]) -> str:
    """Say how many tests reach the handler, by language, and how many call it in their own lines."""
    if not rows:
        return ""
    kinds = Counter((language_words(row["language"]), row["test_framework"]) for row in rows)
    words = ", ".join(words_of_tests(count, *kind) for kind, count in kinds.most_common())
    calling = format_count(sum(row["evidence_kind"] == "called_by_test" for row in rows))
    return f"{words} in {plural(len({row['test_file_path'] for row in rows}), 'file')}; {calling} of them call it."


def reaching_tests_table(rows: Sequence[Row], options: SiteOptions) -> Markup:
    """Return the tests, those that call the handler first."""
    columns = (
        Column("Test"),
        Column("Reaches it", hint="calls it: in the lines of the test; else by what its file imports or names"),
        Column("Last result", hint="By the newest report of test results given as coverage"),
        Column("Kind"),
        Column("Code"),
    )
    empty = "No test reaches this handler: none calls it, and no file with tests imports or names it."
    return render_table(columns, [_cells(row, options) for row in rows], caption="Tests", empty=empty)


def _cells(row: Row, options: SiteOptions) -> list[Cell]:
    title = f"{row['suite_title']} > {row['test_title']}" if row["suite_title"] else row["test_title"]
    result = "skipped" if row["is_skipped"] else row["last_status"] or "not reported"
    return [
        text_cell(title),
        text_cell(_REACHES[row["evidence_kind"]]),
        badge_cell(result, _TONES.get(result, "plain")),
        text_cell(words_of_tests(1, row["language"], row["test_framework"]).removeprefix("1 ")),
        place_cell(row["test_file_path"], row["code_line_number"], options.code_url),
    ]
