"""Records sessions: `python -m bakery.record FOLDER` writes their logs, the same ones each time."""

import random
import sys
from pathlib import Path

from bakery.conductor import Conductor, declared
from bakery.orders import PRICES

SESSIONS = 4
CUSTOMERS = ["Ada", "Noël", 'Zoë "Z"', "'; drop table orders; --", "</script><b>Bo</b>", "Kim\nLee"]


def main(folder):
    """Write the logs of all sessions."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(SESSIONS):
        lines = []
        conductor = Conductor(lines.append, 1_762_848_000 + number * 86_400)
        conductor.say("INFO", "app", "app.release", release="1.0.0", app="bakery")
        conductor.say("INFO", "app", "session.start", session=f"bakery-{number}")
        for key, sequence in declared().items():
            name = f'"{sequence["name"]}"'
            conductor.say("DEBUG", "app", "seq.registered", seq=key, name=name, beats=3)
        for _ in range(12):
            evening(conductor, random.Random(number * 1000 + conductor.count))
        conductor.say("INFO", "app", "session.end", session=f"bakery-{number}", flows=conductor.count)
        (folder / f"bakery-{number}.log").write_text("".join(lines), encoding="utf-8")


def evening(conductor, chance):
    """Let a customer order, share or save, and pay."""
    customer = chance.choice(CUSTOMERS)
    names = chance.sample(sorted(PRICES), chance.randint(1, 3))
    breads = {name: chance.randint(1, 6) for name in names}
    if chance.random() < 0.05:
        breads["cake"] = 1
    placed = conductor.ask("order-place", {"customer": customer, "breads": breads})
    conductor.now += chance.randint(5, 90)
    if placed.error:
        return
    conductor.ask("oven-bake", {"pieces": placed.state["pieces"]})
    total = placed.state["total_cents"]
    if chance.random() < 0.4:
        saved = conductor.ask("order-discount", {"total_cents": total, "discount_pct": chance.choice([5, 10, 15])})
        total = saved.state["total_cents"]
    if chance.random() < 0.4:
        conductor.ask("order-share", {"total_cents": total, "people": chance.randint(2, 5)})
    given = total + chance.choice([-5, 0, 12, 37, 188, 500 - total % 500])
    conductor.ask("till-pay", {"customer": customer, "total_cents": total, "given_cents": given})
    conductor.now += chance.randint(20, 400)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
