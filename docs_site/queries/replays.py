"""How well flows of each sequence replay, and which values the log would have to show: by sequence_id.

The levels and scores are the mart's; here they are only counted and averaged.
"""

from collections import defaultdict
from pathlib import Path

from orchestration.warehouse import Row, load_rows

# The flow named as an example: completed, and of those the one the log says most of.
_LEVELS = """
select sequence_id, count(*) as flow_count, avg(replayability_pct) as replayability_pct,
       min(replayability_pct) as least_pct, max(replayability_pct) as most_pct,
       count(*) filter (where logged_replay_level <> 'none') as structural_count,
       count(*) filter (where logged_replay_level in ('stubbed', 'live')) as stubbed_count,
       count(*) filter (where logged_replay_level = 'live') as live_count,
       count(divergence_class) as diverging_count,
       arg_max(flow_id, (flow_status = 'completed', replayability_pct, started_at, flow_id)) as example_flow_id
from marts.fct_replay_bundles where flow_status <> 'never_started' and sequence_id is not null
group by sequence_id
"""
_MISSING = """
with flows as (
    select flow_id, sequence_id, fact_count, count(*) over (partition by sequence_id) as flow_count
    from marts.fct_replay_bundles where flow_status <> 'never_started' and sequence_id is not null
)
select flows.sequence_id, inputs.state_key, inputs.input_state, count(*) as input_count,
       count(distinct inputs.flow_id) as flow_count,
       sum(100.0 / flows.fact_count / flows.flow_count order by flows.fact_count) as gain_pct
from marts.fct_replay_inputs inputs join flows using (flow_id)
where inputs.input_state <> 'known'
group by flows.sequence_id, inputs.state_key, inputs.input_state
order by flows.sequence_id, gain_pct desc, inputs.state_key, inputs.input_state
"""


def load_replay_levels(warehouse: Path) -> dict[str, Row]:
    """Return counts by level and the mean score of every sequence that was played."""
    return {row["sequence_id"]: row for row in load_rows(warehouse, _LEVELS)}


def load_missing_values(warehouse: Path) -> dict[str, list[Row]]:
    """Return the keys whose values the log does not show, with what they would add to the mean score, most first."""
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in load_rows(warehouse, _MISSING):
        groups[row["sequence_id"]].append(row)
    return groups
