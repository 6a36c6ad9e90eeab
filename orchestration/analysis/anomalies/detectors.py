"""The anomaly detectors, a row each: the statistic and the words of what it finds.

To add one, add a row, and its page to docs_site/docs/reference/detectors; the site, the checks and the budget of false
alarms read this table. The order is that of the site's figure. A row asks for what it needs by the statistics of
declared.py, ranking.py, tails.py and durations.py; what they are to look at is prepared in the functions below.
"""

from types import MappingProxyType

import polars as pl

from orchestration.analysis.anomalies.declared import Forbidden, usual_of_its_kind, usual_of_sessions
from orchestration.analysis.anomalies.durations import slow_handlers
from orchestration.analysis.anomalies.model import Detector, Kind, Observed
from orchestration.analysis.anomalies.ranking import Known, Novelty, costliest_flows, unusual_mixes
from orchestration.analysis.anomalies.tails import Bursts, longest_silences

START, END, UNNAMED = "(start)", "(end)", "(unnamed)"
_SUBJECT = ("sequence_name", "beat_number", "topic", "handler_name")


def _ended_flows(seen: Observed) -> pl.DataFrame:
    """Return the flows with their variant as `thing`; those that never ended have no whole variant."""
    is_whole = pl.col("status").is_in(["completed", "failed"]) & pl.col("variant_id").is_not_null()
    return seen.flows.filter(is_whole).with_columns(pl.col("variant_id").alias("thing"))


def _steps(seen: Observed) -> pl.DataFrame:
    """Return each beat execution with what ran before and after it in its flow, as one text `thing`.

    The short sequences of Forrest, Hofmeyr, Somayaji and Longstaff (A sense of self for Unix processes, 1996): windows
    of three topics within a flow, with marks for its start and end. Unlike variants, a flow that repeats a beat ten
    times instead of nine brings no new window. The last beat of a flow without an end is followed by nothing: a log
    that is cut short is no new step.
    """
    topic = pl.col("topic").fill_null(UNNAMED)
    after = pl.when(pl.col("status").is_in(["completed", "failed"])).then(pl.lit(END)).otherwise(pl.lit(None))
    return (
        seen.beats.join(seen.flows.select("flow_id", "status"), on="flow_id", how="left")
        .sort("session_id", "flow_id", "execution_number")
        .with_columns(
            topic.shift(1).over("session_id", "flow_id").fill_null(START).alias("before"),
            pl.coalesce(topic.shift(-1).over("session_id", "flow_id"), after).alias("after"),
        )
        .filter(pl.col("after").is_not_null())
        .with_columns(_joined(pl.col("sequence_name").fill_null(""), "before", topic, "after").alias("thing"))
    )


def _errors(seen: Observed) -> pl.DataFrame:
    """Return errors and warnings, grouped as on the errors page.

    What the application itself reports without breaking a declaration, such as a guard that blocked an event, is judged
    here and only here.
    """
    return seen.errors.rename({"error_group": "thing"})


def _touched_keys(seen: Observed) -> pl.DataFrame:
    """Return what handlers do to keys of the flow's state.

    Previews of the log are cut short, so that a key that is missing in a line says nothing; a key that is there does.
    """
    return seen.state_keys.with_columns(_joined("handler_name", "change_kind", "state_key").alias("thing"))


def _occurrences(seen: Observed) -> pl.DataFrame:
    """Return every flow, published topic and timed run of a handler as an occurrence of sequence, topic or handler."""
    flows = seen.flows.with_columns(
        pl.concat_str(pl.lit("sequence "), pl.col("sequence_name").fill_null("")).alias("thing"),
        pl.coalesce("queued_at", "started_at").alias("detected_at"),
    )
    topics = seen.topics.with_columns(
        pl.concat_str(pl.lit("topic "), "topic").alias("thing"), pl.col("emitted_at").alias("detected_at")
    )
    # Without a clock a burst is the whole session: what the sequences say is all there is.
    handlers = seen.handlers.filter(pl.col("started_at").is_not_null()).with_columns(
        pl.concat_str(pl.lit("handler "), pl.col("plugin_name").fill_null(""), pl.lit(" "), "handler_name").alias(
            "thing"
        ),
        pl.col("started_at").alias("detected_at"),
    )
    place = ("session_id", "thing", "detected_at", "log_file_path", "line_number")
    flow = (*place, "flow_id", "sequence_name")
    return pl.concat(
        [flows.select(flow), topics.select(*place, "topic"), handlers.select(*flow, "handler_name")], how="diagonal"
    )


def _joined(*parts: str | pl.Expr) -> pl.Expr:
    return pl.concat_str(*parts, separator="\x1f")


def _same(*classes: str) -> MappingProxyType[str, str]:
    return MappingProxyType({name: name for name in classes})


_BROKEN = _same(
    "missing_beat", "unexpected_beat", "repeated_beat", "out_of_order_beat", "no_subscriber", "no_handler",
    "wrong_handler", "misrouted_topic", "unrouted_topic", "unknown_topic", "undeclared_sequence", "never_started_flow",
)  # fmt: skip
_FAILED = _same("failed_flow", "cancelled_flow", "failed_beat", "handler_failed")
_ENDLESS = MappingProxyType({"incomplete_flow": "ends_inside_flow", "hung_flow": "hung_flow"})

DETECTORS: tuple[Detector, ...] = (
    Detector(
        "declared_behaviour",
        "Not as declared",
        Kind.DECLARED,
        Forbidden(_BROKEN, _SUBJECT, usual_of_its_kind),
        # The site says classes of deviations on every page in the same words.
        classes={},
    ),
    Detector("failure", "Failures", Kind.DECLARED, Forbidden(_FAILED, _SUBJECT, usual_of_its_kind), classes={}),
    # Either the session's log ends while a flow runs (a closed tab, a crash, a log cut short) or the session goes on
    # and the flow hangs, with what was requested after it waiting.
    Detector(
        "session_end",
        "Flows without an end",
        Kind.DECLARED,
        Forbidden(_ENDLESS, ("flow_id", *_SUBJECT), usual_of_sessions),
        {
            "hung_flow": "a flow hangs, and what comes after it waits",
            "ends_inside_flow": "the log ends inside a flow",
        },
    ),
    Detector(
        "rate_storm",
        "Storms",
        Kind.TAIL,
        Bursts(_occurrences),
        {"storm": "far more often than elsewhere"},
        "{usual_burst}",
        "{burst_count} in {window_s} s",
    ),
    Detector(
        "handler_duration",
        "Slow handlers",
        Kind.TAIL,
        slow_handlers,
        {"slow_handler": "a handler is slower than elsewhere"},
        "{usual_ms:1} ms, the median of {known_count} executions in {known_sessions} training sessions",
        "{median_ms:1} ms, the median of {execution_count} executions; the session's load is taken off",
        "started_at",
    ),
    Detector(
        "silent_gap",
        "Silences",
        Kind.TAIL,
        longest_silences,
        # After a silence's own class the site says what it was.
        {"gap_": "a long silence"},
        "half of {known_count} such silences in training sessions under {median_ms:0} ms, "
        "the longest {longest_ms:0} ms",
        "{duration_ms:0} ms without a line",
        "started_at",
    ),
    Detector(
        "error_burst",
        "Error bursts",
        Kind.TAIL,
        Bursts(_errors),
        {"error_burst": "an error or warning repeats far more often than elsewhere"},
        "{usual_burst}",
        "{burst_count} in {window_s} s: {message}",
    ),
    Detector(
        "error_novelty",
        "New errors",
        Kind.RANKING,
        Novelty(_errors),
        {"new_error": "an error or warning never seen before"},
        "errors and warnings that training sessions have",
        "{message}, {occurrence_count} times",
    ),
    Detector(
        "variant_novelty",
        "New variants",
        Kind.RANKING,
        Novelty(_ended_flows, Known(_ended_flows, "sequence_name", pl.len(), "minimal_executions")),
        {"new_variant": "an order of beats never seen before"},
        "an order of beats seen in the {subject_count} flows of training sessions",
        "an order of {beat_count} beats never seen before, in {occurrence_count} flows",
        "started_at",
    ),
    Detector(
        "transition",
        "New transitions",
        Kind.RANKING,
        Novelty(_steps, Known(lambda seen: seen.flows, "sequence_name", pl.len(), "minimal_executions")),
        {"new_transition": "a step between beats never seen before"},
        "steps between beats that training sessions have",
        "{topic} between {before} and {after}, never seen before, {occurrence_count} times",
        "started_at",
    ),
    Detector(
        "alignment_cost",
        "Alignment cost",
        Kind.RANKING,
        costliest_flows,
        {"costly_alignment": "flows far from their declared sequence"},
        "flows that follow their declared sequence",
        "{score} beats too many or too few; {occurrence_count} flows are not as declared",
        "started_at",
    ),
    Detector(
        "count_vector",
        "Mix of sequences",
        Kind.RANKING,
        unusual_mixes,
        {"unusual_mix": "an unusual mix of sequences"},
        "about {usual_count} flows of it, given the session's other flows",
        "{seen_count} flows",
        "started_at",
    ),
    Detector(
        "state_key_novelty",
        "New state keys",
        Kind.RANKING,
        Novelty(
            _touched_keys,
            Known(_touched_keys, "handler_name", pl.col("session_id").n_unique(), "minimal_sessions"),
        ),
        {"new_state_key": "a handler touches a key it never touched before"},
        "keys {handler_name} touched in {subject_count} training sessions",
        "{change_kind} {state_key}",
        "emitted_at",
    ),
)
