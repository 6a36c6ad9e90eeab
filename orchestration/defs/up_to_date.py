"""Whether everything below the lake is as a new run would make it."""

from orchestration.defs.dbt.warehouse import last_build
from orchestration.defs.platform import Platform
from orchestration.defs.publishing import is_published
from orchestration.defs.quality.results import last_judgement
from orchestration.defs.site.assets import last_page_count


def is_up_to_date(platform: Platform) -> bool:
    """Tell whether warehouse, published tables, judgements and site were all made from the lake as it is now."""
    return (
        last_build(platform.home) is not None
        and is_published(platform.home)
        and last_judgement(platform.home, "raw") is not None
        and last_judgement(platform.home, "marts") is not None
        and last_page_count(platform) is not None
    )
