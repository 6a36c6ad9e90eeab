"""Handlers of the till: paying, and the change."""

from bakery.words import required

COINS = (200, 100, 50, 20, 10, 5, 2, 1)


class NotEnough(Exception):
    """The customer gave less than the total."""


def take_money(state, context):
    """Take what is given."""
    missing = required(state, "total_cents") - required(state, "given_cents")
    if missing > 0:
        raise NotEnough(f"{missing} cents are missing")
    return {"change_cents": -missing}


def count_coins(state, context):
    """Give the change in as few coins as there are."""
    left, coins = required(state, "change_cents"), []
    for coin in COINS:
        count, left = divmod(left, coin)
        coins += [coin] * count
    return {"coins": coins, "coin_count": len(coins)}


def print_receipt(state, context):
    """Write the receipt, with the customer's words as they are."""
    return {"receipt": f"{state['customer']}: {state['total_cents'] / 100:.2f} EUR"}
