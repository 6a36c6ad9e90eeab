"""Orders."""

from functools import cache


class Orders:
    """All orders."""

    @cache
    def total(self, lines: list[int]) -> int:
        """Add the lines up."""
        return sum(line for line in lines if line > 0)


async def place(order: dict) -> None:
    # def commented(): pass
    def check(value):
        return value and True

    if check(order):
        publish("order.placed", order)


double = lambda x: x * 2
