"""For every check one harm: the statement that turns a healthy project into one the check must fail on.

The text after it is what the check must have found, so that a person can act on it.
"""

# The checks of things one by one, a class each of them judges, and what its things are called.
BREACHES = (
    ("no_flow_fails", "failed_flow", "beats"),
    ("no_flow_hangs", "hung_flow", "beats"),
    ("every_sequence_conforms", "nonconforming_flow", "sequences"),
    ("no_beat_fails", "failed_beat", "beats"),
    ("no_beat_is_missing", "missing_beat", "beats"),
    ("no_beat_is_undeclared", "unexpected_beat", "beats"),
    ("no_beat_repeats", "repeated_beat", "beats"),
    ("every_beat_keeps_its_place", "out_of_order_beat", "beats"),
    ("every_beat_reaches_its_handler", "no_handler", "beats"),
    ("no_undeclared_handler_answers", "wrong_handler", "handlers"),
    ("no_handler_fails", "handler_failed", "handlers"),
    ("every_topic_follows_its_routes", "unrouted_topic", "topics"),
    ("every_request_finds_its_target", "unknown_plugin", "topics and requests"),
    ("no_event_is_blocked", "blocked_emission", "topics and sequences"),
    ("nothing_storms", "storm", "topics, sequences and handlers"),
    ("no_session_is_unusual", "unusual_session", "sessions"),
    ("plugins_mount_as_before", "unsuccessful_mount", "plugins with unsuccessful attempts, session by session"),
)

HARMS: dict[tuple[str, str], tuple[str, str]] = {
    ("raw.log_files", "a_log_was_read"): (
        "update raw.log_files set ingest_status = 'empty'",
        "0 of 4 files read",
    ),
    ("raw.log_files", "files_are_readable"): (
        "update raw.log_files set ingest_status = 'unreadable', problem = 'no permission' where log_file_id = 'f1'",
        "1 of 4 log files failed (25%)",
    ),
    ("raw.log_files", "dialects_are_recognised"): (
        "update raw.log_files set ingest_status = 'unrecognised' where log_file_id = 'f2'",
        "1 of 4 log files failed (25%)",
    ),
    ("raw.log_files", "reject_rate_is_low"): (
        "update raw.log_files set rejected_line_count = 100 where log_file_id = 'f1'",
        "106 of 40,000 lines rejected (0.265%)",
    ),
    ("raw.log_files", "reject_rate_is_bearable"): (
        "update raw.log_files set rejected_line_count = 600",
        "2,400 of 40,000 lines rejected (6.000%)",
    ),
    ("raw.log_files", "no_file_is_mostly_rejected"): (
        "update raw.log_files set rejected_line_count = 600 where log_file_id = 'f1'",
        "1 of 4 log files failed (25%)",
    ),
    ("raw.log_files", "most_records_are_named"): (
        "update raw.log_files set other_record_count = 3000",
        "12,000 of 36,000 records unnamed (33.33%)",
    ),
    ("raw.log_files", "logs_are_fresh"): (
        "update raw.log_files set last_emitted_at = timestamptz '2026-11-01 12:00:00+00'",
        "newest log of 2026-11-01 12:00 UTC",
    ),
    ("raw.log_files", "stamps_are_not_in_the_future"): (
        "update raw.log_files set last_emitted_at = timestamptz '2027-11-01 12:00:00+00' where log_file_id = 'f1'",
        "1 of 4 log files failed (25%)",
    ),
    ("raw.log_files", "years_are_plausible"): (
        "update raw.log_files set first_emitted_at = timestamptz '1970-01-01 00:00:00+00' where log_file_id = 'f1'",
        "1 of 4 log files failed (25%)",
    ),
    ("raw.log_files", "text_is_utf8"): (
        "update raw.log_files set replaced_character_count = 1000 where log_file_id = 'f1'",
        "1 of 4 log files failed (25%)",
    ),
    ("raw.log_files", "little_is_held_back"): (
        "update raw.log_files set held_back_byte_count = 2000000 where log_file_id = 'f1'",
        "1 of 4 log files failed (25%)",
    ),
    ("raw.log_records", "flows_are_told"): (
        "update raw.log_records set signal = null where signal = 'flow_started'",
        "0 among 2,000 records",
    ),
    ("raw.log_records", "beats_are_told"): (
        "update raw.log_records set signal = null where signal = 'beat_started'",
        "0 among 2,000 records",
    ),
    ("raw.log_records", "few_records_are_errors"): (
        "update raw.log_records set severity = 'error' where line_number <= 50",
        "50 of 2,000 records (2.500%)",
    ),
    ("raw.log_records", "years_are_plausible"): (
        "update raw.log_records set emitted_at = timestamptz '1970-01-01 00:00:00+00' where line_number = 7",
        "earliest year 1970 among 2,000 stamped records",
    ),
    ("raw.log_records", "stamps_are_not_in_the_future"): (
        "update raw.log_records set emitted_at = timestamptz '2026-11-24 12:00:00+00' where line_number = 7",
        "latest stamp 2026-11-24 12:00 UTC",
    ),
    ("raw.log_records", "the_clock_runs_forwards"): (
        "update raw.log_records set emitted_at = emitted_at - interval 1 minute where line_number % 500 = 0",
        "4 of 2,000 stamped records (0.200%)",
    ),
    ("raw.log_records", "stated_durations_are_not_negative"): (
        "update raw.log_records set duration_ms = -3 where line_number = 3",
        "shortest -3.00 ms of 500 stated durations",
    ),
    ("raw.log_records", "stated_durations_are_below_a_day"): (
        "update raw.log_records set duration_ms = 1795360207663 where line_number = 3",
        "longest 1,795,360,207,663.00 ms of 500 stated durations",
    ),
    ("raw.rejected_lines", "rejected_lines_are_text"): (
        "update raw.rejected_lines set reason = 'binary' where line_number = 9000",
        "1 of 2 rejected lines failed (50%)",
    ),
    ("raw.rejected_lines", "rejected_lines_are_short"): (
        "update raw.rejected_lines set byte_count = 3000000 where line_number = 9000",
        "1 of 2 rejected lines failed (50%)",
    ),
    ("raw.rejected_lines", "continuations_have_a_record"): (
        "update raw.rejected_lines set reason = 'orphan_continuation' where line_number = 9000",
        "1 of 2 rejected lines failed (50%)",
    ),
    ("raw.sequences", "has_rows"): ("delete from raw.sequences", "0 rows"),
    ("raw.sequences", "sequences_have_a_movement"): (
        "update raw.sequences set movement_count = 0 where sequence_key = 's1'",
        "1 of 4 sequences failed (25%)",
    ),
    ("raw.sequences", "sequences_have_a_plausible_number_of_beats"): (
        "update raw.sequences set beat_count = 0 where sequence_key = 's1'",
        "1 of 4 sequences failed (25%)",
    ),
    ("raw.sequences", "sequences_name_their_plugin"): (
        "update raw.sequences set plugin_name = null where sequence_key = 's1'",
        "1 of 4 sequences failed (25%)",
    ),
    ("raw.sequences", "copies_of_a_declaration_agree"): (
        "insert into raw.sequences by name select 's1' as sequence_key, 'other' as declaration_hash, "
        "'copies/1.json' as declaration_file_path",
        "1 of 4 sequences failed (25%)",
    ),
    ("raw.beats", "beats_name_their_topic"): (
        "update raw.beats set topic = null where beat_number = 2",
        "1 of 3 beats failed (33.3%)",
    ),
    ("raw.beats", "beats_name_their_handler"): (
        "update raw.beats set handler_name = null where beat_number = 2",
        "1 of 3 beats failed (33.3%)",
    ),
    ("raw.beats", "beat_numbers_are_plausible"): (
        "update raw.beats set beat_number = 0 where beat_number = 2",
        "1 of 3 beats failed (33.3%)",
    ),
    ("raw.handlers", "most_handlers_are_found_in_one_place"): (
        "update raw.handlers set resolution = 'ambiguous' where code_line_number < 30",
        "17 of 20 handlers (85.0%)",
    ),
    ("raw.handlers", "few_handlers_are_lost"): (
        "update raw.handlers set resolution = 'unresolved' where code_line_number < 20",
        "2 of 20 handlers (10.0%)",
    ),
    ("raw.handlers", "few_places_remain_possible"): (
        "update raw.handlers set candidate_count = 12 where code_line_number = 1",
        "1 of 20 handlers failed (5%)",
    ),
    ("raw.handlers", "functions_end_after_they_begin"): (
        "update raw.handlers set code_end_line_number = 0 where code_line_number = 1",
        "1 of 20 handlers failed (5%)",
    ),
    ("raw.handlers", "functions_are_of_readable_length"): (
        "update raw.handlers set code_end_line_number = 900 where code_line_number = 1",
        "1 of 20 handlers failed (5%)",
    ),
    ("raw.source_files", "has_rows"): ("delete from raw.source_files", "0 rows"),
    ("raw.source_files", "few_files_are_skipped"): (
        "update raw.source_files set scan_status = 'skipped' where code_file_path like 'src/1%'",
        "11 of 100 files (11.0%)",
    ),
    ("raw.source_files", "few_files_have_syntax_errors"): (
        "update raw.source_files set scan_status = 'partial' where code_file_path like 'src/1%'",
        "11 of 100 files (11.0%)",
    ),
    ("raw.source_files", "tests_are_found"): (
        "update raw.source_files set is_test = false, test_count = 0",
        "0 tests in 0 files",
    ),
    ("marts.dim_sessions", "has_rows"): ("delete from marts.dim_sessions", "0 rows"),
    ("marts.dim_sessions", "started_before_ended"): (
        "update marts.dim_sessions set ended_at = started_at - interval 1 hour where session_id = 'f1'",
        "1 of 4 sessions failed (25%)",
    ),
    ("marts.dim_sessions", "duration_ms_is_plausible"): (
        "update marts.dim_sessions set duration_ms = -1 where session_id = 'f1'",
        "1 of 4 sessions failed (25%)",
    ),
    ("marts.dim_sessions", "sessions_are_not_empty"): (
        "update marts.dim_sessions set flow_count = 0 where session_id = 'f1'",
        "1 of 4 sessions failed (25%)",
    ),
    ("marts.dim_sessions", "sessions_say_their_build"): (
        "update marts.dim_sessions set build = null where session_id <> 'f1'",
        "1 of 4 sessions (25%)",
    ),
    ("marts.dim_handlers", "handlers_lead_to_code"): (
        "update marts.dim_handlers set resolution = 'ambiguous' where code_line_number < 4",
        "17 of 20 handlers (85.0%)",
    ),
    ("marts.dim_handlers", "handlers_that_ran_are_declared"): (
        "update marts.dim_handlers set is_declared = false where handler_id = 'h3'",
        "1 of 20 handlers failed (5%)",
    ),
    ("marts.fct_flows", "has_rows"): ("delete from marts.fct_flows", "0 rows"),
    ("marts.fct_flows", "flows_belong_to_declared_sequences"): (
        "update marts.fct_flows set sequence_id = null, sequence_name = 'Secret' where line_number <= 3",
        "3 of 200 flows failed (1.5%)",
    ),
    ("marts.fct_flows", "most_flows_conform"): (
        "update marts.fct_flows set is_conformant = false where line_number <= 11",
        "189 of 200 flows (94.5%)",
    ),
    ("marts.fct_flows", "half_of_the_flows_conform"): (
        "update marts.fct_flows set is_conformant = false where line_number <= 101",
        "99 of 200 flows (49.5%)",
    ),
    ("marts.fct_flows", "few_flows_fail"): (
        "update marts.fct_flows set status = 'failed' where line_number <= 3",
        "3 of 200 flows (1.50%)",
    ),
    ("marts.fct_flows", "few_flows_are_unfinished"): (
        "update marts.fct_flows set status = 'incomplete' where line_number <= 5",
        "5 of 200 flows (2.50%)",
    ),
    ("marts.fct_flows", "most_flows_have_a_request_id"): (
        "update marts.fct_flows set request_id = null where line_number <= 30",
        "170 of 200 flows (85.0%)",
    ),
    ("marts.fct_flows", "started_before_ended"): (
        "update marts.fct_flows set ended_at = started_at - interval 1 second where line_number = 7",
        "1 of 200 flows failed (0.5%)",
    ),
    ("marts.fct_flows", "duration_ms_is_plausible"): (
        "update marts.fct_flows set duration_ms = -4 where line_number = 7",
        "1 of 200 flows failed (0.5%)",
    ),
    ("marts.fct_flows", "queue_wait_ms_is_plausible"): (
        "update marts.fct_flows set queue_wait_ms = 1e9 where line_number = 7",
        "1 of 200 flows failed (0.5%)",
    ),
    ("marts.fct_flows", "flows_have_a_plausible_number_of_beats"): (
        "update marts.fct_flows set beat_execution_count = 5000 where line_number = 7",
        "1 of 200 flows failed (0.5%)",
    ),
    ("marts.fct_beat_executions", "started_before_ended"): (
        "update marts.fct_beat_executions set ended_at = started_at - interval 1 second where line_number = 7",
        "1 of 200 beat executions failed (0.5%)",
    ),
    ("marts.fct_beat_executions", "duration_ms_is_plausible"): (
        "update marts.fct_beat_executions set duration_ms = 2e8 where line_number = 7",
        "1 of 200 beat executions failed (0.5%)",
    ),
    ("marts.fct_beat_executions", "beat_numbers_are_plausible"): (
        "update marts.fct_beat_executions set beat_number = 0 where line_number = 7",
        "1 of 200 beat executions failed (0.5%)",
    ),
    ("marts.fct_beat_executions", "few_beats_fail"): (
        "update marts.fct_beat_executions set status = 'failed' where line_number <= 5",
        "4 of 200 beat executions (2.00%)",
    ),
    ("marts.fct_beat_executions", "beats_are_heard"): (
        "update marts.fct_beat_executions set handler_count = 0 where line_number <= 21",
        "20 of 200 beat executions (10.00%)",
    ),
    ("marts.fct_beat_executions", "beats_are_declared"): (
        "update marts.fct_beat_executions set beat_id = null where line_number <= 5",
        "4 of 200 beat executions (2.00%)",
    ),
    ("marts.fct_handler_executions", "duration_ms_is_plausible"): (
        "update marts.fct_handler_executions set duration_ms = -0.5 where line_number = 7",
        "1 of 200 handler executions failed (0.5%)",
    ),
    ("marts.fct_handler_executions", "few_handlers_fail"): (
        "update marts.fct_handler_executions set status = 'error' where line_number <= 6",
        "4 of 200 handler executions (2.00%)",
    ),
    ("marts.fct_handler_executions", "most_handlers_are_known"): (
        "update marts.fct_handler_executions set handler_id = null where line_number <= 22",
        "20 of 200 handler executions (10.00%)",
    ),
    ("marts.fct_handler_executions", "few_executions_are_inferred"): (
        "update marts.fct_handler_executions set is_inferred = true where line_number <= 52",
        "50 of 200 handler executions (25.00%)",
    ),
    **{
        ("marts.fct_flow_deviations", f"{deviation_class}_is_rare"): (
            "update marts.fct_flow_deviations "
            f"set deviation_class = '{deviation_class}', severity = 'warning' where line_number <= 5",
            "5 times in 5 of 200 flows (2.50%)",
        )
        for deviation_class in (
            "missing_beat",
            "unexpected_beat",
            "repeated_beat",
            "out_of_order_beat",
            "failed_beat",
            "handler_failed",
            "hung_flow",
            "incomplete_flow",
            "never_started_flow",
            "no_subscriber",
            "no_handler",
            "wrong_handler",
            "misrouted_topic",
            "unknown_topic",
            "unknown_plugin",
            "undeclared_sequence",
        )
    },
    **{
        ("marts.fct_breach_counts", check): (
            "update marts.fct_breach_counts set newest_count = 3, newest_session_count = 1, p_value = 0 "
            f"where breach_class = '{breach_class}' and thing_name = 'thing 2'",
            f"1 of 4 {noun} failed (25%)",
        )
        for check, breach_class, noun in BREACHES
    },
    ("marts.fct_silent_gaps", "started_before_ended"): (
        "update marts.fct_silent_gaps set ended_at = started_at - interval 1 second where line_number = 1",
        "1 of 2 gaps failed (50%)",
    ),
    ("marts.fct_silent_gaps", "duration_ms_is_plausible"): (
        "update marts.fct_silent_gaps set duration_ms = -1 where line_number = 1",
        "1 of 2 gaps failed (50%)",
    ),
    ("marts.fct_silent_gaps", "few_flows_fall_silent"): (
        "insert into marts.fct_silent_gaps by name select 'w' || i as flow_id, 'main_thread_blocked' as gap_class, "
        "'inside_beat' as gap_place, "
        "1500 as duration_ms, 'logs/0.log' as log_file_path, i as line_number from range(10, 30) as r(i)",
        "22 of 200 flows (11.00%)",
    ),
    ("marts.fct_anomalies", "p_value_is_a_probability"): (
        "update marts.fct_anomalies set p_value = 1.5 where line_number = 1",
        "1 of 2 anomalies failed (50%)",
    ),
    ("marts.fct_anomalies", "unusual_sessions_are_few"): (
        "update marts.fct_anomalies set severity = 'warning', session_id = 's' || line_number; "
        "insert into marts.fct_anomalies by name select 's' || i as session_id, 'warning' as severity, "
        "0.001 as p_value, 'storm' as anomaly_class, 'one' as expected, 'two' as observed, "
        "'logs/0.log' as log_file_path, i as line_number from range(3, 5) as r(i)",
        "4 of 4 sessions (100.00%)",
    ),
    ("marts.fct_regressions", "nothing_became_slower"): (
        "update marts.fct_regressions set lifecycle = 'new' where regression_id = 'r1'",
        "1 of 2 changes failed (50%)",
    ),
    ("marts.fct_regressions", "false_discovery_rate_is_small"): (
        "update marts.fct_regressions set false_discovery_rate = 0.2 where regression_id = 'r1'",
        "1 of 2 changes failed (50%)",
    ),
    ("marts.fct_errors", "errors_are_rare"): (
        "insert into marts.fct_errors by name select 'w1' as flow_id, 'error' as severity, 'boom' as message, "
        "'error_logged' as error_kind, false as is_consequence, "
        "'logs/0.log' as log_file_path, i as line_number from range(20) as r(i)",
        "22 errors in 200 flows (11.00 per 100)",
    ),
    ("marts.fct_errors", "failed_requests_are_rare"): (
        "insert into marts.fct_errors by name select 'error' as severity, false as is_consequence, "
        "'network_failed' as error_kind, '404' as message, 'logs/0.log' as log_file_path, i as line_number "
        "from range(50) as r(i)",
        "50 failed requests in 200 flows (25.00 per 100)",
    ),
    ("marts.fct_errors", "errors_are_placed"): (
        "update marts.fct_errors set flow_id = null",
        "0 of 2 errors (0.0%)",
    ),
    ("reports.rpt_sequence_conformance", "every_sequence_mostly_conforms"): (
        "update reports.rpt_sequence_conformance set conformance_pct = 40, conformant_flow_count = 20 "
        "where sequence_id = 's1'",
        "1 of 4 sequences with 5 or more flows failed (25%)",
    ),
    ("reports.rpt_sequence_conformance", "declared_sequences_are_seen"): (
        "update reports.rpt_sequence_conformance set flow_count = 0 where sequence_id <> 's1'",
        "1 of 4 sequences (25%)",
    ),
    ("reports.rpt_handler_performance", "p95_ms_is_at_least_p50_ms"): (
        "update reports.rpt_handler_performance set p95_ms = 1 where handler_id = 'h1'",
        "1 of 4 handlers failed (25%)",
    ),
    ("reports.rpt_handler_performance", "max_ms_is_at_least_p95_ms"): (
        "update reports.rpt_handler_performance set max_ms = 1 where handler_id = 'h1'",
        "1 of 4 handlers failed (25%)",
    ),
    ("reports.rpt_handler_performance", "shares_add_up"): (
        "delete from reports.rpt_handler_performance where handler_id = 'h1'",
        "75.00% over 3 handlers",
    ),
    ("reports.rpt_handler_performance", "no_handler_takes_most_of_the_time"): (
        "update reports.rpt_handler_performance set share_pct = 61 where handler_id = 'h1'",
        "Plugin.handler1 takes 61.0%",
    ),
    ("reports.rpt_budgets", "budgets_are_met"): (
        "update reports.rpt_budgets set verdict = 'over', actual_ms = 31 where budget_subject_id = 'b1'",
        "1 of 4 comparisons with a budget failed (25%)",
    ),
    ("reports.rpt_budgets", "budgets_are_about_something"): (
        "update reports.rpt_budgets set verdict = 'matches_nothing', source_key = 'budgets.handlers.typo.p95_ms' "
        "where budget_subject_id = 'b1'",
        "1 of 2 comparisons with a budget failed (50%)",
    ),
    ("reports.rpt_handler_coverage", "covered_lines_exist"): (
        "update reports.rpt_handler_coverage set covered_line_count = 12 where handler_id = 'h1'",
        "1 of 20 handlers failed (5%)",
    ),
    ("reports.rpt_handler_coverage", "most_used_handlers_are_tested"): (
        "update reports.rpt_handler_coverage set is_tested = false where code_line_number <= 6",
        "6 of 20 handlers in use (30.0%)",
    ),
}
