"""The generated tests: a list, and a page per sequence with the text of each test, its evidence and what it covers.

The texts come with the site's options: they are what `sightline export tests` writes before it proves them. Which
tests there are and in which order is the mart's.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from docs_site.engine.site_options import GeneratedText, SiteOptions
from docs_site.html import links
from docs_site.html.links import relative_link
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.html.tables import Column, count_cell, link_cell, render_table, text_cell
from docs_site.pages.coverage_suggestions import load_suggestions
from docs_site.queries.window import load_window
from orchestration.warehouse import Row

# With escapes and the frame of a page this stays far below 6 MB.
_MOST_TEXT = 2_000_000
_KINDS = {"conformant flow": "The flow as declared", "deviation": "A departure from the declared order"}
_COLUMNS = (
    Column("Sequence"),
    Column("Tests", "", True),
    Column("Skipped", "", True, "Of which not every input is in the log; proving them may find that they run"),
    Column("Candidates", "", True, "Flows, departures and failures that add to what tests cover"),
    Column("Items", "", True, "Handlers, transitions and error classes they add"),
    Column("Flows", "", True, "Flows of production that show the same"),
    Column("Files"),
)


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the list of generated tests and the pages of the sequences that have some."""
    candidates = [row for row in load_suggestions(warehouse) if row["cover_rank"] is not None]
    texts: defaultdict[str, list[GeneratedText]] = defaultdict(list)
    for text in options.tests:
        texts[text.candidate_id].append(text)
    by_sequence: defaultdict[str, list[Row]] = defaultdict(list)
    for row in candidates:
        if texts[row["test_candidate_id"]]:
            by_sequence[row["sequence_id"]].append(row)
    groups = sorted(by_sequence.values(), key=lambda rows: (-_added(rows), rows[0]["sequence_name"] or ""))
    body = render(
        "generated_tests.md.jinja",
        links.TESTS,
        window=load_window(warehouse),
        test_count=len(options.tests),
        candidate_count=len(candidates),
        skipped_count=sum(text.skipped is not None for text in options.tests),
        item_count=_added(candidates),
        table=_table(groups, texts),
        links=links,
    )
    yield Page(links.TESTS, "Generated tests", body)
    for rows in groups:
        yield _sequence_page(rows, texts, warehouse)


def _sequence_page(rows: Sequence[Row], texts: dict[str, list[GeneratedText]], warehouse: Path) -> Page:
    sequence = rows[0]
    page = links.generated_tests_url(sequence["sequence_id"])
    left = _MOST_TEXT
    shown = []
    for row in rows:
        tests = []
        for text in texts[row["test_candidate_id"]]:
            left -= len(text.text)
            tests += [text] if left >= 0 else []
        shown.append(_candidate(row, tests, len(texts[row["test_candidate_id"]]) - len(tests), page))
    name = sequence["sequence_name"] or sequence["sequence_key"]
    all_texts = [text for row in rows for text in texts[row["test_candidate_id"]]]
    body = render(
        "generated_tests_of_sequence.md.jinja",
        page,
        window=load_window(warehouse),
        name=name,
        sequence=sequence,
        test_count=len(all_texts),
        files=sorted({text.file_name for text in all_texts}),
        candidates=shown,
        links=links,
    )
    return Page(page, f"Generated tests of {name}", body)


def _candidate(row: Row, tests: Sequence[GeneratedText], hidden: int, page: str) -> Row:
    evidence = links.lines_url(row["session_id"], row["line_number"]) if row["session_id"] else None
    kind = row["candidate_kind"]
    failure = f"{row['handler_name']} fails with {row['error_class'] or 'an error'}"
    return {
        "anchor": f"t-{row['test_candidate_id']}",
        "title": failure if kind == "failure" else _KINDS.get(kind, kind),
        "line_url": relative_link(page, evidence) if evidence else None,
        "line": f"{row['log_file_path']}, line {row['line_number']}",
        "flow_count": row["flow_count"],
        "inputs": f"{row['known_input_count']} of {row['input_count']} values its handlers read are in the log",
        "missing": row["missing_fields"],
        "covers": [
            ("Handlers", ", ".join(row["covered_handlers"] or [])),
            ("Transitions", ", ".join(row["covered_transitions"] or [])),
            ("Error classes", ", ".join(row["covered_error_classes"] or [])),
        ],
        "added": row["new_item_count"],
        "tests": tests,
        "hidden": hidden,
    }


def _added(rows: Sequence[Row]) -> int:
    return sum(row["new_item_count"] for row in rows)


def _table(groups: Sequence[Sequence[Row]], texts: dict[str, list[GeneratedText]]) -> str:
    cells = []
    for rows in groups:
        tests = [text for row in rows for text in texts[row["test_candidate_id"]]]
        page = relative_link(links.TESTS, links.generated_tests_url(rows[0]["sequence_id"]))
        cells.append(
            [
                link_cell(rows[0]["sequence_name"] or rows[0]["sequence_key"], page),
                count_cell(len(tests)),
                count_cell(sum(text.skipped is not None for text in tests)),
                count_cell(len(rows)),
                count_cell(_added(rows)),
                count_cell(sum(row["flow_count"] for row in rows)),
                text_cell(", ".join(sorted({text.file_name for text in tests}))),
            ]
        )
    empty = "No test can be written: no flow has ended, or its handlers were not found in the code."
    return render_table(_COLUMNS, cells, caption="Generated tests by sequence", empty=empty)
