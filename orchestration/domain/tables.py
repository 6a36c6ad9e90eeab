"""The raw tables of the lake: every column once, with its kind and meaning.

What is written by log_ingest and code_scan and read by dbt is agreed here. A new raw column is added here first;
the Parquet schema (orchestration/lake.py), the dbt sources and the column schema in Dagster follow from it, and a
test compares them. Marts are described beside their SQL, not here.
"""

from orchestration.domain.code_map_tables import CODE_MAP_TABLES
from orchestration.domain.passed_over import PASSED_OVER_FILES
from orchestration.domain.project_tables import (
    ACCEPTED_DEVIATIONS,
    ANOMALY_SETTINGS,
    CONFIGURED_BUDGETS,
    NAMED_BUILDS,
)
from orchestration.domain.state_changes import STATE_CHANGES
from orchestration.domain.table_shape import CODE_FILE_PATH, CODE_LINE_NUMBER, LINE_NUMBER, LOG_FILE_ID, LOG_FILE_PATH
from orchestration.domain.table_shape import Column as Column
from orchestration.domain.table_shape import Kind as Kind
from orchestration.domain.table_shape import Table as Table

# The fields a dialect's rule may capture. A named group of a rule is one of these, nothing else.
RECORD_FIELDS: tuple[Column, ...] = (
    Column("sequence_key", "string", "The application's own id of a sequence."),
    Column("sequence_name", "string", "The name of a sequence."),
    Column("plugin_name", "string", "The plugin an application groups sequences and handlers under."),
    Column("handler_name", "string", "The function that handles a beat."),
    Column("movement_name", "string", "The name of a movement."),
    Column("beat_number", "int64", "The number of a beat in its movement, as the log says it."),
    Column("topic", "string", "The application's own event name."),
    Column("request_id", "string", "The application's own id of one flow."),
    Column("subscriber_index", "int64", "Place of a subscriber among those of a topic, from 0."),
    Column("item_count", "int64", "The number of things the record speaks of (beats, routes, subscribers)."),
    Column("attempt_number", "int64", "Which attempt of a retried beat, from 1."),
    Column("duration_ms", "float64", "Duration the record states, in milliseconds."),
    Column("clock_ms", "float64", "The application's monotonic clock, in milliseconds since its start."),
    Column("error_class", "string", "Class of an error, such as TypeError."),
    Column("error_message", "string", "Text of an error, first line."),
    Column("state_change", "string", "Keys of the flow's state that changed: '+added ~updated -removed'."),
    Column("state_preview", "string", "The application's own, often shortened, preview of the state."),
    Column("network_method", "string", "HTTP method of a network request."),
    Column("network_url", "string", "URL of a network request."),
    Column("user_action", "string", "What a user did, in the application's words."),
    Column("build_name", "string", "Build, release or commit the application says it is."),
)

LOG_FILES = Table(
    "log_files",
    "One row per discovered log file, readable or not.",
    (
        LOG_FILE_ID,
        LOG_FILE_PATH,
        Column("content_version", "string", "Hash of the bytes ingested so far and of what shaped their rows.", True),
        Column(
            "ingest_status",
            "string",
            "ok | empty | duplicate | forgotten | not_a_log | unrecognised | damaged | unreadable | quarantined.",
            True,
        ),
        Column("problem", "string", "What was wrong, in words, with what to do."),
        Column("duplicate_of_path", "string", "For a duplicate: the path under which the same bytes were ingested."),
        Column("dialect_name", "string", "Dialect recognised; null when none was."),
        Column("dialect_match_pct", "float64", "Share of sampled lines the dialect recognises, 0 to 100."),
        Column("correlation", "string", "How flows are told apart: sequential | request_id."),
        Column("byte_count", "int64", "Bytes of the (decompressed) file that were looked at.", True),
        Column("line_count", "int64", "Physical lines: equals record + rejected + blank lines.", True),
        Column("record_line_count", "int64", "Lines that are part of a record.", True),
        Column("rejected_line_count", "int64", "Lines kept in rejected_lines.", True),
        Column("blank_line_count", "int64", "Lines with nothing but white space outside a record.", True),
        Column("held_back_byte_count", "int64", "Bytes of an unfinished last line, waiting for its end.", True),
        Column("record_count", "int64", "Records made.", True),
        Column("other_record_count", "int64", "Records no rule names (message_type 'other').", True),
        Column("redaction_count", "int64", "Secrets replaced.", True),
        Column("replaced_character_count", "int64", "Invalid UTF-8 sequences replaced by U+FFFD.", True),
        Column("refused_stamp_count", "int64", "Records whose time is outside 1970 to 2100: they have none.", True),
        Column("first_emitted_at", "timestamp", "Earliest time stamp in the file."),
        Column("last_emitted_at", "timestamp", "Latest time stamp in the file."),
        Column("file_modified_at", "timestamp", "Modification time of the file when it was read."),
        Column("is_gone", "bool", "Its file was gone when logs were last read; its rows are kept."),
    ),
)

LOG_RECORDS = Table(
    "log_records",
    "One row per log record: a log line with the continuation lines and stack frames that belong to it.",
    (
        LOG_FILE_ID,
        LOG_FILE_PATH,
        LINE_NUMBER,
        Column("line_count", "int64", "Physical lines of the record.", True),
        Column("emitted_at", "timestamp", "Time stamp of the record, UTC; null where the log has none."),
        Column("severity", "string", "debug | info | warning | error.", True),
        Column("source_file_name", "string", "File, or class of the logger, the log says the message came from."),
        Column("source_line_number", "int64", "Line in that file."),
        Column("message_type", "string", "Name of the dialect's rule that matched; 'other' when none did.", True),
        Column("signal", "string", "What the record means (domain/signals.py); null when it means nothing to us."),
        Column("message", "string", "First line after anchor and stamp, secrets replaced.", True),
        Column("detail", "string", "Further lines of the record, joined by line feeds; null when there are none."),
        *RECORD_FIELDS,
    ),
)

REJECTED_LINES = Table(
    "rejected_lines",
    "One row per line no rule understood, with the reason.",
    (
        LOG_FILE_ID,
        LOG_FILE_PATH,
        LINE_NUMBER,
        Column("reason", "string", "unknown_dialect | orphan_continuation | binary | too_long | damaged.", True),
        Column("line_text", "string", "The line, secrets replaced, cut at 2,000 characters.", True),
        Column("byte_count", "int64", "Bytes of the line before it was cut.", True),
    ),
)

REDACTIONS = Table(
    "redactions",
    "One row per log file and kind of secret: how many were replaced.",
    (
        LOG_FILE_ID,
        LOG_FILE_PATH,
        Column("redaction_rule", "string", "Name of the rule, such as email_address.", True),
        Column("redaction_count", "int64", "Occurrences replaced.", True),
    ),
)

DECLARATION_FILE_PATH = Column("declaration_file_path", "string", "File of the declaration, with /.", True)

SEQUENCES = Table(
    "sequences",
    "One row per declared sequence and declaring file; the same id may be declared in several files.",
    (
        Column("sequence_key", "string", "The declaration's own id.", True),
        Column("sequence_name", "string", "The declaration's name.", True),
        Column("plugin_name", "string", "The declaration's pluginId."),
        Column("package_name", "string", "Package or folder that owns the declaration."),
        Column("description", "string", "The declaration's own words."),
        Column("category", "string", "The declaration's category."),
        Column("movement_count", "int64", "Movements declared.", True),
        Column("beat_count", "int64", "Beats declared.", True),
        Column("handlers_module", "string", "Module path the declaration's index names for its handlers."),
        Column(
            "declaration_hash", "string", "Hash of movements and beats: equal declarations have equal hashes.", True
        ),
        Column("is_primary", "bool", "The copy that is used when one id is declared several times.", True),
        DECLARATION_FILE_PATH,
    ),
)

BEATS = Table(
    "beats",
    "One row per beat of a declared sequence (primary declarations only).",
    (
        Column("sequence_key", "string", "Declared sequence.", True),
        Column("movement_number", "int64", "Place of the movement, from 1.", True),
        Column("movement_key", "string", "The movement's own id."),
        Column("movement_name", "string", "The movement's name."),
        Column("beat_number", "int64", "The beat's number as declared.", True),
        Column("beat_position", "int64", "Place of the beat in the whole sequence, from 1.", True),
        Column("topic", "string", "Event the beat emits."),
        Column("handler_name", "string", "Handler the beat names."),
        Column("beat_title", "string", "Title of the beat."),
        Column("beat_kind", "string", "pure | io | stage-crew | ... as declared."),
        Column("timing", "string", "immediate | ... as declared."),
        Column("error_handling", "string", "What a failure does, as declared."),
        DECLARATION_FILE_PATH,
        Column("declaration_json_path", "string", "Path of the beat in its file, like $.movements[0].beats[2].", True),
    ),
)

HANDLERS = Table(
    "handlers",
    "One row per declared (plugin, handler) pair, with where its function is.",
    (
        Column("plugin_name", "string", "The declaring sequence's plugin.", True),
        Column("handler_name", "string", "The handler's name as declared.", True),
        Column("package_name", "string", "Package that owns the function."),
        Column("resolution", "string", "unique | ambiguous | unresolved.", True),
        Column("resolution_evidence", "string", "How it was found, in words.", True),
        Column("candidate_count", "int64", "Places that remain possible.", True),
        Column("candidates", "string", "Those places as file:line, separated by line feeds."),
        CODE_FILE_PATH,
        CODE_LINE_NUMBER,
        Column("code_end_line_number", "int64", "Last line of the function."),
        Column("code_function_name", "string", "The function's own name."),
        Column("signature", "string", "Parameters and return type as written."),
        Column("doc_comment", "string", "The comment directly above the function."),
        Column("is_async", "bool", "Declared async or returns a promise literally."),
    ),
)

HANDLER_TESTS = Table(
    "handler_tests",
    "One row per test file that names or imports a handler's function.",
    (
        Column("plugin_name", "string", "Plugin of the handler.", True),
        Column("handler_name", "string", "Handler.", True),
        Column("test_file_path", "string", "Test file, with /.", True),
        Column("evidence", "string", "imports | names.", True),
        Column("test_count", "int64", "it/test calls in that file.", True),
    ),
)

HANDLER_COVERAGE = Table(
    "handler_coverage",
    "One row per resolved handler for which a coverage report speaks of its file.",
    (
        Column("plugin_name", "string", "Plugin of the handler.", True),
        Column("handler_name", "string", "Handler.", True),
        Column("covered_line_count", "int64", "Executable lines of the function the tests ran.", True),
        Column("executable_line_count", "int64", "Executable lines of the function the report knows.", True),
        Column("coverage_file_path", "string", "The report.", True),
    ),
)

TOPIC_ROUTES = Table(
    "topic_routes",
    "One row per declared topic and route; a topic without a route has one row with null plugin and sequence.",
    (
        Column("topic", "string", "Declared topic.", True),
        Column("plugin_name", "string", "Plugin routed to."),
        Column("sequence_key", "string", "Sequence routed to."),
        Column(
            "route_kind",
            "string",
            "topic (publishing starts the sequence) | interaction (a name to ask for the sequence by) | "
            "definition (no word of routes).",
            True,
        ),
        DECLARATION_FILE_PATH,
    ),
)

PLUGINS = Table(
    "plugins",
    "One row per plugin a plugin manifest declares.",
    (
        Column("plugin_name", "string", "Declared plugin.", True),
        Column("description", "string", "The manifest's words."),
        DECLARATION_FILE_PATH,
    ),
)

SOURCE_FILES = Table(
    "source_files",
    "One row per file the code scan looked at.",
    (
        Column("code_file_path", "string", "File relative to the scanned root, with /.", True),
        Column("language", "string", "typescript | tsx | javascript | python | c_sharp | json; null when skipped."),
        Column("scan_status", "string", "ok | partial (syntax errors inside) | skipped.", True),
        Column("problem", "string", "Why it was skipped or partial, in words."),
        Column("byte_count", "int64", "Size.", True),
        Column("line_count", "int64", "Lines.", True),
        Column("content_hash", "string", "Hash of the bytes; null when they were not read."),
        Column("is_test", "bool", "The file holds tests.", True),
        Column("test_count", "int64", "it/test calls, xUnit or pytest tests in it.", True),
        Column("test_framework", "string", "Framework its tests are of, by what it imports; null when it says none."),
        Column("commit_count", "int64", "Commits of the bounded history that changed it; null without a history."),
    ),
)

CODE_SYMBOLS = Table(
    "code_symbols",
    "One row per function, method or class found in the source.",
    (
        Column("code_file_path", "string", "File relative to the scanned root, with /.", True),
        Column("code_line_number", "int64", "First line, from 1.", True),
        Column("code_end_line_number", "int64", "Last line.", True),
        Column("code_function_name", "string", "Name; '(anonymous)' where it has none.", True),
        Column("symbol_kind", "string", "function | arrow | method | object_member | class.", True),
        Column("enclosing_symbol", "string", "Name of the symbol around it."),
        Column("is_exported", "bool", "Visible to importers.", True),
        Column("is_test", "bool", "In a test file.", True),
        Column("signature", "string", "Parameters and return type as written."),
        Column("doc_comment", "string", "The comment directly above."),
        Column("complexity", "int64", "McCabe's number: 1 + branching points."),
        Column("line_count", "int64", "Lines of the symbol.", True),
        Column("covered_line_count", "int64", "Executable lines of the function the tests ran; null without a report."),
        Column("executable_line_count", "int64", "Executable lines of the function the coverage reports know."),
    ),
)

LOG_TABLES: tuple[Table, ...] = (LOG_FILES, LOG_RECORDS, STATE_CHANGES, REJECTED_LINES, REDACTIONS, PASSED_OVER_FILES)
CODE_TABLES: tuple[Table, ...] = (
    SEQUENCES,
    BEATS,
    HANDLERS,
    HANDLER_TESTS,
    HANDLER_COVERAGE,
    TOPIC_ROUTES,
    PLUGINS,
    SOURCE_FILES,
    CODE_SYMBOLS,
    *CODE_MAP_TABLES,
)
PROJECT_TABLES: tuple[Table, ...] = (NAMED_BUILDS, ACCEPTED_DEVIATIONS, ANOMALY_SETTINGS, CONFIGURED_BUDGETS)
RAW_TABLES: tuple[Table, ...] = LOG_TABLES + CODE_TABLES + PROJECT_TABLES
