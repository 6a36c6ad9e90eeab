"""JSON of reports: what the standard forbids costs the value it stands in, not the report."""

import json
from typing import Any


def parse_report_json(text: str) -> tuple[Any, str | None]:
    """Return the value and None, or None and the problem in words; NaN and Infinity are no value."""
    try:
        return json.loads(text, parse_constant=lambda _: None, strict=False), None
    except json.JSONDecodeError as error:
        return None, f"not valid JSON: {error.msg.lower()} in line {error.lineno}, column {error.colno}"
    except (ValueError, RecursionError) as error:
        return None, f"not valid JSON: {type(error).__name__}"
