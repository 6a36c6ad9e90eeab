"""The site's words and tones for values the warehouse holds as keys: deviation classes, statuses, severities.

One place, so that a class is called the same on every page; classes of deviations are called as their seed says. A key
that has no words is shown with its underscores as spaces.
"""

from orchestration.domain.deviation_classes import classes_of

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
    known = classes_of("deviation").get(deviation_class)
    return known.title if known else plain_words(deviation_class)


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
    known = classes_of("deviation").get(deviation_class)
    return (known and known.short_title) or deviation_words(deviation_class).partition(":")[0]


def plain_words(key: str) -> str:
    """Return a key as words."""
    return key.replace("_", " ")


def tone(key: str | None) -> str:
    """Return the tone a status, severity or resolution is shown in."""
    return _TONES.get(key or "", "plain")
