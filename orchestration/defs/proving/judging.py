"""What a warehouse says of its sessions, in the shape faults are held against: findings, and the simple baselines.

SQL over published tables only. What counts as found is orchestration/faults/fault_scores.py.
"""

from collections import Counter, defaultdict
from pathlib import Path

from orchestration.faults.fault_scores import ANOMALY, CAUSE, DEVIATION, SLOW_KINDS, Finding
from orchestration.faults.scene import Fault
from orchestration.warehouse import fetch_tuples, open_tables

_FINDINGS = f"""
select log_file_path, '{DEVIATION}', deviation_class, severity, sequence_name, topic, handler_name, line_number
from marts.fct_flow_deviations where severity in ('critical', 'warning') and not is_accepted
union all
select log_file_path, '{ANOMALY}', detector, severity, sequence_name, topic, handler_name, line_number
from marts.fct_anomalies where severity in ('critical', 'warning')
order by all
"""
_CAUSES = f"""
select log_file_path, '{CAUSE}', fix_class, '', sequence_name, topic, handler_name, coalesce(line_number, 0)
from reports.rpt_session_causes order by log_file_path, cause_number
"""
# The simple rule for order: the beats of a completed or stopped flow are not, one by one, those that are declared.
_OTHER_FLOWS = """
with declared as (
    select sequences.sequence_name, list(beats.topic order by beats.beat_position) as topics
    from marts.dim_beats as beats inner join marts.dim_sequences as sequences using (sequence_id)
    group by all
),

observed as (
    select flows.log_file_path, flows.flow_id, flows.sequence_name,
        list(beats.topic order by beats.line_number) filter (where beats.flow_id is not null) as topics
    from marts.fct_flows as flows left join marts.fct_beat_executions as beats using (flow_id)
    group by all
)

select observed.log_file_path, observed.sequence_name, count(*)
from observed inner join declared using (sequence_name)
where observed.topics is distinct from declared.topics
group by all
"""
# The simple rule for durations and storms: beyond the mean and three standard deviations of the training sessions.
_SLOW = """
with executions as (
    select log_file_path, handler_name, duration_ms from marts.fct_handler_executions
    where duration_ms is not null and handler_name is not null
),

usual as (
    select handler_name, avg(duration_ms) + 3 * coalesce(stddev_samp(duration_ms), 0) as most from executions
    where list_contains(?::varchar[], log_file_path) group by all
)

select log_file_path, handler_name, count(*) from executions inner join usual using (handler_name)
where duration_ms > most group by all
"""
_MANY = """
with counts as (
    select log_file_path, sequence_name, count(*) as flow_count from marts.fct_flows group by all
),

usual as (
    select sequence_name, avg(flow_count) + 3 * coalesce(stddev_samp(flow_count), 0) as most from counts
    where list_contains(?::varchar[], log_file_path) group by all
)

select log_file_path, sequence_name, flow_count from counts inner join usual using (sequence_name)
where flow_count > most
"""
ORDER_KINDS = frozenset(
    {"beat_fails", "flow_aborts", "beat_skipped", "beat_repeated", "beat_reordered", "beat_undeclared"}
    | {"flow_hangs", "log_cut"}
)

Counts = dict[str, Counter[str]]


class Judgements:
    """What was found in a warehouse, by session; and what simple rules would find."""

    def __init__(self, warehouse: Path, training: list[str]) -> None:
        """Read everything at once and let go of the warehouse."""
        self._findings: defaultdict[str, list[Finding]] = defaultdict(list)
        self._causes: defaultdict[str, list[Finding]] = defaultdict(list)
        with open_tables(warehouse) as connection:
            for query, kept in ((_FINDINGS, self._findings), (_CAUSES, self._causes)):
                for row in fetch_tuples(connection, query):
                    kept[row[0]].append(Finding(*row))
            self._other_flows = _counts(fetch_tuples(connection, _OTHER_FLOWS))
            self._slow = _counts(fetch_tuples(connection, _SLOW, [training]))
            self._many = _counts(fetch_tuples(connection, _MANY, [training]))

    def findings(self, log_file_path: str) -> list[Finding]:
        """Return the findings of a session."""
        return self._findings.get(log_file_path, [])

    def causes(self, log_file_path: str) -> list[Finding]:
        """Return the causes of a session, the likeliest first."""
        return self._causes.get(log_file_path, [])

    def simple_findings(self, log_file_path: str) -> int:
        """Return how many handlers and sequences the simple rules would call unusual in a session."""
        return sum(len(counts.get(log_file_path, ())) for counts in (self._other_flows, self._slow, self._many))

    def is_found_simply(self, fault: Fault, copy: str, original: str) -> bool | None:
        """Tell whether a simple rule would find the fault beyond the original; None where there is no such rule."""
        if fault.kind in ORDER_KINDS:
            counts, name = self._other_flows, fault.sequence_name
        elif fault.kind in SLOW_KINDS:
            counts, name = self._slow, fault.handler_name
        elif fault.kind == "storm":
            counts, name = self._many, fault.sequence_name
        else:
            return None
        place = str(name)
        return counts.get(copy, Counter())[place] > counts.get(original, Counter())[place]


def _counts(rows: list[tuple[str, str, int]]) -> Counts:
    found: Counts = {}
    for path, name, count in rows:
        found.setdefault(path, Counter())[name] = count
    return found
