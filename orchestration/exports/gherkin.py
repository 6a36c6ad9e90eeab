"""Candidate tests in Gherkin, for people who decide whether a behaviour is wanted: a feature file per sequence.

Gherkin has no escapes for line ends, so that log text is written as a JSON string on one line.
"""

from collections.abc import Iterator, Sequence

from orchestration.analysis.replay.suggested_test import ExpectedBeat, ExpectedHandler, SuggestedTest
from orchestration.exports.replay_bundle import request_inputs
from orchestration.exports.script_literals import comment, literal

_MOST_VALUE = 80


def write_feature(tests: Sequence[SuggestedTest]) -> str:
    """Return the feature file of one sequence's tests."""
    lines = [f"Feature: {_words(tests[0].sequence_name)}"]
    for test in tests:
        lines += ["", *_scenario(test)]
    return "\n".join(lines) + "\n"


def _scenario(test: SuggestedTest) -> Iterator[str]:
    for line in test.evidence:
        yield f"  # Evidence: {comment(line)}"
    yield f"  Scenario: {_words(test.title)}"
    steps = [*_given(test), ("When", f"the sequence {literal(test.sequence_key)} is played"), *_then(test)]
    last = None
    for word, text in steps:
        yield f"    {'And' if word == last else word} {text}"
        last = word


def _given(test: SuggestedTest) -> Iterator[tuple[str, str]]:
    for one in request_inputs(test.bundle):
        if one["state"] == "known":
            yield "Given", f"{_words(one['key'])} is {literal(one['value'])[:_MOST_VALUE]}"
        else:
            yield "Given", f"some {_words(one['key'])}, which the log does not show"


def _then(test: SuggestedTest) -> Iterator[tuple[str, str]]:
    for beat in test.beats:
        yield "Then", f"the beat {literal(beat.topic)} is {_words(beat.status)}"
        for handler in beat.handlers or ():
            yield from (("Then", text) for text in _handler(beat, handler))
    yield "Then", f"the flow is {_words(test.status)}"


def _handler(beat: ExpectedBeat, handler: ExpectedHandler) -> Iterator[str]:
    name = _words(handler.handler_name)
    if handler.status != "ok":
        yield f"{name} fails with {literal(handler.error_class or 'an error')}"
        return
    for change in handler.changes:
        verb = change.kind or "changed"
        often = "always" if change.is_always else "at times"
        yield f"{name} has {often} {verb} {literal(change.key)} (n = {handler.execution_count})"
    for topic in handler.publishes or ():
        yield f"{name} publishes {literal(topic)} (n = {handler.execution_count})"


def _words(text: str) -> str:
    """Return text on one line, printable, not able to begin another Gherkin line."""
    return comment(" ".join(text.split()))
