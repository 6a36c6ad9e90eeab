"""The site's words for anomaly detectors and classes, and where each detector is explained.

A detector the warehouse names and this table does not is shown by its key, without a page.
"""

from docs_site.words import deviation_words, plain_words

DETECTORS = {
    "declared_behaviour": "Not as declared",
    "failure": "Failures",
    "session_end": "Flows without an end",
    "rate_storm": "Storms",
    "handler_duration": "Slow handlers",
    "silent_gap": "Silences",
    "error_burst": "Error bursts",
    "error_novelty": "New errors",
    "variant_novelty": "New variants",
    "transition": "New transitions",
    "alignment_cost": "Alignment cost",
    "count_vector": "Mix of sequences",
    "state_key_novelty": "New state keys",
}
KINDS = {
    "declared": "declared knowledge, from the first session on",
    "ranking": "compared with whole sessions",
    "tail": "how rare so much is",
}
_CLASSES = {
    "new_variant": "an order of beats never seen before",
    "new_transition": "a step between beats never seen before",
    "costly_alignment": "flows far from their declared sequence",
    "unusual_mix": "an unusual mix of sequences",
    "slow_handler": "a handler is slower than elsewhere",
    "storm": "far more often than elsewhere",
    "new_error": "an error or warning never seen before",
    "error_burst": "an error or warning repeats far more often than elsewhere",
    "new_state_key": "a handler touches a key it never touched before",
    "hung_flow": "a flow hangs, and what comes after it waits",
    "ends_inside_flow": "the log ends inside a flow",
}


def class_words(anomaly_class: str) -> str:
    """Say a class in words."""
    if anomaly_class.startswith("gap_"):
        return f"a long silence: {plain_words(anomaly_class.removeprefix('gap_'))}"
    return _CLASSES.get(anomaly_class) or deviation_words(anomaly_class)


def detector_words(detector: str) -> str:
    """Name a detector."""
    return DETECTORS.get(detector, plain_words(detector))


def detector_page(detector: str) -> str | None:
    """Return the address of the page that explains a detector."""
    return f"reference/detectors/{detector.replace('_', '-')}.html" if detector in DETECTORS else None
