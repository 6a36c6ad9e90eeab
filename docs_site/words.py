"""The site's words and tones for values the warehouse holds as keys: deviation classes, statuses, severities.

One place, so that a class is called the same on every page. A key that is not here is shown with its underscores as
spaces.
"""

_DEVIATIONS = {
    "missing_beat": "a declared beat is missing",
    "unexpected_beat": "a beat ran that is not declared",
    "repeated_beat": "a beat ran more than once",
    "out_of_order_beat": "beats ran out of their declared order",
    "failed_flow": "the flow failed",
    "failed_beat": "a beat failed",
    "incomplete_flow": "the flow never ended",
    "never_started_flow": "the flow was requested and never started",
    "handler_failed": "a handler threw, and the flow went on",
    "incomplete_beat": "a beat never ended",
    "retried_beat": "a beat was tried again",
    "unrouted_topic": "a topic was published and not routed",
    "misrouted_topic": "a topic went where it is not declared to go",
    "blocked_emission": "the application blocked an event",
    "no_subscriber": "nobody listened to a published topic",
    "shared_topic": "sequences share a topic",
    "unknown_topic": "a topic was published that is not declared",
    "unknown_plugin": "a plugin was asked for that does not exist",
    "undeclared_sequence": "a sequence ran that is not declared",
}
_TONES = {
    "critical": "critical", "warning": "warning", "info": "info", "error": "critical",
    "completed": "good", "ok": "good", "failed": "critical", "cancelled": "warning", "incomplete": "warning",
    "never_started": "warning",
    "unique": "good", "ambiguous": "warning", "unresolved": "critical",
    "empty": "plain", "duplicate": "plain", "damaged": "warning", "unrecognised": "warning", "unreadable": "critical",
    "partial": "warning", "skipped": "plain",
}  # fmt: skip


def deviation_words(deviation_class: str) -> str:
    """Say a deviation class in words."""
    return _DEVIATIONS.get(deviation_class, plain_words(deviation_class))


def plain_words(key: str) -> str:
    """Return a key as words."""
    return key.replace("_", " ")


def tone(key: str | None) -> str:
    """Return the tone a status, severity or resolution is shown in."""
    return _TONES.get(key or "", "plain")
