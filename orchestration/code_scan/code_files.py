"""From code roots to the facts of every source file, parsing only what is not known yet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.code_scan.fact_cache import KnownFacts, cache_key, cache_path, load_cache, save_cache
from orchestration.code_scan.facts import FileFacts, facts_from_json
from orchestration.code_scan.options import ScanOptions
from orchestration.code_scan.source_tree import SourceFile
from orchestration.code_scan.text_redaction import TextRedaction
from orchestration.code_scan.workers import Outcome, Task, WorkerLimits, hash_content, read_sources, too_long
from orchestration.given_files import read_given


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """A source file with its facts, or with the reason it has none."""

    source: SourceFile
    content_hash: str | None
    facts: FileFacts | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class ScannedCode:
    """All source files in path order, and how many had to be parsed."""

    files: tuple[ScannedFile, ...]
    parsed_count: int


def scan_files(
    sources: Sequence[SourceFile],
    lake: Path,
    options: ScanOptions,
    worker_count: int,
    advance: Callable[[int, int], None],
) -> ScannedCode:
    """Return the facts of all sources; `advance` is told how many of how many are parsed."""
    redaction = TextRedaction(options)
    known = _without_other_limits(load_cache(cache_path(lake), redaction.digest), options)
    hashes: dict[str, str] = {}
    problems: dict[str, str] = {}
    tasks: list[Task] = []
    wanted: set[str] = set()
    for source in sources:
        if source.problem or source.language is None:
            continue
        try:
            hashes[source.code_file_path] = hash_content(read_given(source.path, options.max_file_bytes))
        except OSError as error:
            problems[source.code_file_path] = f"cannot be read: {error.strerror}"
            continue
        key = cache_key(source.language, hashes[source.code_file_path])
        if key not in known and key not in wanted:
            wanted.add(key)
            tasks.append(Task(source.code_file_path, str(source.path), source.language, options.max_file_bytes))
    _parse(tasks, hashes, known, options, redaction, worker_count, advance)
    files = tuple(_scanned(source, hashes, problems, known) for source in sources)
    used = {_key(file) for file in files if file.content_hash}
    if tasks or used != known.keys():
        save_cache(cache_path(lake), {key: value for key, value in known.items() if key in used}, redaction.digest)
    return ScannedCode(files, len(tasks))


def _without_other_limits(known: dict[str, KnownFacts], options: ScanOptions) -> dict[str, KnownFacts]:
    """Forget files that took too long under another limit than today's."""
    begin, today = too_long(0).partition("0")[0], too_long(options.max_file_seconds)
    return {
        key: facts
        for key, facts in known.items()
        if not (facts.problem or "").startswith(begin) or facts.problem == today
    }


def _parse(
    tasks: list[Task],
    hashes: dict[str, str],
    known: dict[str, KnownFacts],
    options: ScanOptions,
    redaction: TextRedaction,
    worker_count: int,
    advance: Callable[[int, int], None],
) -> None:
    languages = {task.key: task.language for task in tasks}
    finished = 0

    def take(outcome: Outcome) -> None:
        nonlocal finished
        finished += 1
        # A file that changed between hashing and parsing is what the parser saw.
        content_hash = outcome.content_hash or hashes[outcome.key]
        hashes[outcome.key] = content_hash
        # Before anything is made of them: a file that is known from before gives the same as one that is new.
        facts = redaction.redacted_facts(outcome.facts) if outcome.facts else outcome.facts
        known[cache_key(languages[outcome.key], content_hash)] = KnownFacts(facts, outcome.problem)
        advance(finished, len(tasks))

    if tasks:
        limits = WorkerLimits(worker_count, options.max_file_seconds, options.max_worker_bytes)
        read_sources(tasks, limits, take)


def _key(file: ScannedFile) -> str:
    return cache_key(file.source.language or "", file.content_hash or "")


def _scanned(
    source: SourceFile, hashes: dict[str, str], problems: dict[str, str], known: dict[str, KnownFacts]
) -> ScannedFile:
    path = source.code_file_path
    content_hash = hashes.get(path)
    if content_hash is None or source.language is None:
        return ScannedFile(source, None, None, source.problem or problems.get(path, "cannot be read"))
    found = known.get(cache_key(source.language, content_hash), KnownFacts(None, "changed while it was scanned"))
    facts = facts_from_json(found.facts) if found.facts is not None else None
    return ScannedFile(source, content_hash, facts, found.problem or (facts.problem if facts else None))
