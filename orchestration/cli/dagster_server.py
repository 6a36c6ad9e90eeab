"""`sightline ui`: Dagster's server and daemon on this machine, with the settings of the command line."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from orchestration.child_processes import end_group, started
from orchestration.cli.inputs import require_inputs
from orchestration.defs.home import Home
from orchestration.interrupts import GRACE_SECONDS
from orchestration.settings import Settings, environment_of
from orchestration.whole_files import write_whole

WORKSPACE = """\
load_from:
  - python_module:
      module_name: orchestration.definitions
      location_name: sightline
"""


def run_server(settings: Settings, port: int) -> int:
    """Run `dg dev` until it ends, and return its exit code; an interrupt ends it with all it started."""
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
    with home.private(), started(server_command(workspace, port), env=environment, cwd=folder) as server:
        try:
            return server.wait()
        except KeyboardInterrupt:
            # Web server, daemon, code servers and runs: each is asked to end, and has ended when this returns.
            end_group(server.pid, signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                server.wait(GRACE_SECONDS * 0.75)
            raise


def server_command(workspace: Path, port: int) -> list[str]:
    """Return the command that starts Dagster from the same environment as this process."""
    dg = Path(sys.executable).with_name("dg")
    return [str(dg), "dev", "-w", str(workspace), "--host", "127.0.0.1", "--port", str(port)]
