"""What handlers share: how they read the state of a flow, and what may go wrong."""


class MissingInput(Exception):
    """A sequence was played without something a handler cannot do without."""


class NoSuchBread(Exception):
    """An order names a bread nobody bakes."""


def required(state, key):
    """Return a value of the state; raise MissingInput when there is none."""
    if state.get(key) is None:
        raise MissingInput(f"no {key} in the flow's state")
    return state[key]
