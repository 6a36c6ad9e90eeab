"""Languages in a source tree that are not read: which file name is which, for the count that people are told.

What is read is languages.py. Files that hold no functions (styles, documents, data, pictures) are not counted.
"""

from collections.abc import Iterable

from orchestration.domain.passed_over import PassedOver, words_of_kind

_NAMES = {
    "Java": ".java", "Kotlin": ".kt .kts", "Scala": ".scala .sc", "Groovy": ".groovy", "Clojure": ".clj .cljs .cljc",
    "Go": ".go", "Rust": ".rs", "C": ".c .h", "C++": ".cc .cpp .cxx .hh .hpp .hxx", "Objective-C": ".m .mm",
    "Swift": ".swift", "Dart": ".dart", "Ruby": ".rb", "PHP": ".php", "Perl": ".pl .pm", "Lua": ".lua", "R": ".r",
    "Julia": ".jl", "Elixir": ".ex .exs", "Erlang": ".erl", "Haskell": ".hs", "OCaml": ".ml .mli", "Elm": ".elm",
    "F#": ".fs .fsx", "Visual Basic": ".vb", "Razor": ".razor .cshtml", "Delphi": ".pas", "Zig": ".zig", "Nim": ".nim",
    "COBOL": ".cob .cbl", "Fortran": ".f90 .f95", "Solidity": ".sol", "CoffeeScript": ".coffee", "Cython": ".pyx",
    "Vue": ".vue", "Svelte": ".svelte", "Astro": ".astro", "Python stub": ".pyi", "Jupyter notebook": ".ipynb",
}  # fmt: skip
_NAME_OF_SUFFIX = {suffix: name for name, suffixes in _NAMES.items() for suffix in suffixes.split()}


def unread_language_of(file_name: str) -> str | None:
    """Return what a file's language is called when it is one that is not read; None for all other files."""
    dot = file_name.rfind(".")
    return _NAME_OF_SUFFIX.get(file_name[dot:].lower()) if dot > 0 else None


def words_of_unread(languages: Iterable[PassedOver]) -> str | None:
    """Say which languages are not read: `421 Java files, 2 Vue files: languages not read`; None when all are."""
    listed = [words_of_kind(language.file_count, language.file_kind) for language in languages]
    return f"{', '.join(listed)}: language{'s' if len(listed) > 1 else ''} not read" if listed else None
