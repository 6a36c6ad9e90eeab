"""Error groups: which root errors are one error, and why.

Deterministic rules over facts, no similarity of stacks and no training: what failed (a host, a handler, a flow, a
place) + the error's class + the message's shape. Two repairs follow: messages that vary in a bare word at one
throwing place are one group, and an error whose words the log lost joins the only group it can belong to. Ids are
hashes of the first member's facts. The measured quality, over tests/corpora/error_groups, is in
docs_site/docs/reference/errors.md.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from orchestration.analysis.errors.error_words import normalise_message, normalise_url, url_host
from orchestration.domain.identifiers import stable_id

# Drain (He et al., 2017) takes two messages of one length for one template from half the words up; its authors' value.
LEAST_SHARED_WORDS = 0.5
# Without a place in common the words must carry it alone.
LEAST_SHARED_WORDS_ALONE = 0.75
_FEWEST_WORDS = 4
# A handler with more shapes than this has free text for messages: comparing all pairs would take minutes.
MOST_COMPARED = 200

_UNREACHED = re.compile(
    r"(?i)ERR_(?!ABORTED|BLOCKED|FAILED)[A-Z_]+|E(?:CONN|HOST|NET|AI_)[A-Z_]+|ETIMEDOUT|ENOTFOUND|refused|not resolved"
)
# What a shape still holds of names of code and HTTP statuses tells faults apart at any place.
_FIXED = re.compile(r"['\"`][^'\"`]+['\"`]|\b[1-5]\d\d\b")
# Subjects an error without words can be told to belong to.
_WORDED = {"handler", "sequence", "plugin"}
_LEVELS = {"beat_failed", "movement_failed", "flow_failed"}
_NAMED_THINGS = {
    "plugin_missing": "a plugin was asked for that does not exist",
    "sequence_missing": "a sequence was asked for that does not exist",
    "topic_unknown": "a topic was published that nothing defines",
}


@dataclass(frozen=True, slots=True)
class ErrorFacts:
    """What grouping knows of one root error. `place` is file and function of the top frame, where builds keep them."""

    error_id: str
    kind: str
    message: str
    error_class: str | None = None
    plugin: str | None = None
    stated_plugin: str | None = None
    handler: str | None = None
    sequence: str | None = None
    topic: str | None = None
    network_url: str | None = None
    place: str | None = None
    throw_site: str | None = None
    session: str | None = None


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    """A group: its id, what it is the group of, and the message's shape."""

    group_id: str
    subject_kind: str
    subject: str
    error_class: str
    normalised_message: str


@dataclass(frozen=True, slots=True)
class _Key:
    subject_kind: str
    subject: str
    error_class: str
    shape: str
    site: str | None = None


def group_errors(errors: Sequence[ErrorFacts]) -> dict[str, ErrorGroup]:
    """Return the group of every root error by its id. The order of `errors` (oldest first) decides ids alone."""
    keys = {error.error_id: _key(error) for error in errors}
    merged = _merge_similar(dict.fromkeys(keys.values()))
    targets = _join_incomplete(dict.fromkeys(merged[key] for key in keys.values()))
    sessions = _only_by_session(errors, {error_id: merged[key] for error_id, key in keys.items()})
    return {
        error.error_id: _group(sessions.get(error.error_id) or targets[merged[keys[error.error_id]]])
        for error in errors
    }


def _only_by_session(errors: Sequence[ErrorFacts], keys: Mapping[str, _Key]) -> dict[str, _Key]:
    """Return for each error without words the only group its subject has in the same session, where there is one."""
    seen: defaultdict[tuple[str | None, str, str], set[_Key]] = defaultdict(set)
    for error in errors:
        key = keys[error.error_id]
        if not _is_wordless(key):
            seen[(error.session, key.subject_kind, key.subject)].add(key)
    found = {}
    for error in errors:
        key = keys[error.error_id]
        near = seen.get((error.session, key.subject_kind, key.subject), set()) if _is_wordless(key) else set()
        if len(near) == 1:
            found[error.error_id] = next(iter(near))
    return found


def _key(error: ErrorFacts) -> _Key:
    if error.kind == "network_failed":
        return _network_key(error)
    if error.kind in _NAMED_THINGS:
        # The signal and the thing it names say all; the rest of the text may list what else there is.
        return _Key(error.kind, error.plugin or error.topic or error.sequence or "", "", _NAMED_THINGS[error.kind])
    shape = normalise_message(error.message)
    error_class = error.error_class or ""
    if error.handler:
        handler = f"{error.plugin or ''}.{error.handler}/{_level(error.kind)}"
        return _Key("handler", handler, error_class, shape, error.throw_site)
    if error.kind in _LEVELS:
        return _Key("sequence", f"{error.sequence or ''}/{error.topic or ''}", error_class, shape, error.throw_site)
    if error.stated_plugin:
        return _Key("plugin", f"{error.stated_plugin}/{error.kind}", error_class, shape, error.throw_site)
    return _Key("place", error.place or "", error_class, shape, error.throw_site)


def _network_key(error: ErrorFacts) -> _Key:
    # A host nobody reaches is one fault, whatever was asked of it; an answer belongs to what was asked.
    host = url_host(error.network_url)
    if host and _UNREACHED.search(error.message):
        return _Key("host", host, "", _reason(error.message))
    asked = normalise_url(error.network_url) if error.network_url else error.place or ""
    # The port of a development server is an accident of the run.
    asked = re.sub(r"^(localhost|127\.0\.0\.1):\d+(?=/|$)", r"\1", re.sub(r"^[a-z+.-]+://", "", asked))
    return _Key("request", asked, "", _reason(error.message))


def _level(kind: str) -> str:
    # A handler that throws and a beat that fails before its handler runs are two faults of one beat.
    return "beat" if kind in _LEVELS else "handler"


def _reason(message: str) -> str:
    """Return the part of a network error that names it: net::ERR_TIMED_OUT, ECONNREFUSED, 404."""
    found = re.search(r"(?:net::)?ERR_[A-Z_]+(?: [45]\d\d)?|\bE[A-Z_]{4,}\b|\b[45]\d\d\b", message)
    return found[0] if found else normalise_message(message)


def _merge_similar(keys: Iterable[_Key]) -> dict[_Key, _Key]:
    """Map keys that differ in some bare words only to the first of them."""
    merged: dict[_Key, _Key] = {}
    families: defaultdict[tuple[str, str, str], list[_Key]] = defaultdict(list)
    for key in keys:
        family = families[(key.subject_kind, key.subject, key.error_class)]
        same = replace(key, site=None)
        target = next((other for other in family[:MOST_COMPARED] if _is_similar(key, other)), None)
        if target is None:
            # The same shape without its site is the same group as well.
            family.append(key)
        merged[key] = same if target is None else replace(target, site=None)
    return merged


def _is_similar(key: _Key, other: _Key) -> bool:
    if key.shape == other.shape:
        return True
    words, others = key.shape.split(), other.shape.split()
    if min(len(words), len(others)) < _FEWEST_WORDS or _FIXED.findall(key.shape) != _FIXED.findall(other.shape):
        return False
    if key.site is not None and other.site is not None:
        return key.site == other.site and _shared_words(words, others) >= LEAST_SHARED_WORDS * max(
            len(words), len(others)
        )
    if len(words) != len(others):
        return False
    pairs = list(zip(words, others, strict=True))
    shared = sum(first == second for first, second in pairs)
    return shared >= LEAST_SHARED_WORDS_ALONE * len(words) and all(
        _is_value_like(*pair) for pair in pairs if pair[0] != pair[1]
    )


def _shared_words(words: Sequence[str], others: Sequence[str]) -> int:
    """Return the length of the longest common subsequence: values may be of several words."""
    row = [0] * (len(others) + 1)
    for word in words:
        before = 0
        for place, other in enumerate(others, 1):
            before, row[place] = row[place], before + 1 if word == other else max(row[place], row[place - 1])
    return row[-1]


def _is_value_like(first: str, second: str) -> bool:
    # Names and codes vary; lower-case words of the language tell faults apart.
    return all(re.search(r"[A-Z0-9_<]", word) and not re.fullmatch(r"[A-Z][a-z]+", word) for word in (first, second))


def _join_incomplete(keys: Iterable[_Key]) -> dict[_Key, _Key]:
    """Map a key the log lost a part of (words and class, or place) to the only group it can belong to, if any."""
    known = list(keys)
    whole = [key for key in known if not _is_wordless(key) and not _is_placeless(key)]
    by_subject: defaultdict[tuple[str, str], list[_Key]] = defaultdict(list)
    by_words: defaultdict[tuple[str, str], list[_Key]] = defaultdict(list)
    for key in whole:
        by_subject[(key.subject_kind, key.subject)].append(key)
        if key.subject_kind == "place":
            by_words[(key.error_class, key.shape)].append(key)
    targets = {}
    for key in known:
        candidates = [key]
        if _is_wordless(key):
            candidates = by_subject[(key.subject_kind, key.subject)]
        elif _is_placeless(key):
            candidates = by_words[(key.error_class, key.shape)]
        targets[key] = candidates[0] if len(candidates) == 1 else key
    return targets


def _is_wordless(key: _Key) -> bool:
    return not key.shape and not key.error_class and key.subject_kind in _WORDED


def _is_placeless(key: _Key) -> bool:
    return key.subject_kind == "place" and not key.subject


def _group(key: _Key) -> ErrorGroup:
    group_id = stable_id("error group", key.subject_kind, key.subject, key.error_class, key.shape)
    return ErrorGroup(group_id, key.subject_kind, key.subject, key.error_class, key.shape)
