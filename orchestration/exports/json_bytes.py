"""JSON as the exports write it: UTF-8, compact, the same bytes for the same value."""

import json


def json_bytes(value: object) -> bytes:
    """Return `value` as JSON; text that is not valid Unicode has its broken characters replaced."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode("utf-8")
