"""Handlers of orders: what is wanted, what it costs, who gets which number."""

import hashlib

from bakery.words import NoSuchBread, required

PRICES = {"rye": 420, "spelt": 515, "wheat": 330, "brioche": 260}
DOZEN = 12
FREE_DELIVERY_CENTS = 3000
DELIVERY_CENTS = 350


def check_order(state, context):
    """Refuse what nobody bakes."""
    wanted = required(state, "breads")
    unknown = sorted(name for name in wanted if name not in PRICES)
    if unknown:
        raise NoSuchBread(f"nobody bakes {', '.join(unknown)}")
    return {"pieces": sum(wanted.values())}


def price_order(state, context):
    """Price the pieces; a dozen is a piece cheaper."""
    wanted = required(state, "breads")
    cents = sum(PRICES[name] * count for name, count in wanted.items())
    if required(state, "pieces") >= DOZEN:
        cents -= min(PRICES[name] for name in wanted)
    return {"goods_cents": cents}


def add_delivery(state, context):
    """Add the way to the door, which is free for large orders."""
    goods = required(state, "goods_cents")
    delivery = 0 if goods >= FREE_DELIVERY_CENTS else DELIVERY_CENTS
    return {"delivery_cents": delivery, "total_cents": goods + delivery}


def number_order(state, context):
    """Give the order its number."""
    digest = hashlib.sha256(f"{state['customer']}/{state['total_cents']}".encode()).hexdigest()
    return {"order_number": f"B-{digest[:6]}"}


async def announce_order(state, context):
    """Tell the oven."""
    context.publish("order.placed", {"pieces": state["pieces"]})


def discount_total(state, context):
    """Take a percentage off, in favour of the customer."""
    off = required(state, "total_cents") * required(state, "discount_pct") // 100
    return {"off_cents": off, "total_cents": state["total_cents"] - off}


def share_total(state, context):
    """Share the bill; cents that do not divide go to the first."""
    total, people = required(state, "total_cents"), required(state, "people")
    return {"shares": [total // people + (1 if place < total % people else 0) for place in range(people)]}
