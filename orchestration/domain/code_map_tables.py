"""The raw tables of the code map: what connects functions, tests and commits; and declared budgets.

Part of the contract in `tables`.
"""

from orchestration.domain.table_shape import BUDGET_COLUMNS, CODE_FILE_PATH, CODE_LINE_NUMBER, Column, Table

BEAT_HANDLERS = Table(
    "beat_handlers",
    "One row per declared beat that names a handler, with the function of exactly that beat.",
    (
        Column("sequence_key", "string", "Declared sequence.", True),
        Column("beat_position", "int64", "Place of the beat in the whole sequence, from 1.", True),
        Column("plugin_name", "string", "The declaring sequence's plugin.", True),
        Column("handler_name", "string", "The handler's name as declared.", True),
        Column("resolution", "string", "unique | ambiguous | unresolved.", True),
        Column("resolution_evidence", "string", "How it was found, in words.", True),
        CODE_FILE_PATH,
        CODE_LINE_NUMBER,
    ),
)

OFFERED_HANDLERS = Table(
    "offered_handlers",
    "One row per function a handlers module offers to sequences, declared by a beat or not.",
    (
        Column("handlers_file_path", "string", "File of the module that offers it, with /.", True),
        Column("handler_name", "string", "Name under which it is offered.", True),
        Column("package_name", "string", "Package of the module."),
        CODE_FILE_PATH,
        CODE_LINE_NUMBER,
        Column("is_declared", "bool", "A beat of a sequence that counts leads to this function.", True),
    ),
)

CODE_EDGES = Table(
    "code_edges",
    "One row per connection in the code: an import, a call inside the scanned code, a topic published or subscribed, "
    "a key of the shared state read or written.",
    (
        Column("code_file_path", "string", "File the edge starts in, with /.", True),
        Column("code_line_number", "int64", "Line of the import, call or access, from 1.", True),
        Column(
            "edge_kind",
            "string",
            "imports | calls | publishes | subscribes | reads_state | writes_state | returns_state.",
            True,
        ),
        Column("code_function_name", "string", "Innermost symbol around it; null at the top of the file."),
        Column("function_line_number", "int64", "First line of that symbol."),
        Column("target_name", "string", "What it leads to as written: module, callee, topic or key.", True),
        Column("target_file_path", "string", "File of the target, when it is in the scanned code."),
        Column("target_line_number", "int64", "First line of the target's function."),
        Column("is_test", "bool", "The edge starts in a test file.", True),
    ),
)

CODE_TESTS = Table(
    "code_tests",
    "One row per test found in the code.",
    (
        Column("test_file_path", "string", "Test file, with /.", True),
        Column("code_line_number", "int64", "Line of the test, from 1.", True),
        Column("code_end_line_number", "int64", "Last line of the test.", True),
        Column("test_title", "string", "Title as written, or the name of the test function.", True),
        Column("suite_title", "string", "Titles of the suites around it, outermost first, joined by ' > '."),
        Column("is_skipped", "bool", "Switched off in the code.", True),
    ),
)

TEST_RESULTS = Table(
    "test_results",
    "One row per test a result report (JUnit XML, Vitest or Jest JSON) speaks of.",
    (
        Column("test_file_path", "string", "Test file in the scanned code; null when it is not there."),
        Column("test_title", "string", "Title as reported.", True),
        Column("test_status", "string", "passed | failed | skipped.", True),
        Column("duration_ms", "float64", "Duration as reported, in milliseconds."),
        Column("failure_message", "string", "First line of the failure."),
        Column("report_file_path", "string", "The report.", True),
    ),
)

FILE_COVERAGE = Table(
    "file_coverage",
    "One row per scanned file and coverage report that speaks of it.",
    (
        Column("code_file_path", "string", "File relative to the scanned root, with /.", True),
        Column("covered_line_count", "int64", "Executable lines the tests ran.", True),
        Column("executable_line_count", "int64", "Executable lines the report knows.", True),
        Column("coverage_file_path", "string", "The report.", True),
    ),
)

COMMITS = Table(
    "commits",
    "One row per commit the bounded history holds.",
    (
        Column("commit_hash", "string", "Hash of the commit.", True),
        Column("committed_at", "timestamp", "Time of the commit, UTC.", True),
        Column("author_key", "string", "Keyed by a hash: authors are counted, not named.", True),
        Column("subject", "string", "First line of the message.", True),
        Column("file_count", "int64", "Files it changed in the scanned code.", True),
    ),
)

HANDLER_COMMITS = Table(
    "handler_commits",
    "One row per resolved handler and commit that changed its file.",
    (
        Column("plugin_name", "string", "Plugin of the handler.", True),
        Column("handler_name", "string", "Handler.", True),
        Column("commit_hash", "string", "Commit.", True),
        Column("is_line_change", "bool", "It changed lines of the function, not only others of the file.", True),
    ),
)

HANDLER_OWNERS = Table(
    "handler_owners",
    "One row per resolved handler and owner a CODEOWNERS file names for its file.",
    (
        Column("plugin_name", "string", "Plugin of the handler.", True),
        Column("handler_name", "string", "Handler.", True),
        Column("owner_name", "string", "Owner as written.", True),
    ),
)

SOURCE_MAPS = Table(
    "source_maps",
    "One row per source map of a built script found below the code.",
    (
        Column("generated_file_name", "string", "Built file the map belongs to, without its folders.", True),
        Column("source_map_path", "string", "The map, with /.", True),
        Column("content", "string", "The map's sources and mappings, as JSON.", True),
    ),
)

SCAN_PROBLEMS = Table(
    "scan_problems",
    "One row per input of the code scan that could not be used in full, and reason.",
    (
        Column("input_kind", "string", "report | history | owners | declaration | language | syntax.", True),
        Column("input_path", "string", "The file, the first of several, or the folder of the history, with /.", True),
        Column("problem", "string", "What is missing and why, in words; git's own where git refuses.", True),
    ),
)

DECLARED_BUDGETS = Table(
    "declared_budgets",
    "One row per limit on durations that a configuration file of the application declares.",
    (
        *BUDGET_COLUMNS,
        Column("declaration_file_path", "string", "File that declares it, with /.", True),
        Column("declaration_line_number", "int64", "Line of the key, from 1."),
        Column("declaration_key", "string", "Keys that lead to it, joined by dots.", True),
    ),
)

CODE_MAP_TABLES: tuple[Table, ...] = (
    BEAT_HANDLERS,
    OFFERED_HANDLERS,
    CODE_EDGES,
    CODE_TESTS,
    TEST_RESULTS,
    FILE_COVERAGE,
    COMMITS,
    HANDLER_COMMITS,
    HANDLER_OWNERS,
    SOURCE_MAPS,
    SCAN_PROBLEMS,
    DECLARED_BUDGETS,
)
