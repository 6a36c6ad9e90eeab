"""What every definition is built from: the settings, the home folder and who listens to progress.

One frozen object instead of a Dagster resource, because the same choices also decide which assets exist.
"""

from dataclasses import dataclass

from orchestration.defs.home import Home
from orchestration.defs.progress import Listener, listen_to_nothing
from orchestration.settings import Settings


@dataclass(frozen=True, slots=True)
class Platform:
    """The choices of one run or one code location."""

    settings: Settings
    home: Home
    listener: Listener = listen_to_nothing
