"""A baseline is kept whole, and a comparison with it says what changed, how sure that is, and where it cannot tell."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import log
from pathlib import Path

import numpy as np
import pytest

from docs_site.html import links
from docs_site.pages.baseline_section import baseline_section, comparison_tables
from orchestration.analysis.baselines.baseline_comparison import compare_with_baseline
from orchestration.analysis.baselines.baseline_model import (
    FORMAT,
    VERSION,
    Baseline,
    BaselineSession,
    Covered,
    DeclaredBeat,
    Rate,
    Spread,
    TimedUnit,
    read_baseline,
    write_baseline,
)
from orchestration.analysis.baselines.rate_comparison import compare_rates
from orchestration.analysis.baselines.saved_baselines import free_place_of, keep_baseline, load_file, saved_place_of
from orchestration.cli.baseline_report import describe_comparison
from orchestration.domain.errors import UsageError

START = datetime(2026, 1, 1, tzinfo=UTC)
UNITS = 20


def baseline(
    sessions: int = 8, slower: float = 1.0, bad: tuple[int, ...] = (), clock_ms: float = 0.1, seed: int = 5
) -> Baseline:
    """Return sessions of twenty handlers; handler 3 is `slower`, `bad` flows of four deviate in the first sessions."""
    random = np.random.default_rng(seed)
    loads = random.uniform(1, 1.5, sessions)
    units = []
    for unit in range(UNITS):
        durations = (5 + unit) * loads * (slower if unit == 3 else 1) * random.lognormal(0, 0.05, sessions)
        levels = tuple((place, log(ms + clock_ms), 9) for place, ms in enumerate(durations))
        spread = Spread(9 * sessions, 9.0 * sum(durations), max(durations), float(np.median(durations)), None, None, {})
        units.append(TimedUnit("handler", f"h{unit:02}", f"handler {unit}", "Tea", clock_ms, spread, levels))
    counts = tuple((place, 4, bad[place] if place < len(bad) else 0) for place in range(sessions))
    return Baseline(
        FORMAT,
        VERSION,
        "main",
        START,
        tuple(
            BaselineSession(f"{seed}-{place}", f"s{place}", f"{place}.log", None, START + timedelta(hours=place), None)
            for place in range(sessions)
        ),
        tuple(units),
        (Rate("sequence", "tea", "Tea Brew", "deviates", counts),),
        (Covered("handler", "h00", "handler 0", True, sessions, 9),),
        (DeclaredBeat("b1", "tea", "h03", "Tea Brew, beat 1: tea:boil", "immediate", "pure"),),
    )


def test_a_baseline_reads_back_as_it_was_written(tmp_path: Path) -> None:
    kept = baseline()
    place = free_place_of(tmp_path, "main", is_forced=False)
    keep_baseline(place, kept)
    assert load_file(saved_place_of(tmp_path, "main")) == kept
    with pytest.raises(UsageError, match="saved already; replace it with --force"):
        free_place_of(tmp_path, "main", is_forced=False)
    with pytest.raises(UsageError, match=r"other: no baseline of this name .*saved: main"):
        saved_place_of(tmp_path, "other")


@pytest.mark.parametrize("name", ["", "../main", ".hidden", "a/b", "a b", "x" * 65, "näme", "a\n"])
def test_a_name_that_is_no_file_name_everywhere_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a baseline's name"):
        free_place_of(tmp_path, name, is_forced=True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not json", "is not a baseline of Sightline"),
        (b'{"format": "sightline-baseline"}', "is not a baseline of Sightline"),
        (write_baseline(replace(baseline(), format="else")), "format 'else'"),
        (write_baseline(replace(baseline(), version=99)), "version 99"),
        (write_baseline(replace(baseline(), name="../x")), "is not a baseline's name"),
        (write_baseline(replace(baseline(), sessions=())), "counts sessions that it does not list"),
    ],
)
def test_a_file_that_is_no_baseline_is_told_in_one_line(content: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said) as error:
        read_baseline(content, "given.json")
    assert "\n" not in str(error.value)


def test_a_slower_handler_is_named_and_no_other() -> None:
    times = compare_with_baseline(baseline(), baseline(slower=2, seed=6)).times
    (slower,) = [time for time in times if time.verdict == "slower"]
    assert (slower.unit_id, slower.before.spread.count) == ("h03", 72)
    assert slower.change_ms_low is not None
    assert slower.change_ms is not None
    assert 0 < slower.change_ms_low < slower.change_ms < 30
    assert {time.verdict for time in times} == {"slower", "no_change"}


def test_a_change_smaller_than_a_tenth_of_a_millisecond_is_not_written_as_nothing() -> None:
    time = compare_with_baseline(baseline(), baseline(slower=2, seed=6)).times[0]
    small = replace(time, change_ms=0.0042, change_ms_low=0.00051, change_ms_high=-0.05)
    assert small.change_words == ("+0.0042 ms", "+0.0005 to -0.050 ms")
    large = replace(time, change_ms=1249.94, change_ms_low=-0.84, change_ms_high=None)
    assert large.change_words == ("+1,249.9 ms", "-0.8 to ? ms")


def test_sessions_of_the_same_application_show_no_change() -> None:
    found = [compare_with_baseline(baseline(), baseline(seed=seed)) for seed in range(6, 26)]
    assert sum(time.verdict != "no_change" for one in found for time in one.times) <= 1


def test_a_coarser_clock_alone_slows_nothing() -> None:
    times = compare_with_baseline(baseline(), baseline(clock_ms=1.0, seed=6)).times
    assert {time.verdict for time in times} == {"no_change"}


def test_two_sessions_are_too_few_to_tell() -> None:
    found = compare_with_baseline(baseline(), baseline(sessions=2, slower=9, seed=6))
    assert {time.verdict for time in found.times} == {"cannot_tell"}


def test_what_deviates_in_most_sessions_deviates_more_often() -> None:
    (rate,) = compare_with_baseline(baseline(), baseline(bad=(1, 2, 1, 1, 1, 3), seed=6)).rates
    assert (rate.verdict, rate.is_new) == ("more", True)
    assert (rate.shift.before_bad, rate.shift.after_bad, rate.shift.after_cases) == (0, 9, 32)


def test_one_broken_session_is_one_observation_however_many_flows_it_breaks() -> None:
    (rate,) = compare_with_baseline(baseline(), baseline(bad=(4,), seed=6)).rates
    assert (rate.verdict, rate.is_new) == ("no_change", True)


def test_the_chance_of_few_sessions_is_exact() -> None:
    shift = compare_rates([(5, 0)] * 3, [(5, 5)] * 3, 0.05)
    assert shift.p_value == pytest.approx(2 / 20)
    assert compare_rates([(5, 0)] * 10, [(5, 5)], 0.05).p_value is None
    assert compare_rates([(5, 0)] * 19, [(5, 5)], 0.05).p_value == pytest.approx(1 / 20)


def test_what_is_no_longer_tested_seen_or_declared_is_told() -> None:
    before = baseline()
    seen = before.covered[0]
    untested = compare_with_baseline(before, replace(baseline(seed=6), covered=(replace(seen, is_tested=False),)))
    assert [(item.change, item.verdict) for item in untested.coverage] == [("no longer tested", "changed")]
    unseen = compare_with_baseline(before, replace(baseline(seed=6), covered=(replace(seen, session_count=0),)))
    assert [(item.change, item.verdict) for item in unseen.coverage] == [("not seen", "changed")]
    gone = compare_with_baseline(before, replace(baseline(seed=6), covered=()))
    assert [item.change for item in gone.coverage] == ["no longer declared or seen"]


def test_what_few_sessions_showed_may_be_unseen_by_chance() -> None:
    before = replace(baseline(), covered=(Covered("handler", "h00", "handler 0", True, 1, 1),))
    now = replace(baseline(seed=6), covered=(Covered("handler", "h00", "handler 0", True, 0, 0),))
    assert [item.verdict for item in compare_with_baseline(before, now).coverage] == ["cannot_tell"]


def test_another_declared_timing_is_told() -> None:
    before = baseline()
    now = replace(baseline(seed=6), beats=(replace(before.beats[0], timing="after-beat"),))
    (change,) = compare_with_baseline(before, now).declarations
    assert (change.what, change.before, change.now) == ("timing", "immediate", "after-beat")
    assert compare_with_baseline(before, baseline(seed=6)).declarations == ()


def test_a_beat_is_explained_by_its_handler() -> None:
    def with_beat(side: Baseline) -> Baseline:
        return replace(side, units=(*side.units, replace(side.units[3], kind="beat", unit_id="b1", name="beat 1")))

    times = compare_with_baseline(with_beat(baseline()), with_beat(baseline(slower=3, seed=6))).times
    assert {time.kind: time.explained_by for time in times if time.verdict == "slower"} == {
        "handler": None,
        "beat": "handler 3",
    }


def test_the_terminal_and_the_page_say_the_same_and_names_stay_names() -> None:
    before = baseline()
    hostile = "<b>Brew\x1b[31m</b>"
    now = replace(
        baseline(slower=2, bad=(1, 2, 1, 1, 1, 3), seed=6),
        rates=(replace(baseline(bad=(1, 2, 1, 1, 1, 3), seed=6).rates[0], name=hostile),),
        beats=(replace(before.beats[0], timing="after-beat"),),
    )
    comparison = compare_with_baseline(before, now)
    lines = "\n".join(describe_comparison(before, comparison))
    assert "Against baseline main (8 sessions), 8 other sessions:" in lines
    assert "slower: handler handler 3 +" in lines
    assert "flows that deviate: 0 of 32 in 8 sessions before, 9 of 32 in 8 sessions now" in lines
    assert "declared timing of Tea Brew, beat 1: tea:boil: immediate, now after-beat" in lines
    assert "\x1b" not in lines
    html = "".join(table for _, table in comparison_tables(comparison, links.REGRESSIONS))
    assert "handler 3 (handler)" in html
    assert "28.1 (9 of 32)" in html
    assert "<b>" not in html
    assert "&lt;b&gt;Brew" in html
    assert "after-beat" in html


def test_without_other_sessions_there_is_nothing_to_compare() -> None:
    (line,) = describe_comparison(baseline(), None)
    assert "nothing to compare, all sessions are in it" in line
    assert baseline_section(Path("absent"), None, links.REGRESSIONS).tables == ()
