"""What a caller can choose about the site, what it hears while it is built, and what it gets back.

Plain values only: where they are configured belongs to orchestration/settings.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class GeneratedText:
    """A generated test as the site shows it: which candidate and sequence it is of, its file, its text.

    `skipped` says why it does not run as it is written.
    """

    test_id: str
    candidate_id: str
    sequence_key: str
    file_name: str
    title: str
    evidence: tuple[str, ...]
    text: str
    skipped: str | None


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """Choices for one site.

    `code_url` turns a place in the code into a link: `{path}`, `{line}` and `{commit}` are filled in, as in
    `https://host/owner/name/blob/{commit}/{path}#L{line}`. Without it places are shown as text.
    `dbt_models` is the folder of the dbt models' descriptions, for the data dictionary. `history` is the folder of
    the snapshots of earlier sites (docs_site/queries/history.py); without it nothing is compared.
    `session_limit` bounds the sessions that have a timeline and a lines page: the newest, and as many older ones, those
    with the most findings. `judged_by` names what judges now: accuracy figures of anything else are out of date.
    `tests` are the generated tests, in the order of their files. `baseline` is the file of the baseline that later
    sessions are compared with.
    """

    project_name: str = ""
    code_url: str | None = None
    dbt_models: Path | None = None
    history: Path | None = None
    session_limit: int = 200
    judged_by: str = ""
    tests: tuple[GeneratedText, ...] = ()
    baseline: Path | None = None


@dataclass(frozen=True, slots=True)
class SiteProgress:
    """How far the build is: `step` in words, `done` of `total` steps."""

    step: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What was published. `findings` are the index page's ranked sentences, as plain text.

    `is_rebuilt` is false when the site would have been the same; `built_count` pages went through MkDocs for it.
    """

    site: Path
    page_count: int
    byte_count: int
    duration_s: float
    is_rebuilt: bool
    built_count: int = 0
    findings: tuple[str, ...] = field(default=())


ProgressListener = Callable[[SiteProgress], None]
