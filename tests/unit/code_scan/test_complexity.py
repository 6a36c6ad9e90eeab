"""McCabe's number in each language: one more than the points where the path can go another way."""

import pytest

from orchestration.code_scan.reader import read_facts

SOURCES = {
    "typescript": """
function pick(kind: string, list?: number[]) {
  switch (kind) {
    case "a": return 1;
    case "b": return 2;
    default: return list?.length ?? (kind && kind.length > 1 ? 3 : 4);
  }
}
const inner = () => { try { for (const x of []) { if (x) break; } } catch { return 1; } };
""",
    "c_sharp": """
class Kinds {
  int Pick(string kind) {
    switch (kind) { case "a": return 1; case "b": return 2; default: return 3; }
  }
  int Map(int kind) => kind switch { 1 => 10, 2 => 20, _ => 0 };
  int Loop(int[] list) { foreach (var x in list) { if (x > 0 && x < 9) return x; } return 0; }
}
""",
    "python": """
def pick(kind, rest):
    match kind:
        case "a":
            return 1
        case "b":
            return 2
        case _:
            return [x for x in rest if x]

def loop(rest):
    try:
        while rest and kind:
            rest.pop()
    except ValueError:
        return 0 if rest else 1
""",
}
EXPECTED = {
    "typescript": {"pick": 6, "inner": 4},
    "c_sharp": {"Pick": 3, "Map": 3, "Loop": 4},
    "python": {"pick": 5, "loop": 5},
}


@pytest.mark.parametrize("language", sorted(SOURCES))
def test_each_branching_point_adds_one_and_what_is_left_adds_none(language: str) -> None:
    facts = read_facts(SOURCES[language].encode(), language)
    found = {symbol.name: symbol.complexity for symbol in facts.symbols if symbol.complexity is not None}
    assert found == EXPECTED[language]
