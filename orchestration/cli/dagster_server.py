"""`sightline ui`: Dagster's server and daemon on this machine, with the settings of the command line."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from orchestration.cli.inputs import require_inputs
from orchestration.defs.home import Home
from orchestration.settings import Settings, environment_of
from orchestration.whole_files import write_whole

WORKSPACE = """\
load_from:
  - python_module:
      module_name: orchestration.definitions
      location_name: sightline
"""


def run_server(settings: Settings, port: int) -> int:
    """Run `dg dev` until it is interrupted; return its exit code."""
    from orchestration.defs.dagster_home import prepare_dagster_home
    from orchestration.defs.dead_runs import forget_dead_runs

    require_inputs(settings)
    home = Home(settings.home, settings.shared_home)
    home.claim()
    folder = prepare_dagster_home(home)
    forget_dead_runs(home)
    workspace = folder / "workspace.yaml"
    write_whole(workspace, WORKSPACE.encode())
    environment = {**os.environ, **environment_of(settings), "DAGSTER_HOME": str(folder)}
    print(f"Dagster will be at http://127.0.0.1:{port} (Ctrl+C ends it)", flush=True)
    with home.private():
        server = subprocess.Popen(server_command(workspace, port), env=environment, cwd=folder)
    try:
        return server.wait()
    except KeyboardInterrupt:
        # Ctrl+C reaches the server too; it ends its own processes.
        server.send_signal(signal.SIGINT)
        server.wait()
        return 0


def server_command(workspace: Path, port: int) -> list[str]:
    """Return the command that starts Dagster from the same environment as this process."""
    dg = Path(sys.executable).with_name("dg")
    return [str(dg), "dev", "-w", str(workspace), "--host", "127.0.0.1", "--port", str(port)]
