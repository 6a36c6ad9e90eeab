"""What recommendations are called in words: headlines, kinds of fix, tones, and the three questions put to each.

The numbers and verdicts are the warehouse's; here is only how people read them.
"""

from dataclasses import dataclass

from docs_site.html.number_format import format_count, format_number, format_pct, plural
from docs_site.parts.anomaly_words import class_words
from docs_site.parts.words import deviation_words, plain_words
from orchestration.warehouse import Row

LONGEST_HEADLINE = 140
_ELLIPSIS = "\u2026"

# Causes whose sentence is the same for every place.
_SENTENCE_KINDS = frozenset({"tolerate_absence", "look_into_error", "mount_plugin"})
_ROLES = {"cause": "cause", "consequence": "what followed", "comparison": "for comparison"}
_EXECUTIONS = {
    "slowest_execution": "one of the slowest executions",
    "median_execution": "a median execution",
    "execution_after": "an execution after the change",
    "execution_before": "an execution before the change",
}
_OUTCOMES = {
    "open": "open",
    "not_seen_in_newest_build": "not seen in the newest build",
    "fixed": "fixed",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """An answer to one of the three questions: its tone and the words of its reason."""

    question: str
    answer: str
    tone: str
    words: str


def cut(text: str, longest: int = LONGEST_HEADLINE) -> str:
    """Return a text on one line, cut at a word with an ellipsis where it is long."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    start = line[: longest - 1]
    at_word = start.rpartition(" ")[0]
    return (at_word if len(at_word) > longest // 2 else start) + _ELLIPSIS


def headline(row: Row) -> str:
    """Say the cause in a line; where the class of the symptom says too little, with what was seen."""
    title = row["title"]
    detail = row["group_title"] or row["observed"]
    words = f"{title}: {detail}" if row["fix_class"] in _SENTENCE_KINDS and detail else title
    return cut(words[:1].upper() + words[1:] if row["fix_class"] in _SENTENCE_KINDS else words)


def fix_words(fix_class: str) -> str:
    """Name a kind of fix."""
    return plain_words(fix_class)


def symptom_words(row: Row) -> str:
    """Say what was seen: class, then how often."""
    kind, name = row["symptom_kind"], row["symptom_class"]
    words = {"deviation": deviation_words, "anomaly": class_words}.get(kind, plain_words)(name)
    counts = [
        words
        for words in (
            plural(row["occurrence_count"], "occurrence") if row["occurrence_count"] else "",
            f"in {plural(row['session_count'], 'session')}" if row["session_count"] else "",
        )
        if words
    ]
    return f"{words} ({' '.join(counts)})" if counts else words


def gain_words(row: Row) -> str:
    """Say what the fix is worth per session, and whether that is measured or assumed."""
    basis = "measured" if row["symptom_kind"] in ("performance", "regression") else "assumed"
    return f"{format_number(row['gain_seconds'])} s per session, {basis}"


def formula(row: Row) -> str:
    """Write the score with its numbers."""
    return (
        f"{format_number(row['gain_seconds'])} s \u00d7 {row['confidence']:.2f} / "
        f"{format_number(row['effort_hours'])} h = {format_number(row['score'])}"
    )


def outcome_words(outcome: str) -> str:
    """Say what became of it."""
    return _OUTCOMES.get(outcome, plain_words(outcome))


def fix_outcome_words(row: Row) -> str:
    """Say what the sessions since its cause changed show, with n on both sides; nothing where nothing changed."""
    if row["fix_outcome"] is None:
        return ""
    kind, change = row["opportunity_kind"], row["cause_change"]
    before, after = row["before_opportunity_count"], row["after_opportunity_count"]
    was = f"before {_share(row['before_occurrence_count'], before)}"
    if not after:
        return f"Cannot tell: no {kind} since {change}; {was}"
    now = f"{_share(row['after_occurrence_count'], after)} {kind} since {change}"
    if row["fix_outcome"] == "not_fixed":
        return f"Not fixed: {now}; {was}"
    if row["fix_outcome"] == "fixed":
        # What never happened in n happens in fewer than this, with 95% confidence (Hanley and Lippman-Hand, 1983).
        return f"Fixed: {now}, so at most {format_pct(100 * (1 - 0.05 ** (1 / after)))}%; {was}"
    return f"Cannot tell: {now}, which may be chance (p {row['fix_p_value']:.2g}); {was}"


def _share(count: int, of: int) -> str:
    share = f" ({format_pct(100 * count / of)}%)" if count else ""
    return f"{format_count(count)} of {format_count(of)}{share}"


def evidence_words(row: Row) -> str:
    """Say what a line of evidence shows."""
    name = row["evidence_class"]
    shown = _EXECUTIONS.get(name) or deviation_words(name)
    return cut(
        f"{_ROLES.get(row['evidence_role'], row['evidence_role'])}: {shown}; {row['observed'] or ''}".rstrip("; ")
    )


def marks(row: Row) -> tuple[Mark, Mark, Mark]:
    """Say whether the path is declared, whether it is more than chance, and whether the cause comes first."""
    return (
        _mark("In structure", row["holds_structurally"], _structure_words(row)),
        _mark("In statistics", row["holds_statistically"], _statistics_words(row)),
        _mark("In time", row["holds_in_time"], _time_words(row)),
    )


def _mark(question: str, is_held: bool | None, words: str) -> Mark:
    if is_held is None:
        return Mark(question, "not judged", "plain", words)
    return Mark(question, "holds" if is_held else "does not hold", "good" if is_held else "warning", words)


def _structure_words(row: Row) -> str:
    if row["declared_beat_count"] == 1:
        return "one declared beat joins the parts of the path"
    if row["declared_beat_count"]:
        return f"{format_count(row['declared_beat_count'])} declared beats have the parts that are known"
    if row["routed_sequence_names"]:
        return f"the manifests route {row['topic']} to {row['routed_sequence_names']}"
    if row["holds_structurally"] is False:
        return "no declared beat or route joins the parts of the path"
    return "the path names too little, or what is not declared is the finding"


def _statistics_words(row: Row) -> str:
    if row["q_value"] is None:
        measured = row["symptom_kind"] in ("performance", "coverage")
        return (
            "a sum over executions, not a test"
            if measured
            else "a declaration is kept or broken: no chance is involved"
        )
    words = f"q {row['q_value']:.2g}"
    return f"{words}, odds ratio {format_number(row['odds_ratio'])}" if row["odds_ratio"] is not None else words


def _time_words(row: Row) -> str:
    if not row["followed_session_count"]:
        return "nothing is known to have followed"
    return (
        f"the first line precedes what followed in {format_count(row['ordered_session_count'])} of "
        f"{plural(row['followed_session_count'], 'session')}"
    )
