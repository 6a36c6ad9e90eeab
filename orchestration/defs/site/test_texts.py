"""The generated tests as the site shows them: the text `sightline export tests` would write before it proves it.

Nothing runs here: the command of `[tests]` is the application's, and publishing a site must not start it.
"""

from collections.abc import Iterator

from docs_site.engine.site_options import GeneratedText
from orchestration.defs.home import Home
from orchestration.defs.test_playing import playing_of
from orchestration.exports.generated_files import GeneratedFile, generated_files
from orchestration.exports.generated_plan import load_plans
from orchestration.flows.suggested_tests import load_suggested_tests
from orchestration.settings import Settings
from orchestration.warehouse import open_tables


def load_test_texts(home: Home, settings: Settings) -> tuple[GeneratedText, ...]:
    """Return the tests of the cover, file by file."""
    with open_tables(home.published) as connection:
        tests = list(load_suggested_tests(connection, home.lake))
        plans = load_plans(connection, playing_of(settings, is_proven=False), (home.exports / "tests").absolute())
    return tuple(_texts(generated_files(tests, plans)))


def _texts(files: Iterator[GeneratedFile]) -> Iterator[GeneratedText]:
    for file in files:
        for one in file.tests:
            yield GeneratedText(
                one.test_id,
                one.test_id.partition("/")[0],
                file.sequence_key or "",
                file.name,
                one.title,
                one.evidence,
                one.text,
                one.skipped,
            )
