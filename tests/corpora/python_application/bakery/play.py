"""Plays a flow of the log again, as `[tests] player` asks: with the inputs of its bundle."""

from bakery.conductor import Conductor


def play(request):
    """Answer a request of Sightline."""
    bundle = request["bundle"]
    state = {one["key"]: one["value"] for one in bundle["inputs"] if one["state"] == "known"}
    result = Conductor().play(bundle["flow"]["sequence_key"], state)
    answer = {"status": result.status, "steps": result.steps, "inputs": state, "stand_ins": []}
    return {**answer, "error": str(result.error)} if result.error else answer
