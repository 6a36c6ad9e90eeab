"""The signals: what a log record can mean, whatever words an application uses for it.

A dialect (log_ingest/dialects/*.toml) maps the messages of one application onto these signals; the dbt models
know the signals and never a message. Add a signal here when two applications say the same new thing; a message
that only one application writes needs no signal, only a message type.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signal:
    """One meaning a record can have, and the record fields it should carry."""

    name: str
    description: str
    fields: tuple[str, ...] = ()


SIGNALS: tuple[Signal, ...] = (
    Signal("session_started", "The application began to write this session."),
    Signal("session_ended", "The application closed this session in an orderly way."),
    Signal("build_reported", "The application says which build or release it is.", ("build_name",)),
    Signal(
        "package_reported",
        "The application names a package it is made of; build_name is the package and its version: 'cart@1.2.0'.",
        ("build_name",),
    ),
    Signal("user_acted", "A user did something.", ("user_action",)),
    Signal("plugin_mount_attempted", "A plugin is about to be mounted.", ("plugin_name",)),
    Signal("plugin_mounted", "A plugin is ready.", ("plugin_name",)),
    Signal("plugin_already_mounted", "The plugin being mounted was mounted before; it is added to.", ("plugin_name",)),
    Signal(
        "plugin_mount_failed",
        "A plugin could not be mounted or registered; an error or a warning, as its severity says.",
        ("plugin_name", "error_class", "error_message"),
    ),
    Signal("plugin_listed", "After the mounts, a list of what is mounted names this plugin.", ("plugin_name",)),
    Signal("plugin_missing", "A plugin was asked for that does not exist; the request is lost.", ("plugin_name",)),
    Signal("sequence_registered", "A sequence is known to the conductor.", ("sequence_name", "sequence_key")),
    Signal("sequence_missing", "A sequence was asked for that does not exist.", ("sequence_key",)),
    Signal(
        "topic_subscribed",
        "A handler of a sequence listens to a topic; item_count is its place among the topic's subscribers, from 1.",
        ("topic", "item_count", "plugin_name", "sequence_key"),
    ),
    Signal("topic_unsubscribed", "A handler no longer listens to a topic.", ("topic", "plugin_name", "sequence_key")),
    Signal("topic_published", "A topic was published; item_count is its number of routes.", ("topic", "item_count")),
    Signal("topic_unknown", "A topic was published that no manifest defines.", ("topic",)),
    Signal("topic_routed", "A published topic reached a sequence.", ("topic", "plugin_name", "sequence_key")),
    Signal("emission_blocked", "A guard of the application suppressed an event.", ("plugin_name", "topic")),
    Signal("sequence_requested", "Somebody asked for a sequence to be played.", ("plugin_name", "sequence_key")),
    Signal("flow_queued", "A flow waits in the queue.", ("sequence_name", "sequence_key", "request_id")),
    Signal("flow_started", "A flow left the queue and runs.", ("sequence_name", "sequence_key", "request_id")),
    Signal("flow_identified", "The running flow says its request id.", ("request_id",)),
    Signal("flow_completed", "A flow ended well.", ("sequence_name", "duration_ms")),
    Signal("flow_failed", "A flow ended with a failure.", ("sequence_name", "error_class", "error_message")),
    Signal("flow_cancelled", "A flow was cancelled.", ("sequence_name",)),
    Signal("movement_started", "A movement began; item_count is its number of beats.", ("movement_name", "item_count")),
    Signal("movement_completed", "A movement ended well.", ("movement_name", "duration_ms")),
    Signal("movement_failed", "A movement failed.", ("movement_name", "error_message")),
    Signal("beat_started", "A beat began.", ("beat_number", "topic", "sequence_name")),
    Signal("beat_described", "The running beat says its title and topic.", ("beat_number", "topic")),
    Signal("beat_timed", "The precise duration of the beat that ends now.", ("beat_number", "duration_ms")),
    Signal("beat_completed", "A beat ended well.", ("beat_number", "topic", "duration_ms")),
    Signal("beat_failed", "A beat failed.", ("beat_number", "topic", "error_class", "error_message")),
    Signal("beat_retried", "A failed beat is tried again.", ("beat_number", "attempt_number")),
    Signal("beat_tolerated", "A failed beat does not stop its movement."),
    Signal("subscribers_found", "A beat's topic has item_count subscribers.", ("topic", "item_count")),
    Signal("subscribers_absent", "A beat's topic has no subscriber: nothing runs.", ("topic",)),
    Signal(
        "handler_started",
        "A subscriber of a topic is called; clock_ms is the application's own monotonic clock.",
        ("topic", "subscriber_index", "clock_ms", "handler_name", "plugin_name"),
    ),
    Signal("handler_returned", "The synchronous part of a handler is over.", ("topic", "subscriber_index", "clock_ms")),
    Signal(
        "handler_settled",
        "A handler is over, its promise included; duration_ms where the record says it.",
        ("topic", "subscriber_index", "clock_ms", "handler_name", "plugin_name", "duration_ms"),
    ),
    Signal("handler_failed", "A handler threw.", ("plugin_name", "handler_name", "error_class", "error_message")),
    Signal(
        "state_changed",
        "A handler changed the flow's state: state_change is like '+added,keys ~updated -removed'.",
        ("sequence_name", "topic", "handler_name", "plugin_name", "request_id", "state_change", "state_preview"),
    ),
    Signal("state_unchanged", "A handler left the flow's state alone.", ("sequence_name", "topic", "handler_name")),
    Signal("network_failed", "A network request failed.", ("network_method", "network_url", "error_message")),
    Signal("error_logged", "The application reported an error of no other kind.", ("error_class", "error_message")),
    Signal("warning_logged", "The application reported a warning of no other kind.", ("error_message",)),
)
