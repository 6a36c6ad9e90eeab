"""Which files hold tests, by their path and by what they hold."""

import re

from orchestration.code_scan.facts import FileFacts

_TEST_FOLDER = re.compile(r"(^|/)(__tests__|__mocks__|__fixtures__|tests?|specs?|e2e|cypress)/", re.IGNORECASE)
_TEST_NAME = re.compile(
    r"(\.(test|tests|spec|specs|cy|e2e)\.[cm]?[jt]sx?|(^|/)(test_[^/]*|[^/]*_test|conftest)\.py|[a-z0-9]Tests?\.cs)$"
)
# What a test file imports to be one, and what people call it; of several the first here counts.
_FRAMEWORK_OF_MODULE = {
    "vitest": "Vitest", "@jest/globals": "Jest", "node:test": "node:test", "mocha": "Mocha",
    "@playwright/test": "Playwright", "ava": "AVA", "bun:test": "Bun",
}  # fmt: skip
_FRAMEWORK_OF_OTHERS = {
    "Xunit": "xUnit", "NUnit.Framework": "NUnit", "Microsoft.VisualStudio.TestTools.UnitTesting": "MSTest",
    "pytest": "pytest", "unittest": "unittest",
}  # fmt: skip
_CYPRESS_NAME = re.compile(r"(\.cy\.[cm]?[jt]sx?$|(^|/)cypress/)")


def is_test_path(path: str) -> bool:
    """Tell by its path whether a file is test code."""
    return bool(_TEST_NAME.search(path) or _TEST_FOLDER.search(path))


def is_test_file(path: str, facts: FileFacts) -> bool:
    """Tell whether a file is test code: by its path, or because it has tests and imports a test framework."""
    if is_test_path(path):
        return True
    if facts.language in ("python", "c_sharp"):
        return facts.language == "c_sharp" and bool(facts.tests)
    imports_framework = any(binding.module in _FRAMEWORK_OF_MODULE for binding in facts.imports)
    return bool(facts.tests) and (imports_framework or facts.suite_count > 0)


def framework_of(path: str, facts: FileFacts) -> str | None:
    """Return the test framework a test file says it is of; None when it has no test, or says nothing."""
    if not count_tests(path, facts):
        return None
    modules = {binding.module for binding in facts.imports}
    known = _FRAMEWORK_OF_MODULE | _FRAMEWORK_OF_OTHERS
    named = next((name for module, name in known.items() if module in modules), None)
    return named or ("Cypress" if _CYPRESS_NAME.search(path) else None)


def count_tests(path: str, facts: FileFacts) -> int:
    """Return the number of tests in a file; a file that is no test file has none, whatever it calls."""
    return len(facts.tests) if is_test_file(path, facts) else 0
