from orchestration.domain.severity import SEVERITIES, SEVERITY_WORDS, at_least


def test_at_least_takes_what_is_as_severe_or_more():
    assert at_least("critical") == ("critical",)
    assert at_least("warning") == ("critical", "warning")
    assert at_least("info") == SEVERITIES


def test_every_severity_has_a_word_of_its_own():
    assert len({SEVERITY_WORDS[severity] for severity in SEVERITIES}) == 3
