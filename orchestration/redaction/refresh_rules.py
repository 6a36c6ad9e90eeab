"""Make gitleaks_rules.toml anew: `python -m orchestration.redaction.refresh_rules VERSION FILE`.

FILE is gitleaks' `config/gitleaks.toml`, or anything that holds it, such as its program. Only what a log can hold is
taken, in the form of rules.py, and widened: in a log a name and its value stand in quotes that are themselves quoted,
and a value ends with any sign that it cannot hold. What redaction is, and our own rules, are elsewhere.
"""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent / "gitleaks_rules.toml"
_BEGIN = b"# This file has been auto-generated."
# Their place is a file of a certain name, or they are a part of a rule of ours (rules.toml).
LEFT_OUT = frozenset(
    {"pkcs12-file", "kubernetes-secret-yaml", "freemius-secret-key", "hashicorp-tf-password", "nuget-config-password"}
    | {"private-key", "jwt"}
)
# Any 40 hexadecimal digits beside the word: in a log that is a commit.
_BARE_COMMIT = r"|[a-fA-F0-9]{40})\b"
# Where the whole pattern would be slow to find, and a part of it is rare enough.
_ANCHORS = {
    "curl-auth-header": r"(?i)\bcurl\s",
    "curl-auth-user": r"(?i)\bcurl\s",
    "atlassian-api-token": r"(?i)(?:atlassian|confluence|jira)[^\n]{0,40}?[=:>,]|ATATT3",
}
_NAME_HEAD = "[\\w.-]{0,50}?"
_NAME_TAIL = "(?:[ \\t\\w.-]{0,20})[\\s'\"]{0,3}"
_SIGN = "(?:=|>|:{1,3}=|\\|\\||:|=>|\\?=|,)[\\x60'\"\\s=]{0,5}"
_END = "(?:[\\x60'\"\\s;]|\\\\[nr]|$)"
_QUOTE = "(?:[\\s'\"\\x60\\\\]|%(?:25)*2[27]|&quot;|&#3[49];)"
_WIDE_TAIL = "(?:[ \\t\\w.-]{0,20})" + _QUOTE + "{0,6}"
_WIDE_SIGN = "(?:=|>|:{1,3}=|\\|\\||:|=>|\\?=|,|%(?:25)*3[ad])(?:" + _QUOTE + "|=){0,6}"
_WIDE_END = "(?:[^\\w]|\\\\[nr]|$)"
_HEADER = """# Public rules of gitleaks {version}: https://github.com/gitleaks/gitleaks (MIT, see gitleaks_license.txt).
# Made by `python -m orchestration.redaction.refresh_rules`; do not edit. What a rule may say: rules.py.
version = "{version}"
"""


def read_source(path: Path) -> dict[str, Any]:
    """Return gitleaks' rules out of a file that holds them."""
    data = path.read_bytes()
    begin = max(data.find(_BEGIN), 0)
    end = data.find(b"\0", begin)
    return tomllib.loads(data[begin : end if end >= 0 else len(data)].decode())


def converted(rule: dict[str, Any]) -> dict[str, Any]:
    """Return a rule of gitleaks in our form."""
    source = rule["regex"].replace(_BARE_COMMIT, r")\b")
    is_named = _SIGN in source
    new: dict[str, Any] = {"name": rule["id"].replace("-", "_")} | _found_by(rule)
    new["pattern"] = source.replace(_NAME_TAIL, _WIDE_TAIL).replace(_SIGN, _WIDE_SIGN).replace(_END, _WIDE_END)
    if rule["id"] == "generic-api-key":
        new["pattern"] = source
    if "secretGroup" in rule:
        new["secret_group"] = rule["secretGroup"]
    if "entropy" in rule:
        new["min_entropy"] = rule["entropy"]
    # Beside the bare name of a company any word would do.
    if is_named and "[0-9a-f]{8}-" not in source:
        new["check"] = "mixed"
    return new | _spared(rule)


def _spared(rule: dict[str, Any]) -> dict[str, Any]:
    """Return what a rule lets pass; examples out of manuals are no reason to let a key pass."""
    lists = [each for each in rule.get("allowlists", ()) if "paths" not in each and "stopwords" not in each]
    words = [word for each in rule.get("allowlists", ()) for word in each.get("stopwords", ())]
    if rule["id"] not in ("generic-api-key", "curl-auth-user"):
        return {}
    of_match = [e for each in rule["allowlists"] if each.get("regexTarget") == "match" for e in each["regexes"]]
    of_secret = [e for each in lists if "regexTarget" not in each for e in each["regexes"]]
    found = {"spared": of_secret, "spared_match": of_match, "spared_words": words}
    return {key: value for key, value in found.items() if value}


def _found_by(rule: dict[str, Any]) -> dict[str, Any]:
    """Return how a rule's places are found: by its words before a sign, or by a pattern that every match holds."""
    if rule["id"] in _ANCHORS:
        return {"anchor": _ANCHORS[rule["id"]]}
    if _SIGN in rule["regex"]:
        return {"words": rule["keywords"]}
    anchor = rule["regex"].replace(_BARE_COMMIT, r")\b").replace(_NAME_HEAD, "").removesuffix(_END)
    # Each further sign of an open end would be one more find.
    return {"anchor": re.sub(r"\{(\d+),\d*\}((?:=\{0,\d\}|\))*)$", r"{\1}\2", anchor)}


def written(version: str, rules: list[dict[str, Any]]) -> str:
    """Return the file of the rules."""
    # A JSON text without control characters beyond its escapes is a TOML text.
    blocks = ["\n".join(["[[rules]]", *(f"{key} = {json.dumps(value)}" for key, value in r.items())]) for r in rules]
    return _HEADER.format(version=version) + "\n" + "\n\n".join(blocks) + "\n"


def main(arguments: list[str]) -> None:
    """Write the rules of a version of gitleaks."""
    version, path = arguments
    source = read_source(Path(path))
    taken = [converted(rule) for rule in source["rules"] if rule["id"] not in LEFT_OUT and rule.get("regex")]
    TARGET.write_text(written(version, taken), "utf-8")
    print(f"{TARGET}: {len(taken)} rules of gitleaks {version}")


if __name__ == "__main__":
    main(sys.argv[1:])
