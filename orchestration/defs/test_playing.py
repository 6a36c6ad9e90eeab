"""What the settings say of generated tests, as the exports take it: for the command and for the site alike."""

from pathlib import Path

from orchestration.exports.generated_plan import Playing
from orchestration.settings import Settings


def playing_of(settings: Settings, is_proven: bool) -> Playing:
    """Return how generated tests are played; paths count from the configuration file."""
    chosen = settings.tests
    base = settings.config.parent if settings.config else Path.cwd()
    return Playing(
        chosen.runner,
        base / chosen.player if chosen.player else None,
        chosen.environment,
        tuple(Path(root) for root in settings.inputs.code) or (base,),
        is_proven,
    )
