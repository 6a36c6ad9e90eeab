"""JUnit XML for reports of CI: what gates find fails, what is recommended is skipped with its advice.

A suite per gate, so that a report fails exactly where `sightline run --fail-on` does, and a suite per kind of fix. Rows
in, bytes out. What a gate finds is decided in orchestration/gates.py.
"""

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from orchestration.domain.severity import SEVERITY_WORDS
from orchestration.exports.recommendations import Recommendation
from orchestration.gates import AskedGate, Reason, reason_in_words

# XML 1.0 has no way to write these, escaped or not.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_junit(
    rows: Sequence[Recommendation],
    found: Mapping[AskedGate, Sequence[Reason]],
    idle: Mapping[str, str] | None = None,
) -> bytes:
    """Return JUnit XML: the reasons of gates as failures, a gate that holds as a test that passed, then advice.

    `idle` says by gate why it had nothing to judge: such a gate is a skipped test.
    """
    root = ElementTree.Element("testsuites", name="Sightline")
    for asked, reasons in found.items():
        _gate_suite(root, asked, reasons, (idle or {}).get(asked.gate.name))
    for fix_class in dict.fromkeys(row.fix_class for row in rows):
        advice = [row for row in rows if row.fix_class == fix_class]
        suite = _suite(root, fix_class, len(advice), skipped=len(advice))
        for row in advice:
            _advice_case(suite, row)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(
    root: ElementTree.Element, name: str, tests: int, *, failures: int = 0, skipped: int = 0
) -> ElementTree.Element:
    counts = {"tests": tests, "failures": failures, "errors": 0, "skipped": skipped}
    return ElementTree.SubElement(root, "testsuite", {"name": name, **{key: str(n) for key, n in counts.items()}})


def _gate_suite(root: ElementTree.Element, asked: AskedGate, reasons: Sequence[Reason], idle: str | None) -> None:
    gate = asked.gate.name
    suite = _suite(root, gate, len(reasons) or 1, failures=len(reasons), skipped=int(bool(idle and not reasons)))
    if not reasons:
        name = f"no {gate} of severity {SEVERITY_WORDS[asked.severity]} or more"
        case = ElementTree.SubElement(suite, "testcase", {"classname": f"sightline.{gate}", "name": name})
        if idle:
            ElementTree.SubElement(case, "skipped", {"message": f"nothing to judge: {idle}"})
    for reason in reasons:
        # Class and place, without counts: the same case in the next run.
        names = {"classname": f"sightline.{gate}", "name": _xml(reason.title)}
        case = ElementTree.SubElement(suite, "testcase", names)
        failure = ElementTree.SubElement(case, "failure", {"message": _xml(reason_in_words(reason))})
        failure.set("type", _xml(reason.reason_class))
        if reason.log_file_path:
            failure.text = _xml(f"Log: {reason.log_file_path}:{reason.line_number or 1}")


def _advice_case(suite: ElementTree.Element, row: Recommendation) -> None:
    # The id makes the case the same one in the next run, whatever its words.
    names = {"classname": f"sightline.{row.fix_class}", "name": _xml(f"{row.title} [{row.recommendation_id}]")}
    if row.code_file_path:
        names["file"] = _xml(row.code_file_path)
    case = ElementTree.SubElement(suite, "testcase", names)
    note = ElementTree.SubElement(case, "skipped", {"message": _xml(row.fix)})
    place = f"{row.code_file_path}:{row.code_line_number or 1}" if row.code_file_path else "no place in the code"
    lines = (
        f"Path: {row.causal_path}" if row.causal_path else "",
        f"Expected: {row.expected}" if row.expected else "",
        f"Observed: {row.observed}" if row.observed else "",
        f"Code: {place}",
        f"Log: {row.log_file_path}:{row.line_number}" if row.log_file_path and row.line_number else "",
        f"Proof: {row.proof}",
        f"Score: {row.gain_seconds:.2f} s x {row.confidence:.2f} / {row.effort_hours:.2f} h = {row.score:.2f}",
    )
    note.text = _xml("\n".join(line for line in lines if line))


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
