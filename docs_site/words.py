"""The site's words and tones for values the warehouse holds as keys: deviation classes, statuses, severities.

One place, so that a class is called the same on every page. A key that is not here is shown with its underscores as
spaces.
"""

_DEVIATIONS = {
    "missing_beat": "missing: a declared beat did not run",
    "unexpected_beat": "unexpected: a beat ran that is not declared",
    "repeated_beat": "repeated: a beat ran more than once",
    "retried_beat": "retried: a beat failed and was tried again",
    "out_of_order_beat": "swapped: a beat ran out of its declared order",
    "failed_flow": "failed: the flow failed",
    "failed_beat": "failed: a beat failed",
    "handler_failed": "failed: a handler threw, and the flow went on",
    "hung_flow": "incomplete: the flow hung, and the session went on",
    "incomplete_flow": "incomplete: the session ended while the flow ran",
    "never_started_flow": "incomplete: the flow was requested and never started",
    "incomplete_beat": "incomplete: a beat never ended",
    "cancelled_flow": "cancelled: the flow was cancelled",
    "no_subscriber": "subscription missing: nobody listened to a beat's topic",
    "no_handler": "no handler: a beat ran without the handler it declares",
    "wrong_handler": "wrong handler: one answered that is not declared",
    "shared_topic": "shared topic: handlers of another sequence ran too",
    "misrouted_topic": "mis-routed: a topic went where no declared route leads",
    "unrouted_topic": "unrouted: a publication did not reach its declared route",
    "blocked_emission": "blocked emission: the application suppressed an event",
    "unknown_topic": "unknown topic: one was published that is not declared",
    "unknown_plugin": "unknown sequence requested: its plugin does not exist",
    "unknown_sequence": "unknown sequence requested: it does not exist",
    "undeclared_sequence": "undeclared: a sequence ran that nobody declares",
}
# Where the words before the colon would not tell two classes apart.
_NOUNS = {
    "failed_flow": "flow failed", "failed_beat": "beat failed", "handler_failed": "handler threw",
    "hung_flow": "flow hung", "incomplete_flow": "session ended", "never_started_flow": "never started",
    "incomplete_beat": "beat never ended", "no_subscriber": "no subscriber",
}  # fmt: skip
_TONES = {
    "critical": "critical", "warning": "warning", "info": "info", "error": "critical",
    "completed": "good", "ok": "good", "failed": "critical", "cancelled": "warning", "incomplete": "warning",
    "never_started": "warning",
    "unique": "good", "ambiguous": "warning", "unresolved": "critical",
    "empty": "plain", "duplicate": "plain", "forgotten": "plain", "not_a_log": "plain", "damaged": "warning",
    "unrecognised": "warning", "unreadable": "critical", "quarantined": "critical",
    "partial": "warning", "skipped": "plain",
}  # fmt: skip


def deviation_words(deviation_class: str) -> str:
    """Say a deviation class in words."""
    return _DEVIATIONS.get(deviation_class, plain_words(deviation_class))


_GAPS = {
    "user_idle": "the user was idle",
    "waiting_in_queue": "flows waited in the queue",
    "declared_wait": "a beat waited, as declared",
    "main_thread_blocked": "the main thread was blocked",
    "handler_waiting": "a handler waited",
    "starting": "the application was starting",
    "unknown": "the log does not tell",
}


def gap_words(gap_class: str) -> str:
    """Say in words what a silent gap was."""
    return _GAPS.get(gap_class, plain_words(gap_class))


def deviation_noun(deviation_class: str) -> str:
    """Say a deviation class in a word or two, for a diagram or a badge."""
    return _NOUNS.get(deviation_class) or deviation_words(deviation_class).partition(":")[0]


def plain_words(key: str) -> str:
    """Return a key as words."""
    return key.replace("_", " ")


def tone(key: str | None) -> str:
    """Return the tone a status, severity or resolution is shown in."""
    return _TONES.get(key or "", "plain")
