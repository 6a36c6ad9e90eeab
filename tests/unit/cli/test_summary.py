"""The last lines of a run."""

from orchestration.cli.summary import conformance, printable


def test_a_share_of_nothing_is_words_not_a_number() -> None:
    assert conformance(0, 0) == "nothing to conform"
    assert conformance(1, 3) == "33.3% conformant"


def test_log_text_cannot_command_the_terminal() -> None:
    assert printable("a\x1b[2Jb\n") == "a\N{REPLACEMENT CHARACTER}[2Jb\N{REPLACEMENT CHARACTER}"
    assert printable("größe 🎵") == "größe 🎵"
