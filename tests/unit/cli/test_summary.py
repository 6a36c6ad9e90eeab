"""The last lines of a run."""

from orchestration.cli.summary import conformance, describe_handler, describe_problems, describe_set_aside, printable
from orchestration.domain.passed_over import problem_of_no_log


def test_a_share_of_nothing_is_words_not_a_number() -> None:
    assert conformance(0, 0, 4) == "nothing to conform"
    assert conformance(1, 3, 4) == "33.3% conformant"


def test_flows_without_any_declaration_are_not_called_wrong() -> None:
    assert "no declared sequence" in conformance(0, 26, 0)
    assert "%" not in conformance(0, 26, 0)


def test_files_that_give_no_session_are_said() -> None:
    assert describe_problems(0) == ""
    assert describe_problems(3) == "; 3 files with a problem: the data health page says which"


def test_files_in_no_number_are_named() -> None:
    assert list(describe_set_aside([])) == []
    document = problem_of_no_log("a JSON document (analysis or configuration file)")
    files = [("not_a_log", document, ["a.json"]), ("unrecognised", "", ["1", "2", "3", "4\x1b[2J"])]
    lines = list(describe_set_aside(files))
    assert lines == [
        "not a log: a.json: a JSON document (analysis or configuration file)",
        "of no dialect known here: 1, 2, 3 and 1 more: see the guide 'Add a dialect'",
    ]


def test_log_text_cannot_command_the_terminal() -> None:
    assert printable("a\x1b[2Jb\n") == "a\N{REPLACEMENT CHARACTER}[2Jb\N{REPLACEMENT CHARACTER}"
    assert printable("größe 🎵") == "größe 🎵"


def test_a_handler_with_few_executions_is_named_without_a_percentile() -> None:
    assert describe_handler("slow", None, None, 61.7, None, None, 19) == (
        "look at slow of ?: 62% of handler time (n = 19, too few for percentiles)"
    )
    assert describe_handler("slow", "Plugin", 2757.9, 72.0, 5094.5, 11423.0, 224) == (
        "look at slow of Plugin: 72% of handler time, p50 5,094.5 ms, p95 11,423.0 ms (n = 224); "
        "flows wait 2,757.9 ms per session for it"
    )
