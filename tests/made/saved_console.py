"""A saved console of the corpus' application, as entries: by its own text, not by what Sightline reads in it."""

import re

_BEGINS = re.compile(r"^(?:[^\s:]\S*:\d+)? {1,2}\S|^ $|^[^\s:]\S*:\d+ ?$")
_HEAD = re.compile(r"^\S* (?: ?\d{4}-\d\d-\d\dT[\d:.]{12}Z )?(?P<message>.*)", re.S)


def entries_of(text: str) -> list[str]:
    """Return the entries: each a first line with the lines that go on with it."""
    entries: list[list[str]] = []
    for line in text.removesuffix("\n").split("\n"):
        if entries and not _BEGINS.match(line):
            entries[-1].append(line)
        else:
            entries.append([line])
    return ["\n".join(lines) for lines in entries]


def message_of(entry: str) -> str:
    """Return what an entry says, without anchor and stamp, first line only."""
    head = _HEAD.match(entry.split("\n", 1)[0])
    return head["message"] if head else ""
