"""The `sightline` command as a process: it listens to signals first, then loads the verbs, then runs them.

What the verbs are is app.py's; how a process ends when it is asked to is orchestration/interrupts.py's.
"""

import logging
import os
import sys

from orchestration.interrupts import end_interrupted, is_asked_to_end, listen


def main() -> None:
    """Run the command line and end the process with its exit code."""
    listen()
    # The last digits of what BLAS computes depend on its threads, and so on the machine; on matrices as small as ours
    # they cost ten times the processor time of one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Where a library's own log cannot be written, the disk is full: that is told once, by us.
    logging.raiseExceptions = False
    try:
        from orchestration.cli.app import run_command

        exit_code = run_command(sys.argv[1:])
    except BaseException:
        if not is_asked_to_end():
            raise
    if is_asked_to_end():
        end_interrupted()
    sys.exit(exit_code)
