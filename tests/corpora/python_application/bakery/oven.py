"""Handlers of the oven: trays, baking, and what is left over."""

import asyncio

from bakery.words import required

TRAY = 6
MINUTES = 18


def fill_trays(state, context):
    """Spread the pieces over trays."""
    pieces = required(state, "pieces")
    full, rest = divmod(pieces, TRAY)
    return {"trays": [TRAY] * full + ([rest] if rest else [])}


async def bake_trays(state, context):
    """Bake two trays at a time."""
    trays = required(state, "trays")
    await asyncio.sleep(0)
    return {"baked": sum(trays), "minutes": (len(trays) + 1) // 2 * MINUTES}


def report_baked(state, context):
    """Say that the bread is ready, and clear the trays."""
    context.publish("oven.ready")
    state.pop("trays")
    return {"label": f"{state['baked']} pieces in {state['minutes']} min"}
