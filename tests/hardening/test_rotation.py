"""Logs that are rotated, cut, packed, renamed and copied: nothing that was read is lost, nothing is doubled."""

import os
import random
from pathlib import Path

import pytest

from tests.hardening.rotation_machine import Machine

# SIGHTLINE_TEST_ROTATIONS=1000x50 is the nightly size: runs x steps.
RUNS, STEPS = (int(number) for number in os.environ.get("SIGHTLINE_TEST_ROTATIONS", "10x30").split("x"))


@pytest.mark.parametrize("seed", range(RUNS))
def test_random_steps_lose_and_double_nothing(tmp_path: Path, seed: int) -> None:
    machine = Machine(tmp_path, random.Random(seed), resume_byte_count=seed % 2 * 1000)
    for _ in range(STEPS):
        machine.step()
    machine.run()
    assert machine.number, machine.trace
