"""Made histories: the same handler slower in every session from one on, as a new build would make it."""

from collections.abc import Sequence

from orchestration.faults.declared_beats import Declared
from orchestration.faults.handler_faults import slow_down
from orchestration.faults.session_flows import flows_of, owned
from orchestration.faults.session_rows import SessionRows


def slower_from(
    sessions: Sequence[SessionRows], start: int, declared: Declared, handler: str, factor: float, more_ms: float
) -> list[str]:
    """Return the texts of sessions in order, with a handler slower from the session at `start` on.

    A handler that shares its topic with others is left as it is: whose time it is could not be told.
    """
    texts = []
    for place, session in enumerate(sessions):
        log = owned(session)
        flows = flows_of(log)
        places = [
            (flow, beat, beat.calls[0])
            for flow in flows
            for beat in flow.beats
            if len(beat.calls) == 1
            and (owner := declared.only_listener(beat.topic)) is not None
            and owner.handler == handler
        ]
        changed = slow_down(log, flows, places, factor, more_ms) if place >= start and places else log
        texts.append((changed if log.is_sequential else changed.in_order()).text())
    return texts
