"""The lower sections of the coverage page: idle tests, things never seen, drift, headline figures."""

from collections.abc import Sequence

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.number_format import format_count, format_number
from docs_site.html.tables import (
    Cell,
    Column,
    badge_cell,
    code_cell,
    count_cell,
    link_cell,
    number_cell,
    render_table,
    text_cell,
)
from docs_site.parts.words import plain_words, tone
from docs_site.queries.given import Given
from orchestration.domain.languages import words_of_tests
from orchestration.warehouse import Row

_BOUND = Column("Used in at most", "% of sessions", True, "95 % confidence: 1 - 0.05^(1/n), nearly 3/n")


def idle_tests_table(rows: Sequence[Row], given: Given) -> Markup:
    """Return the test files all of whose handlers never ran."""
    columns = (Column("Test file"), Column("Handlers it imports, none executed"), Column("Tests", is_number=True))
    cells = [[code_cell(row["test_file_path"]), text_cell(row["handler_names"]), _tests(row)] for row in rows]
    return render_table(
        columns,
        cells,
        caption="Tests of handlers never executed",
        empty=given.claim(
            "Every test file that imports a declared handler imports at least one that production runs.",
            "sessions",
            "handlers",
            "tests",
        ),
    )


def kinds_of_tests_table(rows: Sequence[Row], given: Given) -> Markup:
    """Return how many tests there are, by language and framework, and how many of them reach a handler."""
    columns = (
        Column("Tests"),
        Column("Count", is_number=True),
        Column("Files", is_number=True),
        Column("Reach a handler", is_number=True, hint="They call it, or their file imports or names it"),
        Column("Skipped", is_number=True, hint="Switched off in the code"),
        Column("Failed", is_number=True, hint="In the newest report of test results"),
    )
    cells = [
        [
            text_cell(words_of_tests(2, row["language"], row["test_framework"]).removeprefix("2 ")),
            count_cell(row["test_count"]),
            count_cell(row["file_count"]),
            count_cell(row["reaching_count"]),
            count_cell(row["skipped_count"]),
            count_cell(row["failed_count"]),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Tests by language", empty=given.claim("", "tests"))


def undeclared_tests_table(rows: Sequence[Row], given: Given) -> Markup:
    """Return the test files that call offered functions no sequence declares."""
    columns = (
        Column("Test file"),
        Column("Functions no sequence declares"),
        Column("Tests", is_number=True),
        Column("Handlers in use it imports too", is_number=True, hint="0: nothing in the file is of use to production"),
    )
    cells = [
        [
            code_cell(row["test_file_path"]),
            text_cell(row["handler_names"]),
            _tests(row),
            count_cell(row["used_handler_count"]),
        ]
        for row in rows
    ]
    return render_table(
        columns,
        cells,
        caption="Tests of handlers no sequence declares",
        empty=given.claim(
            "No test calls a handler that a module offers, no sequence declares and no other code calls.", "tests"
        ),
    )


def unseen_sequence_table(rows: Sequence[Row], page: str, given: Given) -> Markup:
    """Return the sequences without a flow."""
    columns = (Column("Sequence"), Column("Plugin"), Column("Why"), _BOUND, Column("Declared at"))
    cells = [
        [
            _sequence(row, page),
            text_cell(row["plugin_name"]),
            text_cell(row["unused_reason"]),
            number_cell(row["usage_upper_bound_pct"]),
            code_cell(row["declaration_file_path"]),
        ]
        for row in rows
    ]
    return render_table(
        columns,
        cells,
        caption="Sequences never seen",
        empty=given.claim("Every declared sequence ran at least once.", "sequences", "sessions"),
    )


def unseen_beat_table(rows: Sequence[Row], page: str, given: Given) -> Markup:
    """Return the beats without an execution."""
    columns = (
        Column("Beat"),
        Column("Handler"),
        Column("Sequence"),
        Column("Why"),
        _BOUND,
        Column("Declared at"),
    )
    cells = [
        [
            text_cell(row["thing_name"]),
            text_cell(row["handler_name"]),
            _sequence(row, page),
            text_cell(row["unused_reason"]),
            number_cell(row["usage_upper_bound_pct"]),
            code_cell(f"{row['declaration_file_path']} {row['declaration_json_path']}"),
        ]
        for row in rows
    ]
    empty = given.claim("Every declared beat ran at least once.", "beats", "sessions")
    return render_table(columns, cells, caption="Beats never seen", empty=empty)


def unseen_topic_table(rows: Sequence[Row], page: str, given: Given) -> Markup:
    """Return topics no record speaks of."""
    columns = (Column("Topic"), Column("Why"), _BOUND)
    address = links.relative_link(page, links.TOPICS)
    cells = [
        [
            link_cell(row["thing_name"], address),
            text_cell(row["unused_reason"]),
            number_cell(row["usage_upper_bound_pct"]),
        ]
        for row in rows
    ]
    return render_table(
        columns,
        cells,
        caption="Topics never seen",
        empty=given.claim("Every topic with a beat or a route was seen at least once.", "topics", "sessions"),
    )


def drift_table(rows: Sequence[Row], page: str, given: Given) -> Markup:
    """Return where declarations disagree with the code, each other or production."""
    columns = (
        Column("Severity"),
        Column("What"),
        Column("Of"),
        Column("Declared"),
        Column("Found"),
        Column("Declaration"),
    )
    cells = [
        [
            badge_cell(row["severity"], tone(row["severity"])),
            text_cell(plain_words(row["drift_class"])),
            _subject(row, page),
            text_cell(row["declared"]),
            text_cell(row["found"]),
            code_cell(row["declaration_file_path"]),
        ]
        for row in rows
    ]
    return render_table(
        columns,
        cells,
        caption="Drift",
        empty=given.claim("Declarations, code and production agree in everything compared.", "sequences"),
    )


def headline_groups(rows: Sequence[Row]) -> list[dict[str, object]]:
    """Return the true figures, each with a table of the other ways of counting and why they differ from it."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["subject"], row["true_way"]), []).append(row)
    return [
        {
            "value": _value(own[0]["true_value"], own[0]["unit"]).html,
            "subject": "test coverage" if subject == "coverage" else subject,
            "way": way,
            "table": _headline_table(own, f"Other ways of counting {subject}"),
        }
        for (subject, way), own in groups.items()
        # Nothing counted in several ways is nothing each time.
        if any(row["true_value"] or row["naive_value"] for row in own)
    ]


def _headline_table(rows: Sequence[Row], caption: str) -> Markup:
    columns = (
        Column("Figure"),
        Column("Gives", is_number=True),
        Column("Difference", is_number=True),
        Column("Why it differs"),
        Column("How it counts"),
    )
    cells = [
        [
            text_cell(row["figure_title"]),
            _value(row["naive_value"], row["unit"]),
            _difference(row["difference"], row["unit"]),
            text_cell(_reason(row)),
            text_cell(row["naive_way"]),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption=caption, empty="No other way of counting.")


def _reason(row: Row) -> str:
    if row["difference"] is None:
        return "one of the two is not known: no report tells it"
    return f"{'equal here; ' if row['difference'] == 0 else ''}{row['difference_reason']}"


def _value(value: float | None, unit: str) -> Cell:
    if unit == "pct" and value is not None:
        return Cell(Markup(f"{format_number(value)} %"), value)
    return count_cell(None if value is None else round(value))


def _difference(value: float | None, unit: str) -> Cell:
    if value is None:
        return count_cell(None)
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    size = f"{format_number(abs(value))} points" if unit == "pct" else format_count(abs(value))
    return Cell(Markup(f"{sign}{size}"), value)


def _tests(row: Row) -> Cell:
    return count_cell(row["test_count"])


def _sequence(row: Row, page: str) -> Cell:
    return link_cell(row["sequence_name"], links.relative_link(page, links.sequence_url(row["sequence_id"])))


def _subject(row: Row, page: str) -> Cell:
    if row["handler_name"]:
        address = links.handler_url(row["handler_id"]) if row["handler_id"] else links.HANDLERS
        return link_cell(row["handler_name"], links.relative_link(page, address))
    if row["sequence_name"]:
        address = links.sequence_url(row["sequence_id"]) if row["sequence_id"] else links.SEQUENCES
        return link_cell(row["sequence_name"], links.relative_link(page, address))
    return link_cell(row["topic"], links.relative_link(page, links.TOPICS))
