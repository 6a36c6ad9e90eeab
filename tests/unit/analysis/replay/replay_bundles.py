"""Small replay bundles for tests: three declared beats, and flows that play them in this or that way."""

from collections.abc import Sequence
from dataclasses import replace

from orchestration.analysis.replay.replay_model import (
    BeatStep,
    DeclaredStep,
    HandlerStep,
    ReplayBundle,
    ReplayInput,
    StateChange,
)

TOPICS = ("paint:pick", "paint:stroke", "paint:dry")


def declared(topics: Sequence[str] = TOPICS) -> tuple[DeclaredStep, ...]:
    return tuple(
        DeclaredStep(number, topic, 1, "Paint", number, handler_name=topic.partition(":")[2], timing="immediate")
        for number, topic in enumerate(topics, start=1)
    )


def step(topic: str, line: int | None = None, status: str = "completed", **changes: str) -> BeatStep:
    made = tuple(StateChange(key, "added", value) for key, value in changes.items())
    handler = HandlerStep("Paint", topic.partition(":")[2], "ok", line, "src/paint.ts:7", changes=made)
    return BeatStep(topic, status, "Paint", line_number=line, handlers=(handler,))


def bundle(topics: Sequence[str] = TOPICS, **changes: object) -> ReplayBundle:
    steps = tuple(step(topic, 10 * number) for number, topic in enumerate(topics, start=1))
    made = ReplayBundle(
        "f1",
        "paint-key",
        "Paint",
        "completed",
        "stubbed",
        62.5,
        "payload of the request (color) +25.0; the end of the flow +12.5",
        declared(),
        steps,
        {"input": '"<b>red</b>"'},
        (8, 9),
        {"session_name": "one", "line_number": 9},
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def with_inputs(made: ReplayBundle, *inputs: ReplayInput) -> ReplayBundle:
    """Return the bundle with inputs of its first handler."""
    first = made.observed[0]
    handler = replace(first.handlers[0], inputs=inputs)
    return replace(made, observed=(replace(first, handlers=(handler,)), *made.observed[1:]))
