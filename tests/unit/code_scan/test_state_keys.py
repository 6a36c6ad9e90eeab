"""Which keys of the shared state a function reads, writes and returns."""

from pathlib import Path

from tests.unit.code_scan.sources import rows, scan_tree, sequence, write_tree


def state_of(home: Path, source: str, *handlers: str, path: str = "handlers.ts") -> set[tuple[str, str, str]]:
    files = {path: source, "json-sequences/play.json": sequence("play", *handlers)}
    scan_tree(write_tree(home / "code", files), home)
    return {
        (row["code_function_name"], row["edge_kind"], row["target_name"])
        for row in rows(home, "code_edges")
        if row["edge_kind"].endswith("_state")
    }


def test_keys_a_handler_returns_are_found_and_those_of_its_callbacks_are_not(tmp_path: Path) -> None:
    source = (
        "export const price = (state) => {\n"
        "  const lines = state.items.map((item) => ({ inner: item }));\n"
        "  lines.forEach((line) => { return { other: line }; });\n"
        "  if (!lines.length) return { empty: true };\n"
        "  return { lines, 'total': 1, [computed]: 2 } as Result;\n"
        "};\n"
        "export const short = (state) => ({ quick: state.items });\n"
    )
    assert state_of(tmp_path, source, "price", "short") == {
        ("price", "reads_state", "items"),
        ("price", "returns_state", "empty"),
        ("price", "returns_state", "lines"),
        ("price", "returns_state", "total"),
        ("short", "reads_state", "items"),
        ("short", "returns_state", "quick"),
    }


def test_what_other_functions_return_is_no_state(tmp_path: Path) -> None:
    source = "export const play = () => {};\nexport function helper() { return { a: 1 }; }\n"
    assert state_of(tmp_path, source, "play") == set()


def test_a_key_asked_for_by_its_text_is_read(tmp_path: Path) -> None:
    source = (
        "export function play(state) { return need(state, 'sku') + need(ctx.payload, \"cart\") + need(other, 'x'); }\n"
    )
    assert state_of(tmp_path, source, "play") == {("play", "reads_state", "sku"), ("play", "reads_state", "cart")}


def test_keys_of_python_handlers_are_found(tmp_path: Path) -> None:
    source = (
        "KEY = 'variable'\n"
        "def price(state, context):\n"
        "    lines = required(state, 'lines')\n"
        "    state['seen'] = context.payload.get(\"tip\", 0) + state['fee']\n"
        "    del state['draft']\n"
        "    rows = sorted(lines, key=lambda line: {'inner': line})\n"
        "    def inner():\n"
        "        return {'hidden': 1}\n"
        "    if not rows:\n"
        "        return {'empty': True}\n"
        "    return {'total': 1, KEY: 2} if lines else {'none': 0}\n"
    )
    assert state_of(tmp_path, source, "price", path="handlers.py") == {
        ("price", "reads_state", "lines"),
        ("price", "reads_state", "tip"),
        ("price", "reads_state", "fee"),
        ("price", "writes_state", "seen"),
        ("price", "writes_state", "draft"),
        ("price", "returns_state", "empty"),
        ("price", "returns_state", "none"),
        ("price", "returns_state", "total"),
    }
