"""Which processes still run, asked of the system: what a command started has to end with it."""

import subprocess
import time

_TRIES, _PAUSE_SECONDS = 40, 0.05


def left_in_session(leader: int) -> list[str]:
    """Return the commands of a session that still run once they had time to end."""
    return _left(["-s", str(leader)])


def is_alive(process: int) -> bool:
    """Tell whether a process still runs once it had time to end."""
    return bool(_left(["-p", str(process)]))


def _left(choice: list[str]) -> list[str]:
    running: list[str] = []
    for _ in range(_TRIES):
        listed = subprocess.run(["ps", *choice, "-o", "stat=,args="], capture_output=True, text=True, check=False)
        # A Z has ended and waits to be asked for.
        running = [line for line in listed.stdout.splitlines() if line.strip()[0] != "Z"]
        if not running:
            break
        time.sleep(_PAUSE_SECONDS)
    return running
