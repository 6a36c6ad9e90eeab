"""Where handlers stand: inside their plugin's box, no two on one place, what follows to the right."""

import random
import time

from orchestration.analysis.graph.graph_layout import place_handlers


def test_what_follows_stands_to_the_right_inside_the_box_of_its_plugin() -> None:
    places, boxes = place_handlers({"a": "P", "b": "P", "c": "P", "d": "Q"}, [("a", "b"), ("b", "c"), ("c", "d")])
    assert places["a"][0] < places["b"][0] < places["c"][0]
    corners = {box.group: box for box in boxes}
    for handler, plugin in (("a", "P"), ("c", "P"), ("d", "Q")):
        box, (x, y) = corners[plugin], places[handler]
        assert box.x <= x <= box.x + box.width
        assert box.y <= y <= box.y + box.height


def test_a_cycle_is_opened() -> None:
    places, _ = place_handlers(dict.fromkeys("abc", "P"), [("a", "b"), ("b", "c"), ("c", "a")])
    assert len(set(places.values())) == 3


def test_no_handlers_need_no_boxes() -> None:
    assert place_handlers({}, []) == ({}, [])


def test_500_handlers_and_3000_connections_are_placed_apart_and_the_same_each_time() -> None:
    chance = random.Random(7)
    groups = {f"h{number:03}": f"P{number % 12}" for number in range(500)}
    names = sorted(groups)
    edges = [(chance.choice(names), chance.choice(names)) for _ in range(3000)]
    started = time.perf_counter()
    places, boxes = place_handlers(groups, edges)
    assert time.perf_counter() - started < 2
    assert len(set(places.values())) == 500
    assert place_handlers(groups, reversed(edges)) == (places, boxes)
