"""A process that is asked to end does so: from any state, with one line, with all it started."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.child_processes import run_child
from tests.corpus import REPOSITORY
from tests.processes import is_alive

LINE = "sightline: interrupted; what is complete is kept, and the next run continues\n"
READY = "print('ready', flush=True)\n"

# What a verb may be doing when the signal comes; each says when it is ready.
WORK = {
    "waits": READY + "import time; time.sleep(60)",
    "waits for a lock": """
import fcntl, os, sys
from pathlib import Path
if os.fork() == 0:
    signal = __import__('signal'); [signal.signal(n, signal.SIG_IGN) for n in (2, 15)]
    fcntl.flock(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT), fcntl.LOCK_EX); print('ready', flush=True)
    __import__('time').sleep(5); os._exit(0)
__import__('time').sleep(0.5)
from orchestration.whole_files import held
held(Path(sys.argv[1]), lambda: None).__enter__()
""",
    "is inside a library": READY + "import hashlib; hashlib.pbkdf2_hmac('sha256', b'a', b'b', 400_000_000)",
    "asks the warehouse": READY
    + "import duckdb; duckdb.sql('select sum(a.range * b.range) from range(10000000) a, range(100000) b').fetchall()",
    "runs below Dagster": """
from dagster._utils.interrupts import capture_interrupts
with capture_interrupts():
    print('ready', flush=True); __import__('time').sleep(60)
""",
    "waits for its threads": """
import time
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(1) as pool:
    pool.submit(time.sleep, 60); print('ready', flush=True)
""",
    "tidies up for too long": READY + "import time\ntry:\n    time.sleep(60)\nfinally:\n    time.sleep(60)",
    "swallows what is raised": READY
    + "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException: pass",
}
MAIN = """
from orchestration.cli import app, entry
app.run_command = lambda arguments: exec({work!r}, {{}}) or 0
entry.main()
"""


def start(work: str, folder: Path, grace: float = 0.5, ignored: bool = True) -> "subprocess.Popen[str]":
    """Start the command with other work in place of its verbs, as a script does in the background."""
    code = f"import orchestration.interrupts as it; it.GRACE_SECONDS = {grace}\n" + MAIN.format(work=work)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder / "lock")],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=(folder / "said").open("w"),
        text=True,
        start_new_session=True,
        preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if ignored else None,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", (folder / "said").read_text()
    time.sleep(0.1)
    return process


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_whatever_it_does(work: str, number: int, tmp_path: Path) -> None:
    with start(WORK[work], tmp_path) as process:
        begun = time.monotonic()
        process.send_signal(number)
        assert process.wait(20) == 130
    assert time.monotonic() - begun < 10
    assert (tmp_path / "said").read_text() == LINE


def test_what_is_under_way_is_tidied_up(tmp_path: Path) -> None:
    work = READY + f"try:\n    import time; time.sleep(60)\nfinally:\n    open({str(tmp_path / 'tidy')!r}, 'w')"
    with start(work, tmp_path, grace=20) as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 130
    assert (tmp_path / "tidy").exists()


def test_a_second_signal_ends_at_once(tmp_path: Path) -> None:
    with start(WORK["tidies up for too long"], tmp_path, grace=50) as process:
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 130
    assert (tmp_path / "said").read_text() == LINE


@pytest.mark.parametrize(("hangup", "exit_code"), [(signal.SIG_DFL, 130), (signal.SIG_IGN, 0)])
def test_a_closed_terminal_ends_the_command_but_not_under_nohup(
    hangup: signal.Handlers, exit_code: int, tmp_path: Path
) -> None:
    # The tests themselves may run under nohup.
    before = signal.signal(signal.SIGHUP, hangup)
    try:
        work = READY + "import time; time.sleep(1.5); print('went on', flush=True)"
        with start(work, tmp_path) as process:
            process.send_signal(signal.SIGHUP)
            assert process.wait(20) == exit_code
    finally:
        signal.signal(signal.SIGHUP, before)


CHILDREN = """
import sys
from orchestration.child_processes import run_child, started
child = ['sh', '-c', 'trap "" INT TERM HUP; sleep 321 & echo $! >> "$0"; echo $$ >> "$0"; wait', sys.argv[1]]
print('ready', flush=True)
{how}
"""


@pytest.mark.parametrize("how", ["run_child(child)", "with started(child):\n    __import__('time').sleep(60)"])
@pytest.mark.parametrize("signals", [1, 2])
def test_no_process_stays_that_the_command_started(how: str, signals: int, tmp_path: Path) -> None:
    with start(CHILDREN.format(how=how), tmp_path) as process:
        while len(started := (tmp_path / "lock").read_text().split() if (tmp_path / "lock").exists() else []) < 2:
            time.sleep(0.05)
        for _ in range(signals):
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 130
    assert not any(is_alive(int(number)) for number in started)


def test_a_command_that_takes_too_long_ends_with_all_it_started(tmp_path: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        run_child(["sh", "-c", 'sleep 321 & echo $! > "$0"; wait', str(tmp_path / "pid")], timeout=0.5)
    assert not is_alive(int((tmp_path / "pid").read_text()))
