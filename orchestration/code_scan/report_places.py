"""Which files of the tree the paths in a report mean, and what to say of those that mean none.

A report names files as the machine saw it on which the tests ran. Tried are: the folders the report says its paths lie
below; the folders the report itself lies in; and then the tree as a whole, by the ends of paths (`path_match`).
"""

import posixpath
from collections.abc import Iterable, Sequence

from orchestration.code_scan.path_match import PathMatcher, plain_path
from orchestration.domain.amounts import counted, named

_SHOWN_COUNT = 2


class ReportPlaces:
    """Places of one report after the other; what is not found is remembered until `words` says it."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._files = frozenset(paths)
        self._matcher = PathMatcher(self._files)

    def find(self, foreign: str, report: str, sources: Sequence[str] = ()) -> list[str]:
        """Return the files a path means: one, or those that lie alike below several sources; none when not told."""
        plain = plain_path(foreign)
        if _is_absolute(plain):
            sources = ()
        elif near := self._beside(plain, report):
            return [near]
        closest = [self._matcher.closest(posixpath.join(plain_path(source), plain)) for source in sources]
        most = max((agreement for agreement, files in closest if files), default=0)
        found = {files[0] for agreement, files in closest if agreement == most and len(files) == 1}
        alone = self._matcher.match(plain) if not found else None
        return sorted(found) or ([alone] if alone else [])

    def find_any(self, places: Sequence[str], report: str) -> str | None:
        """Return the file the first of several names means that means one."""
        return next((found[0] for place in places if (found := self.find(place, report))), None)

    def _beside(self, plain: str, report: str) -> str | None:
        """Return the file of that path below the nearest folder above the report; a report may lie in the code."""
        folder = posixpath.dirname(report)
        while folder:
            path = posixpath.normpath(posixpath.join(folder, plain))
            if path in self._files:
                return path
            folder = posixpath.dirname(folder)
        return None

    def words(self, missing: Sequence[str], total: int, noun: str) -> str | None:
        """Say how many files of a report are not in the code and why; None when all are."""
        if not missing:
            return None
        alike = [path for path in missing if len(self._matcher.closest(path)[1]) > 1]
        elsewhere = sorted(set(missing).difference(alike))
        shared = _shared_folder(elsewhere)
        below = f"; all are below {shared}, and no folder here ends like it" if shared else ""
        reasons = [f"no file here has the path of {_some(elsewhere)}{below}"] if elsewhere else []
        reasons += [f"several files here end alike with {_some(alike)}"] if alike else []
        return f"{_share(len(missing), total, noun)} not in the scanned code: {'; '.join(reasons)}"


def _share(count: int, total: int, noun: str) -> str:
    if count == total:
        return f"its only {noun} is" if total == 1 else f"all of its {counted(total, noun)} are"
    return f"{count:,} of its {counted(total, noun)} {'is' if count == 1 else 'are'}"


def _is_absolute(plain: str) -> bool:
    return plain.startswith("/") or plain[1:3] == ":/"


def _some(paths: Sequence[str]) -> str:
    return named([path[:120] for path in paths], _SHOWN_COUNT)


def _shared_folder(paths: Sequence[str]) -> str:
    """Return the folder several absolute paths lie below; empty when there is none."""
    folders = {posixpath.dirname(plain_path(path)) for path in paths}
    if len(paths) < 2 or not all(map(_is_absolute, folders)):
        return ""
    shared = posixpath.commonprefix([folder + "/" for folder in sorted(folders)]).rpartition("/")[0]
    return shared if shared.count("/") > 0 else ""
