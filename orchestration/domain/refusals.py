"""What the machine refuses, by its own words in any library's error, and what to do about it.

A full disk reaches us as an error of Python, DuckDB, SQLite, Arrow or dbt, often as text only: the system's words are
all they have in common.
"""

_ROOM = "make room on its disk and run again"
_WRITE = "let this user write there, or choose another --home"
_OTHER = "end that process and run again"
# Each in lower case, with what to do; the first that is found counts.
_ADVICE = {
    "no space left on device": _ROOM,
    "database or disk is full": _ROOM,
    "disk quota exceeded": _ROOM,
    "file too large": "raise the limit of file sizes (ulimit -f) and run again",
    "read-only file system": _WRITE,
    "readonly database": _WRITE,
    "permission denied": _WRITE,
    "operation not permitted": _WRITE,
    "could not set lock on file": _OTHER,
    "database is locked": _OTHER,
    "too many open files": "raise the limit of open files (ulimit -n) and run again",
    "cannot allocate memory": "free some memory and run again",
    "input/output error": "check the disk, then run again",
    "disk i/o error": "check the disk, and whether it is full, then run again",
    "stale file handle": "check the network disk, then run again",
    "unable to open database file": "the home folder has gone or cannot be written; check it and run again",
    "no such file or directory": "it went while it was used; run again",
}


def advice_on(words: str) -> str | None:
    """Return what to do about an error by its words; None when it is not the machine that refuses."""
    lowered = words.lower()
    return next((advice for known, advice in _ADVICE.items() if known in lowered), None)
