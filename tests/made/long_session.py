"""One session of any length, as a service writes that is started anew now and then.

The logs of the example one after another, each cut at a random line: flows that hang, a queue that is never emptied,
stamps that jump back, the same failing handlers again and again. Flow ids are kept apart.
"""

import gzip
import random
import re
from pathlib import Path

FLOW = re.compile(rb"\bflow=([0-9a-z-]+)")
# What is left of a log at least: a flow is under way somewhere in the rest.
SHORTEST_PART = 0.8


def write_long_session(logs: Path, target: Path, byte_count: int, seed: int = 20261201) -> None:
    """Write about `byte_count` bytes made of the logs of a folder to one file."""
    texts = [read_log(path) for path in sorted(logs.iterdir())]
    chance = random.Random(seed)
    target.parent.mkdir(parents=True, exist_ok=True)
    written = part = 0
    with target.open("wb") as out:
        while written < byte_count:
            if part % len(texts) == 0:
                chance.shuffle(texts)
            lines = texts[part % len(texts)].splitlines(keepends=True)
            kept = lines[: int(len(lines) * chance.uniform(SHORTEST_PART, 1))]
            written += out.write(FLOW.sub(rb"flow=\1-%d" % part, b"".join(kept)))
            part += 1


def read_log(path: Path) -> bytes:
    """Return the bytes of a log, unpacked."""
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content
