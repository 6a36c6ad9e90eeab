"""Stacks are read in all their forms, and the application's top frame leads to the scanned code."""

import json

import pytest

from orchestration.analysis.errors.error_code_places import (
    CodePlace,
    Symbol,
    build_index,
    find_place,
    find_top_frame,
    is_library,
    parse_stack,
    short_function,
)
from orchestration.analysis.errors.source_map import OriginalPlace, SourceMap, plain_source

CHARGE = Symbol("src/pay/charge.ts", "charge", 5, 9)
INDEX = build_index(
    ["src/pay/charge.ts", "src/net/gateway.ts", "src/net/index.ts", "src/pay/index.ts"],
    [CHARGE, Symbol("src/net/gateway.ts", "postForm", 20, 30), Symbol("src/pay/charge.ts", "refund", 12, 14)],
)


@pytest.mark.parametrize(
    ("line", "function", "file", "number", "is_thrown"),
    [
        ("    at async Object.charge (src/pay/charge.ts:7:2)", "Object.charge", "src/pay/charge.ts", 7, True),
        ("    at src/pay/charge.ts:7:2", None, "src/pay/charge.ts", 7, True),
        ("executeBeat @ BeatExecutor.ts:155", "executeBeat", "BeatExecutor.ts", 155, False),
        ("charge@https://shop.example/app.js:3:9", "charge", "https://shop.example/app.js", 3, True),
        ("   at Shop.Cart.Add(Int32 id) in /src/Cart.cs:line 12", "Shop.Cart.Add", "/src/Cart.cs", 12, True),
        ('  File "/srv/app/feed.py", line 41, in import_feed', "import_feed", "/srv/app/feed.py", 41, True),
    ],
)
def test_a_frame_is_read_in_every_form(line: str, function: str, file: str, number: int, is_thrown: bool) -> None:
    (frame,) = parse_stack(line)
    assert (frame.function_name, frame.file_name, frame.line_number, frame.is_thrown) == (
        function, file, number, is_thrown,
    )  # fmt: skip


def test_python_prints_the_innermost_frame_last() -> None:
    frames = parse_stack('Traceback:\n  File "a.py", line 1, in outer\n  File "b.py", line 2, in inner')
    assert [frame.function_name for frame in frames] == ["inner", "outer"]


def test_what_is_no_frame_is_passed_over() -> None:
    assert parse_stack("await in play\nPromise.then\n<Canvas>\n    at nothing") == ()


@pytest.mark.parametrize("file", ["node:internal/timers", "/x/node_modules/a/b.js", "react-dom-client.development.js"])
def test_libraries_are_known_by_their_paths(file: str) -> None:
    assert is_library(file)
    assert not is_library("src/pay/charge.ts")


def test_a_functions_own_name_stands_after_its_owner() -> None:
    assert [short_function(name) for name in ("Object.charge", "(anonymous)", None)] == ["charge", None, None]


def place(stack: str, handler: Symbol | None = None, logged_from: str | None = None) -> CodePlace | None:
    top = find_top_frame(parse_stack(stack), INDEX, handler, logged_from)
    return top.place if top else None


def test_the_innermost_frame_of_no_library_is_the_applications() -> None:
    stack = "    at read (node:fs:1:2)\n    at post (src/net/gateway.ts:8:5)\n    at charge (src/pay/charge.ts:7:2)"
    assert place(stack) == CodePlace("src/net/gateway.ts", 8, "stack frame")


def test_in_a_bundle_the_handlers_name_leads_to_its_definition() -> None:
    assert place("    at charge (chunk-7QKJ2A.js:1:99)", CHARGE) == CodePlace(
        "src/pay/charge.ts", 5, "handler named by the stack"
    )


def test_a_built_file_leads_to_its_source_without_a_line_that_is_not_its_own() -> None:
    assert place("    at x (gateway.js:400:1)") == CodePlace("src/net/gateway.ts", None, "source file of the built one")
    assert place("    at postForm (gateway.js:400:1)") == CodePlace(
        "src/net/gateway.ts", 20, "source file of the built one"
    )


def test_a_frame_below_a_handler_that_cannot_be_placed_does_not_blame_the_caller() -> None:
    assert place("    at e (chunk-7QKJ2A.js:1:9)\n    at run (src/net/gateway.ts:1:1)", CHARGE) is None


def test_two_files_of_one_name_are_told_apart_by_their_folders_or_not_at_all() -> None:
    assert place("    at x (net/index.ts:3:1)") == CodePlace("src/net/index.ts", 3, "stack frame")
    assert place("    at x (index.ts:3:1)") is None


def test_the_file_that_writes_the_log_is_not_the_place() -> None:
    stack = "log @ logger.ts:3\npost @ gateway.ts:8"
    assert place(stack, logged_from="logger.ts") == CodePlace("src/net/gateway.ts", 8, "stack frame")


def test_a_source_map_leads_from_a_bundle_to_the_line() -> None:
    content = {"version": 3, "sources": ["../src/pay/charge.ts"], "mappings": "AAAA,SAASA;AAEA,IAAI", "names": []}
    index = build_index(["src/pay/charge.ts"], [], {"app-1.js": SourceMap(json.dumps(content))})
    top = find_top_frame(parse_stack("    at n (https://a.example/app-1.js:2:3)"), index)
    assert top is not None
    assert top.place == CodePlace("src/pay/charge.ts", 3, "source map")


@pytest.mark.parametrize("text", ["", "{}", '{"sources": [], "mappings": "A!"}', '{"sources": [], "mappings": "AACA"}'])
def test_a_damaged_source_map_knows_no_place(text: str) -> None:
    assert SourceMap(text).find(1, 1) is None


def test_a_map_of_sections_leads_to_the_line_and_a_damaged_section_costs_itself() -> None:
    inner = {"version": 3, "sources": ["src/pay/charge.ts"], "mappings": "AAAA,SAASA;AAEA,IAAI", "names": []}
    other = inner | {"sources": ["src/net/gateway.ts"]}
    sections = [
        {"offset": {"line": 0, "column": 0}, "map": inner},
        {"offset": {"line": 1, "column": 90}, "map": other},
        {"offset": {"line": 5, "column": 0}, "map": {"sources": [], "mappings": "A!"}},
        {"offset": {"line": 10**12, "column": 0}, "map": other},
        {"offset": None, "map": other},
    ]
    found = SourceMap(json.dumps({"version": 3, "sections": sections}))
    assert found.find(1, 1) == OriginalPlace("src/pay/charge.ts", 1)
    assert found.find(2, 60) == OriginalPlace("src/pay/charge.ts", 3)
    assert found.find(2, 91) == OriginalPlace("src/net/gateway.ts", 1)
    assert found.find(3, 1) == OriginalPlace("src/net/gateway.ts", 3)
    assert found.find(6, 1) is None
    assert found.find(10**12 + 1, 1) == OriginalPlace("src/net/gateway.ts", 1)


@pytest.mark.parametrize(
    ("root", "source"),
    [
        ("", "webpack:///./src/pay/charge.ts"), ("", "webpack://shop/./src/pay/charge.ts?1a2b"),
        ("", "webpack-internal:///./src/pay/charge.ts"), ("webpack:///", "src/pay/charge.ts"),
        ("", "vite:/src/pay/charge.ts"), ("", "/@fs/src/pay/charge.ts"),
        ("", "turbopack://[project]/src/pay/charge.ts"),
        ("", "file:///src/pay/charge.ts"), ("src/pay", "charge.ts"), ("src", "./pay/charge.ts"),
        ("/src/", "pay/charge.ts"),
        ("", "../../src/pay/charge.ts"), ("", "src\\pay\\charge.ts"), ("", "./src/pay/charge.ts + 12 modules"),
        ("", "ng:///src/pay/charge.ts"), ("", "src/pay/%63harge.ts"), ("webpack://", "webpack:///src/pay/charge.ts"),
    ],
)  # fmt: skip
def test_a_source_is_known_whatever_its_bundler_put_before_it(root: str, source: str) -> None:
    assert plain_source(root, source) == "src/pay/charge.ts"


def test_of_several_builds_of_one_name_the_folders_decide_and_libraries_are_no_place() -> None:
    def source_map(source: str) -> SourceMap:
        return SourceMap(json.dumps({"version": 3, "sources": [source], "mappings": "AAAA"}))

    maps = {
        "packages/pay/dist/index.js": source_map("../src/charge.ts"),
        "packages/net/dist/index.js": source_map("../src/gateway.ts"),
        "dist/vendor.js": source_map("webpack:///./node_modules/charge/charge.ts"),
    }
    index = build_index(["packages/pay/src/charge.ts", "packages/net/src/gateway.ts"], [], maps)
    found = [
        find_place(parse_stack(f"    at n ({file}:1:1)")[0], index)
        for file in ("/app/packages/net/dist/index.js", "index.js", "dist/vendor.js")
    ]
    assert found == [CodePlace("packages/net/src/gateway.ts", 1, "source map"), None, None]
