"""`sightline export replay`: flows as replay bundles.

The format is orchestration/exports/replay_bundle.py; running a bundle is `sightline replay` (cli/replaying.py).
"""

from pathlib import Path

from orchestration.cli.exporting.choosing import FlowChoice, choose_flows
from orchestration.cli.exporting.places import STANDARD_OUTPUT, built_home, open_built, write_export
from orchestration.domain.errors import UsageError
from orchestration.exports.file_names import file_name
from orchestration.exports.replay_bundle import write_bundle
from orchestration.flows.bundles import load_bundles
from orchestration.settings import Settings
from orchestration.warehouse import Connection, fetch_tuples

_NEWEST = """
    select flow_id from marts.fct_flows where status = 'completed'
    qualify row_number() over (
        partition by sequence_id order by started_at desc nulls last, log_file_path desc, line_number desc
    ) = 1
    order by sequence_name, flow_id
"""


def export_replays(settings: Settings, choice: FlowChoice, out: Path | None) -> None:
    """Write a bundle per chosen flow; raise UsageError when something asked for does not exist."""
    home = built_home(settings)
    with open_built(home) as connection:
        flow_ids = _chosen(connection, choice)
        if len(flow_ids) > 1 and out is not None:
            if out == STANDARD_OUTPUT or out.is_file():
                raise UsageError(f"{out}: {len(flow_ids)} flows make {len(flow_ids)} files; name a folder with --out")
            out.mkdir(parents=True, exist_ok=True)
        for bundle in load_bundles(connection, home.lake, flow_ids):
            name = f"{file_name(bundle.sequence_key or bundle.sequence_name, bundle.flow_id)}.json"
            write_export(write_bundle(bundle), home.exports / "replay" / name, out)


def _chosen(connection: Connection, choice: FlowChoice) -> list[str]:
    if choice == FlowChoice():
        flow_ids = [row[0] for row in fetch_tuples(connection, _NEWEST)]
    else:
        flow_ids = choose_flows(connection, choice, is_completed_only=False)
    if not flow_ids:
        raise UsageError("there is no flow to export; `sightline check` says what logs are read")
    return flow_ids
