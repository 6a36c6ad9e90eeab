-- Known facts are among the facts, and the inputs' states add up.
select flow_id
from {{ ref('fct_replay_bundles') }}
where
    known_fact_count > fact_count
    or replayability_pct not between 0 and 100
    or known_input_count + cut_input_count + hidden_input_count + unlogged_input_count <> input_count
