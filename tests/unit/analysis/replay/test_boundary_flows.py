"""Which further flows a test plays: those at the ends of what production showed."""

from dataclasses import replace

from orchestration.analysis.replay.boundary_flows import MOST_FLOWS, choose_flows
from orchestration.analysis.replay.replay_model import ReplayBundle
from tests.unit.analysis.replay.replay_bundles import bundle, step


def flow(name: str, **changes: str) -> ReplayBundle:
    return replace(bundle(), flow_id=name, observed=(step("paint:pick", 1, **changes),))


def test_the_least_and_the_greatest_value_are_played() -> None:
    flows = [flow(f"f{number}", total=str(number)) for number in range(1, 10)]
    assert {one.flow_id for one in choose_flows(flows[4], flows)} == {"f1", "f9"}


def test_a_word_of_few_and_a_change_that_is_sometimes_missing_are_played() -> None:
    flows = [flow("a", kind='"red"'), flow("b", kind='"blue"'), flow("c")]
    assert {one.flow_id for one in choose_flows(flows[0], flows)} == {"b", "c"}


def test_flows_that_add_no_boundary_are_not_played() -> None:
    flows = [flow("a", total="5"), flow("b", total="5"), flow("c", total="5")]
    assert choose_flows(flows[0], flows) == []


def test_names_are_no_boundaries_and_there_is_an_end_to_further_flows() -> None:
    named = [flow(f"f{number}", diner=f'"diner {number}"') for number in range(30)]
    assert choose_flows(named[0], named) == []
    wide = [flow(f"f{number}", **{f"k{number}": "1"}) for number in range(30)]
    assert len(choose_flows(wide[0], wide)) == MOST_FLOWS
