"""Bytes of logs, packed logs, declarations, reports and settings are changed at random; every reader survives.

A few seconds here. SIGHTLINE_TEST_MUTATIONS=<seconds> is the nightly size; SIGHTLINE_TEST_MUTATION_SEED=<number> begins
at another seed, which is how a failure is run again.
"""

import os
import time
from itertools import count
from pathlib import Path

import pytest

from tests.hardening.mutation_machine import Machine

SECONDS = float(os.environ.get("SIGHTLINE_TEST_MUTATIONS", "6"))
FIRST_SEED = int(os.environ.get("SIGHTLINE_TEST_MUTATION_SEED", "1"))


def test_changed_bytes_cost_themselves_only(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "inputs")
    end = time.monotonic() + SECONDS
    for seed in count(FIRST_SEED):
        try:
            machine.run(seed)
        except Exception as error:
            pytest.fail(f"seed {seed}, {machine.step_of(seed).__name__}: {type(error).__name__}: {error}")
        if time.monotonic() > end and seed >= FIRST_SEED + 4:
            break
