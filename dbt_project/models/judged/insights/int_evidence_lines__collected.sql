{# Lines that speak for a recommendation: its causes, what followed from them, and what it is compared with. #}

with symptoms as (
    select
        {{ stable_id(['fix_class', 'fix_place']) }} as recommendation_id,
        *
    from {{ ref('int_symptoms__collected') }}
    where line_number is not null
),

errors as (
    select * from {{ ref('fct_errors') }}
),

-- The errors a cause is: those it was found by, and those of the beat that failed.
roots as (
    select symptoms.recommendation_id, errors.error_id
    from symptoms
    inner join errors on symptoms.source_id = errors.error_id
    union
    select symptoms.recommendation_id, errors.error_id
    from symptoms
    inner join errors on symptoms.flow_id = errors.flow_id and symptoms.beat_number = errors.beat_number
    where not errors.is_consequence
),

harmed as (
    select distinct recommendation_id, session_id, flow_id, symptom_class = 'hung_flow' as is_hung from symptoms
),

-- A failed flow stands at its first line; the error that says so stands where it failed.
consequences as (
    select session_id, flow_id, deviation_class as evidence_class, observed, line_number
    from {{ ref('fct_flow_deviations') }}
    where is_consequence and severity in ('warning', 'critical') and deviation_class <> 'failed_flow'
),

-- A flow that never ends holds up the flows behind it, as any other that hangs in its session does.
followed as (
    select harmed.recommendation_id, consequences.*
    from harmed
    inner join consequences on harmed.session_id = consequences.session_id and harmed.flow_id = consequences.flow_id
    union
    select hung.recommendation_id, consequences.*
    from (select distinct recommendation_id, session_id from harmed where is_hung) as hung
    inner join consequences
        on hung.session_id = consequences.session_id and consequences.evidence_class = 'never_started_flow'
    union
    select roots.recommendation_id, errors.session_id, errors.flow_id, errors.error_kind, errors.message, errors.line_number
    from roots
    inner join errors on roots.error_id = errors.root_error_id and roots.error_id <> errors.error_id
    where errors.is_consequence and errors.severity = 'error'
),

measured as (
    select measure.*, handler.handler_id
    from {{ ref('int_recommendations__of_measures') }} as measure
    inner join {{ ref('dim_handlers') }} as handler
        on measure.handler_name = handler.handler_name and measure.plugin_name = handler.plugin_name
    where measure.symptom_kind in ('performance', 'coverage')
),

united as (
    select
        recommendation_id,
        session_id,
        flow_id,
        'cause' as evidence_role,
        symptom_class as evidence_class,
        observed,
        line_number
    from symptoms
    union all
    select recommendation_id, session_id, flow_id, 'consequence', evidence_class, observed, line_number from followed
    union all
    select
        measured.recommendation_id, exemplar.session_id, exemplar.flow_id,
        case when exemplar.exemplar = 'median' then 'comparison' else 'cause' end,
        exemplar.exemplar || '_execution', round(exemplar.duration_ms, 1) || ' ms', exemplar.line_number
    from measured
    inner join {{ ref('rpt_exemplars') }} as exemplar on measured.handler_id = exemplar.subject_id
    where exemplar.execution_kind = 'handler' and exemplar.exemplar in ('slowest', 'median')
    union all
    select
        {{ stable_id(["'regression'", "'regression'", 'regression_id']) }}, after_example_session_id, null, 'cause',
        'execution_after', round(after_ms, 1) || ' ms', after_example_line_number
    from {{ ref('fct_regressions') }}
    union all
    select
        {{ stable_id(["'regression'", "'regression'", 'regression_id']) }}, before_example_session_id, null, 'comparison',
        'execution_before', round(before_ms, 1) || ' ms', before_example_line_number
    from {{ ref('fct_regressions') }}
    union all
    select
        {{ stable_id(["'state'", 'finding_class', 'state_finding_id']) }}, session_id, null, 'cause', finding_class,
        observed, line_number
    from {{ ref('rpt_state_findings') }}
)

select distinct * from united
where session_id is not null and line_number is not null
