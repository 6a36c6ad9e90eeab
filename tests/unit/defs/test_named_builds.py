"""The builds the user names become rows, in the order of the configuration."""

from orchestration.defs.project.assets import named_build_rows


def test_patterns_keep_the_order_in_which_they_are_tried() -> None:
    rows = named_build_rows({"before/*": "1.0", "*": "2.0"}).to_pylist()
    assert rows == [
        {"pattern_number": 1, "log_path_pattern": "before/*", "build_name": "1.0"},
        {"pattern_number": 2, "log_path_pattern": "*", "build_name": "2.0"},
    ]


def test_no_builds_are_an_empty_table_and_no_error() -> None:
    assert named_build_rows({}).num_rows == 0
