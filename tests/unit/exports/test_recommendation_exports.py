"""Recommendations as files: each valid in its format, whatever the texts are, and the same in every run."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pytest
from jsonschema import Draft202012Validator

from orchestration.cli.exporting.recommendations import (
    RecommendationChoice,
    choose_recommendations,
    export_junit,
    export_recommendations,
    load_recommendations,
)
from orchestration.domain.errors import UsageError
from orchestration.exports.junit import write_junit
from orchestration.exports.recommendations import Recommendation, write_findings, write_sarif
from orchestration.gates import Reason, every_gate, parse_gates, reason_in_words
from orchestration.settings import load_settings
from tests.unit.docs_site.recommendation_rows import insert, write_recommendation
from tests.unit.docs_site.synthetic_warehouse import empty_home

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif.json").read_text(encoding="utf-8"))
NAUGHTY = ("]]></failure>", "<script>", "line\nend\x00\x1b[31m", "\u202etxt", 'say "hi" & go', "\ud800 broken", "100 %")


@pytest.fixture
def rows(tmp_path: Path) -> list[Recommendation]:
    home = empty_home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        write_recommendation(connection, 1)
        write_recommendation(connection, 2, severity="info", fix_class="write_test", code_file_path=None)
        write_recommendation(connection, 3, severity="warning", outcome="not_seen_in_newest_build")
        return load_recommendations(connection, RecommendationChoice(is_gone_included=True))


def sarif(rows: list[Recommendation]) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(write_sarif(rows, "1.0"))
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(value)] == []
    run: dict[str, Any] = value["runs"][0]
    return run


def test_sarif_has_a_rule_per_fix_a_line_of_code_and_a_lasting_fingerprint(rows: list[Recommendation]) -> None:
    run = sarif(rows)
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["guard_failure", "write_test"]
    first, second, third = run["results"]
    place = first["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "src/take.ts"}, "region": {"startLine": 7}}
    assert first["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 12}
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a.log"
    assert [result["level"] for result in (first, second, third)] == ["error", "note", "warning"]
    worded_anew = sarif([replace(rows[0], title="in other words")])["results"][0]
    assert worded_anew["partialFingerprints"] == first["partialFingerprints"] == {"recommendationId/v1": "id0001"}


def test_nothing_to_recommend_is_a_valid_file() -> None:
    assert sarif([])["results"] == []
    assert ElementTree.fromstring(write_junit([], {})).tag == "testsuites"


def test_junit_fails_what_the_gates_find_and_nothing_else(rows: list[Recommendation]) -> None:
    failing, holding = parse_gates(["deviations", "errors:critical"])
    reason = Reason("critical", "failed beat", "Order, beat 2", "no table", 3, 2, "a.log", 12)
    root = ElementTree.fromstring(write_junit(rows, {failing: [reason], holding: []}))
    suites = {suite.get("name"): suite for suite in root}
    assert {name: (suite.get("failures"), suite.get("skipped")) for name, suite in suites.items()} == {
        "deviations": ("1", "0"), "errors": ("0", "0"), "guard_failure": ("0", "2"), "write_test": ("0", "1"),
    }  # fmt: skip
    assert len(root.findall(".//failure")) == 1
    case = suites["deviations"][0]
    assert (case.get("name"), case[0].get("message")) == ("failed beat: Order, beat 2", reason_in_words(reason))
    assert suites["errors"][0].get("name") == "no errors of severity High or more"
    advice = suites["guard_failure"][0][0]
    assert advice.get("message") == "Guard the failure."
    assert "src/take.ts:7" in (advice.text or "")


def test_junit_of_a_home_fails_exactly_where_the_gate_does(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        write_recommendation(connection, 1)
        for severity in ("critical", "warning"):
            row = {"deviation_class": "failed_beat", "severity": severity, "is_accepted": False}
            insert(connection, "marts.fct_flow_deviations", row | {"is_consequence": False, "session_id": "s1"})
    settings = load_settings(None, {"home": tmp_path})
    for typed, count in (("deviations:critical", 1), ("deviations", 2), ("drift", 0)):
        export_junit(settings, RecommendationChoice(), parse_gates([typed]), None)
        root = ElementTree.parse(tmp_path / "exports" / "recommendations.junit.xml")
        assert len(root.findall(".//failure")) == count


@pytest.mark.parametrize("text", NAUGHTY)
def test_hostile_text_stays_text_in_every_format(rows: list[Recommendation], text: str) -> None:
    row = replace(rows[0], title=text, fix=text, observed=text, code_file_path=text, causal_path=text)
    sarif([row])
    reason = Reason("critical", text, text, text, 1, 1, text, 1)
    assert ElementTree.fromstring(write_junit([row], {every_gate()[0]: [reason]}))[0].tag == "testsuite"
    assert json.loads(write_findings([row]))["findings"][0]["recommendation_id"] == "id0001"


def test_what_is_gone_or_not_severe_enough_is_left_out_when_asked(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        write_recommendation(connection, 1)
        write_recommendation(connection, 2, severity="info")
        write_recommendation(connection, 3, outcome="not_seen_in_newest_build")
    settings = load_settings(None, {"home": tmp_path})
    export_recommendations(settings, "findings", RecommendationChoice("warning"), None)
    found = json.loads((tmp_path / "exports" / "recommendations.json").read_text(encoding="utf-8"))
    assert [row["recommendation_id"] for row in found["findings"]] == ["id0001"]
    with pytest.raises(UsageError, match="give one of critical, warning, info"):
        choose_recommendations("grave", is_gone_included=False)
