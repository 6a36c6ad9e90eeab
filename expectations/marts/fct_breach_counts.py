"""Breaches one by one: every beat, sequence, handler, topic, request and session of the newest sessions is judged.

A rate over all flows hides one beat that is skipped among ten thousand. Here a thing passes when the newest sessions do
not show the breach at all, or the sessions before show it too and it is not significantly more frequent now. What
counts as newest, and how `p_value` comes about, is said in the model. What each check means and how to fix what it
finds is in docs_site/docs/reference/flow-checks.md.
"""

from expectations.marts.chances import CHANCES, FLOWS
from expectations.plausible import BETWEEN
from expectations.suite import Check, Frame, Suite
from orchestration.domain.severity import Severity

# One false alarm in ten runs for an application that breaks a hundred of its declarations all the time.
LEAST_P_VALUE = 0.001


def _each(
    name: str, severity: Severity, classes: tuple[str, ...], noun: str, page: str, description: str, why: str
) -> Check:
    """Return the check that nothing is newly, or more often, in breach of one of the classes."""
    return Check(
        name=name,
        severity=severity,
        description=description,
        why=why,
        frame=_things(classes),
        expectation=BETWEEN,
        columns=("p_value",),
        arguments={"min_value": LEAST_P_VALUE},
        expected="none in the newest sessions; if sessions before show it, not more often (p at least {min_value})",
        noun=noun,
        population=CHANCES.get(classes[0], FLOWS),
        page=page,
    )


def _things(classes: tuple[str, ...]) -> Frame:
    """One row per thing, by its worst class; what fails comes first, so that the examples are what fails most."""
    listed = ", ".join(f"'{one}'" for one in classes)
    return Frame(
        f"""
        select
            thing_name as thing, p_value, log_file_path, line_number,
            case when thing_kind = 'request' then '' else thing_name end
                || case when thing_kind = 'handler' and sequence_name is not null
                    then ' (' || sequence_name || coalesce(', beat ' || beat_number, '') || ')' else '' end
                || case when thing_kind = 'request' then '' else ': ' end
                || coalesce(nullif(trim(observed), ''), 'the log says no more')
                || case when thing_kind = 'session' then '' else
                    ' (' || newest_count || ' of ' || newest_chance_count || ' ' || chance_kind || ', in '
                    || newest_session_count || ' of the newest sessions; before: '
                    || case when past_chance_count = 0 then 'no ' || chance_kind
                        else past_count || ' of ' || past_chance_count end
                    || ')' end as label
        from marts.fct_breach_counts where breach_class in ({listed})
        qualify row_number() over (
            partition by thing_kind, thing_name order by p_value, newest_count desc, breach_class
        ) = 1
        order by p_value, newest_count desc, thing_name
        """
    )


SUITE = Suite(
    layer="marts",
    schema="marts",
    table="fct_breach_counts",
    noun="things",
    checks=(
        _each(
            "no_flow_fails",
            "critical",
            ("failed_flow",),
            "beats",
            "flows.html",
            "No flow fails.",
            "A failed flow is work that a user asked for and did not get.",
        ),
        _each(
            "no_flow_hangs",
            "critical",
            ("hung_flow",),
            "beats",
            "flows.html",
            "No flow hangs while its session goes on.",
            "What was asked for does not happen, and flows queued behind it never start. A flow that the end of its "
            "log cuts off is no failure.",
        ),
        _each(
            "every_sequence_conforms",
            "warning",
            ("nonconforming_flow",),
            "sequences",
            "flows.html",
            "The flows of every sequence follow its declaration.",
            "One sequence that departs from its declaration hides in a rate over all flows.",
        ),
        _each(
            "no_beat_fails",
            "warning",
            ("failed_beat",),
            "beats",
            "flows.html",
            "No beat fails.",
            "A failed beat that is tolerated or retried does not fail its flow, and is easily overlooked.",
        ),
        _each(
            "no_beat_is_missing",
            "warning",
            ("missing_beat",),
            "beats",
            "flows.html",
            "No declared beat is skipped.",
            "A beat that did not run is work that was not done.",
        ),
        _each(
            "no_beat_is_undeclared",
            "warning",
            ("unexpected_beat",),
            "beats",
            "flows.html",
            "No beat runs that its sequence does not declare.",
            "The declaration is old, or the code does more than it says.",
        ),
        _each(
            "no_beat_repeats",
            "warning",
            ("repeated_beat",),
            "beats",
            "flows.html",
            "No beat runs more often than declared.",
            "Work that is done twice costs time, and may do harm.",
        ),
        _each(
            "every_beat_keeps_its_place",
            "warning",
            ("out_of_order_beat",),
            "beats",
            "flows.html",
            "Every beat runs in the declared order.",
            "A beat that runs early may see a state that is not ready.",
        ),
        _each(
            "every_beat_reaches_its_handler",
            "warning",
            ("no_subscriber", "no_handler"),
            "beats",
            "flows.html",
            "Every beat reaches the handler it declares.",
            "The beat completes and nothing runs: a subscription is missing.",
        ),
        _each(
            "no_undeclared_handler_answers",
            "warning",
            ("wrong_handler",),
            "handlers",
            "flows.html",
            "No handler answers a topic for which its sequence declares another.",
            "The declaration is old, or the wrong function was registered.",
        ),
        _each(
            "no_handler_fails",
            "warning",
            ("handler_failed",),
            "handlers",
            "errors.html",
            "No handler throws.",
            "The conductor catches what a handler throws; the flow completes as if nothing had happened.",
        ),
        _each(
            "every_topic_follows_its_routes",
            "warning",
            ("misrouted_topic", "unrouted_topic"),
            "topics",
            "catalogue/topics.html",
            "Every publication of a topic goes where a declared route leads, and nowhere else.",
            "Work is done that nobody asked for, and what was asked for is not.",
        ),
        _each(
            "every_request_finds_its_target",
            "warning",
            ("unknown_topic", "unknown_plugin", "unknown_sequence"),
            "topics and requests",
            "flows.html",
            "No topic is published, and no plugin or sequence requested, that does not exist.",
            "What was published or requested is lost in silence. Often a name is misspelt or a plugin is not mounted.",
        ),
        _each(
            "no_event_is_blocked",
            "warning",
            ("blocked_emission",),
            "topics and sequences",
            "flows.html",
            "No event is blocked by the application's own guards.",
            "What was published reaches no one; the code that publishes it does not know.",
        ),
        _each(
            "nothing_storms",
            "warning",
            ("storm",),
            "topics, sequences and handlers",
            "anomalies.html",
            "No topic is published, no sequence started and no handler run far more often in 10 s than is usual.",
            "A storm makes everything behind it wait, and usually is a loop or a missing throttle.",
        ),
        _each(
            "no_session_is_unusual",
            "warning",
            ("unusual_session",),
            "sessions",
            "anomalies.html",
            "No session does what is so rare elsewhere that the alert budget allows a warning.",
            "A handler that is slow, a silence, an error or an order of beats that other sessions do not show.",
        ),
        _each(
            "plugins_mount_as_before",
            "warning",
            ("unsuccessful_mount",),
            "plugins with unsuccessful attempts, session by session",
            "catalogue/plugins.html",
            "No plugin has more unsuccessful attempts to mount in a session than in its sessions before.",
            "What the plugin does is missing, or comes late. What never mounted on the first attempt is nothing new.",
        ),
    ),
)
