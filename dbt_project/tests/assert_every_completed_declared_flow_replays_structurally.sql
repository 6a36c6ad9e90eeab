-- A completed flow of a declared sequence whose beats the log shows has at least its order to replay.
select flow_id
from {{ ref('fct_replay_bundles') }}
where
    flow_status = 'completed'
    and beat_execution_count > 0
    and sequence_id in (select sequence_id from {{ ref('dim_sequences') }})
    and logged_replay_level = 'none'
