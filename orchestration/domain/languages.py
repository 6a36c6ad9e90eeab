"""What people call the languages that the code scan reads; its own names for them are keys (`c_sharp`)."""

from collections.abc import Mapping

from orchestration.domain.amounts import counted

LANGUAGE_WORDS: Mapping[str, str] = {
    "typescript": "TypeScript",
    "tsx": "TypeScript",
    "javascript": "JavaScript",
    "python": "Python",
    "c_sharp": "C#",
}


def language_words(language: str | None) -> str:
    """Return what people call a language."""
    return LANGUAGE_WORDS.get(language or "", language or "unknown language")


def words_of_tests(count: int, language: str | None, framework: str | None) -> str:
    """Say how many tests of what: `1,126 Vitest tests (TypeScript)`."""
    return f"{counted(count, f'{framework} test' if framework else 'test')} ({language_words(language)})"
