"""Which check fails when one log with a known fault is added to all healthy ones; prints Markdown tables.

Run as `python -m tests.benchmarks.check_faults HOME` on a home whose run read the corpus' `clean` and `faulty` logs.
What one session says does not depend on others, so a home of the clean logs and one faulty log is made from that one:
its tables are cut to those sessions, anomalies are detected anew among them, and the models above are built by their
own compiled SQL. Great Expectations then judges as in a run. A fault is found when a check made for it fails; it is
named when an example of the check leads to a line of the faulty log and names the beat, topic or handler that changed.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from expectations.marts import fct_breach_counts
from expectations.result import SuiteResult
from expectations.source import Source
from expectations.validate import validate_suite
from orchestration.analysis.anomalies.model import selection
from orchestration.analysis.anomalies.verdict import detect_rows, read_options
from tests.benchmarks.alignment_faults import Target, Warehouse, is_added, target_of
from tests.benchmarks.anomaly_faults import SOURCES
from tests.corpus import corpus_path

# The checks made for each class of fault. What only slows down (a, g) is found by comparison with other sessions.
CHECKS = {
    "b_handler_throws": {"no_handler_fails"},
    "b2_beat_fails": {"no_beat_fails"},
    "c_beat_execution_skip": {"no_beat_is_missing"},
    "c_beat_execution_duplicate": {"no_beat_repeats"},
    "c_beat_execution_reorder": {"every_beat_keeps_its_place"},
    "c_beat_sequence_changed": {"no_beat_is_missing", "every_beat_keeps_its_place", "no_beat_repeats"},
    "d_undeclared_beat": {"no_beat_is_undeclared"},
    "e_subscription_missing": {"every_beat_reaches_its_handler"},
    "e_topic_misrouted": {"every_topic_follows_its_routes"},
    "f_never_completes": {"no_flow_hangs"},
    "h_storm": {"nothing_storms"},
    "a_slow_handler": {"no_session_is_unusual"},
    "g_main_thread_stall": {"no_session_is_unusual"},
    # A log that ends inside a flow must fail nothing.
    "f_tab_closed": set(),
}
# In the order they build on each other, from the builds to the counts of breaches.
MODELS = (
    "rpt_builds",
    "int_sessions__rostered",
    "anomalies",
    "fct_anomalies",
    "int_storms__rooted",
    "int_breaches__collected",
    "int_breach_chances__counted",
    "int_breaches__counted",
    "int_mounts__compared",
    "fct_breach_counts",
)


@dataclass
class Tally:
    """What became of the faults of one class."""

    effective: int = 0
    found: int = 0
    named: int = 0
    others: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    examples: list[str] = field(default_factory=list)


class Home:
    """The tables of a finished run, of which any part can be judged as if it were all."""

    def __init__(self, folder: Path) -> None:
        self._warehouse = folder / "warehouse.duckdb"
        self._sql = {path.stem: path for path in (folder / "dbt" / "compiled").rglob("models/**/*.sql")}
        with duckdb.connect(str(self._warehouse), read_only=True) as connection:
            self._tables = connection.execute(
                "select schema_name, table_name, bool_or(column_name = 'session_id') from duckdb_columns() "
                "where schema_name in ('staging', 'intermediate', 'measured', 'marts', 'reports', 'seeds') group by all"
            ).fetchall()
            self.files = dict(
                connection.execute(
                    "select parse_filename(log_file_path), session_id from marts.dim_sessions"
                ).fetchall()
            )

    def judge(self, files: list[str]) -> tuple[dict[str, SuiteResult], list[tuple[Any, ...]]]:
        """Return what each check says of these logs alone, and the breaches it was told of."""
        with duckdb.connect() as connection:
            self._cut(connection, [self.files[name] for name in files])
            for model in MODELS:
                self._build(connection, model)
            results = validate_suite(Source(connection), fct_breach_counts.SUITE)
            breaches = connection.execute(
                "select breach_class, thing_kind, thing_name, sequence_name, beat_number, "
                "parse_filename(log_file_path) from marts.fct_breach_counts where newest_count > 0"
            ).fetchall()
        return {result.check_name: result for result in results}, breaches

    def _cut(self, connection: duckdb.DuckDBPyConnection, sessions: list[str]) -> None:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{self._warehouse}' as warehouse (read_only)")
        connection.execute("create table chosen as select unnest(?) as session_id", [sessions])
        for schema, table, has_sessions in self._tables:
            connection.execute(f"create schema if not exists {schema}")
            part = " where session_id in (select session_id from memory.main.chosen)" if has_sessions else ""
            connection.execute(f"create view {schema}.{table} as select * from warehouse.{schema}.{table}{part}")

    def _build(self, connection: duckdb.DuckDBPyConnection, model: str) -> None:
        ((schema,),) = [(schema,) for schema, table, _ in self._tables if table == model]
        if model == "anomalies":
            found = _detect(connection)
            connection.execute(f"drop view {schema}.{model}")
            connection.register("found", found)
            connection.execute(f"create table {schema}.{model} as select * from found")
            return
        sql = self._sql[model].read_text(encoding="utf-8").replace('"warehouse".', "")
        connection.execute(f"create table {schema}.new_{model} as {sql}")
        connection.execute(f"drop view {schema}.{model}")
        connection.execute(f"alter table {schema}.new_{model} rename to {model}")


def _detect(connection: duckdb.DuckDBPyConnection) -> Any:
    tables = {
        name: connection.sql(f"select {selection(name)} from {source}").to_arrow_table()
        for name, source in SOURCES.items()
    }
    settings = connection.sql("select * from staging.stg_project__anomaly_settings").to_arrow_table()
    return detect_rows(tables, read_options(settings))


def is_named(
    result: SuiteResult, label: dict[str, Any], target: Target, breaches: list[tuple[Any, ...]], warehouse: Warehouse
) -> bool:
    """Tell whether an example of the check leads to the faulty log and names what was changed."""
    handler, fault = label["where"].get("handler"), label["class"]
    right = {
        str(thing)
        for _, kind, thing, sequence, beat, name in breaches
        if name == label["file"]
        and (
            (kind == "topic" and thing in target.topics)
            or (kind == "handler" and thing == handler)
            or (kind == "session" and fault in ("a_slow_handler", "g_main_thread_stall"))
            or (kind == "beat" and _is_beat(warehouse.names.get(sequence), beat, target, fault, warehouse))
        )
    }
    return any(
        label["file"] in example.partition(": ")[0] and any(thing in example for thing in right)
        for example in result.examples
    )


def _is_beat(key: str | None, beat: int, target: Target, fault: str, warehouse: Warehouse) -> bool:
    topic = warehouse.topics[key or ""].get(beat)
    return key in target.sequences and (topic in target.topics or is_added(topic, key or "", fault, warehouse))


def tally_faults(home: Home, labels: list[dict[str, Any]], clean: list[str], warehouse: Warehouse) -> dict[str, Tally]:
    """Return a tally per class of fault, each log judged with all clean ones."""
    usual = set(_failed(home.judge(clean)[0]))
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for label in labels:
        fault, tally = label["class"], tallies[label["class"]]
        if not label["effective"]:
            continue
        results, breaches = home.judge([*clean, label["file"]])
        failed, target = _failed(results), target_of(label, warehouse)
        hits = [result for name, result in failed.items() if name in CHECKS[fault]]
        tally.effective += 1
        tally.found += bool(hits)
        tally.named += any(is_named(hit, label, target, breaches, warehouse) for hit in hits)
        for name in set(failed) - CHECKS[fault] - usual:
            tally.others[name] += 1
        tally.examples += [hit.examples[0] for hit in hits[:1]]
    return dict(sorted(tallies.items()))


def _failed(results: dict[str, SuiteResult]) -> dict[str, SuiteResult]:
    return {name: result for name, result in results.items() if not result.is_success}


def rows(tallies: dict[str, Tally]) -> Iterator[str]:
    """Return the Markdown rows of the table."""
    yield "| Fault | Check made for it | Effective | Fails | Names the place | Other checks that fail too |"
    yield "|---|---|---|---|---|---|"
    for fault, tally in tallies.items():
        checks = ", ".join(f"`{name}`" for name in sorted(CHECKS[fault])) or "none: a cut log fails nothing"
        others = ", ".join(f"`{name}` {count}" for name, count in sorted(tally.others.items())) or "none"
        found, named = (tally.found, tally.named) if CHECKS[fault] else ("-", "-")
        yield f"| `{fault}` | {checks} | {tally.effective} | {found} | {named} | {others} |"


def main() -> int:
    """Print the tables; fail when a fault with a check of its own is missed or misnamed."""
    corpus = corpus_path()
    if corpus is None or len(sys.argv) != 2:
        print(__doc__)
        return 2
    home = Home(Path(sys.argv[1]))
    warehouse = Warehouse(Path(sys.argv[1]) / "warehouse.duckdb")
    text = (corpus / "logs" / "faulty" / "labels.jsonl").read_text(encoding="utf-8")
    clean = sorted(path.name for path in (corpus / "logs" / "clean").glob("*.log"))
    print(f"On the {len(clean)} clean logs alone:\n")
    for name, result in _failed(home.judge(clean)[0]).items():
        print(f"- `{name}`: {result.observed}")
        print("".join(f"    - {example}\n" for example in result.examples), end="")
    tallies = tally_faults(home, [json.loads(line) for line in text.splitlines()], clean, warehouse)
    print("\n" + "\n".join(rows(tallies)) + "\n")
    print("".join(f"- {example}\n" for tally in tallies.values() for example in tally.examples), end="")
    judged = [tally for fault, tally in tallies.items() if CHECKS[fault] and fault[0] not in "ag"]
    return 0 if all(tally.effective == tally.found == tally.named for tally in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
