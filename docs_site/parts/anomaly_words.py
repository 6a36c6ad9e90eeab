"""The site's words for anomaly detectors and classes, and where each detector is explained.

Titles and classes are those of the detectors' own rows. A detector the warehouse names and no row does (of an older
version) is shown by its key, without a page.
"""

from docs_site.parts.words import deviation_words, plain_words
from orchestration.analysis.anomalies.detectors import DETECTORS
from orchestration.analysis.anomalies.model import Kind

TITLES = {detector.name: detector.title for detector in DETECTORS}
KINDS = {
    Kind.DECLARED: "declared knowledge, from the first session on",
    Kind.RANKING: "compared with whole sessions",
    Kind.TAIL: "how rare so much is",
}
_CLASSES = {name: words for detector in DETECTORS for name, words in detector.classes.items()}
_GAP = "gap_"


def class_words(anomaly_class: str) -> str:
    """Say a class in words; of a silence also what it was."""
    if anomaly_class.startswith(_GAP):
        return f"{_CLASSES[_GAP]}: {plain_words(anomaly_class.removeprefix(_GAP))}"
    return _CLASSES.get(anomaly_class) or deviation_words(anomaly_class)


def detector_words(detector: str) -> str:
    """Name a detector."""
    return TITLES.get(detector, plain_words(detector))


def detector_page(detector: str) -> str | None:
    """Return the address of the page that explains a detector."""
    return f"reference/detectors/{detector.replace('_', '-')}.html" if detector in TITLES else None
