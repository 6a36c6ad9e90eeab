"""`sightline ui`: Dagster boots clean with job, schedule and sensor, and ends when it is interrupted."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.corpus import REPOSITORY
from tests.integration.tiny_project import write_project
from tests.processes import left_in_session

pytestmark = pytest.mark.slow

SECONDS_TO_BOOT = 240  # 23 s on a quiet machine
QUERY = """
{ repositoriesOrError { ... on RepositoryConnection { nodes {
    location { name } schedules { name } sensors { name } pipelines { name } assetNodes { id }
} } } }
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status_of(port: int, headers: dict[str, str], address: str = "/graphql", query: str | None = QUERY) -> int:
    """Return how Dagster's server answers a request as a browser would send it."""
    body = None if query is None else json.dumps({"query": query}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{address}", data=body)
    for name, value in ({"Content-Type": "application/json"} | headers).items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def websocket_status(port: int, origin: str) -> int:
    """Return how a websocket is answered: 101 when it is taken."""
    lines = [
        *("GET /graphql HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Origin: {origin}", "Connection: Upgrade"),
        *("Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: c2lnaHRsaW5lIHRlc3RzIQ=="),
        "Sec-WebSocket-Protocol: graphql-ws",
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return int(connection.recv(4096).split()[1])


def guarded(port: int) -> dict[str, int]:
    """Return how Dagster's server answers itself and others."""
    here = f"http://127.0.0.1:{port}"
    return {
        "own page": status_of(port, {"Origin": here}),
        "own websocket": websocket_status(port, here),
        "page of the UI": status_of(port, {}, "/runs", query=None),
        "other page": status_of(port, {"Origin": "https://attacker.example"}),
        "other websocket": websocket_status(port, "https://attacker.example"),
        "other name": status_of(port, {"Host": "attacker.example"}),
        "query by GET": status_of(port, {}, "/graphql?query=%7B__typename%7D", query=None),
    }


def ask(port: int) -> list[dict[str, Any]]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        data=json.dumps({"query": QUERY}).encode(),
        headers={"content-type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            nodes: list[dict[str, Any]] = json.load(answer)["data"]["repositoriesOrError"].get("nodes", [])
            return nodes
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return []


def test_dagster_boots_without_a_warning_and_shows_everything(tmp_path: Path) -> None:
    project = write_project(tmp_path / "tiny")
    port = free_port()
    log = tmp_path / "server.log"
    command = [sys.executable, "-c", "from orchestration.cli.entry import main; main()", "ui", *project.arguments]
    with log.open("w") as out:
        server = subprocess.Popen(
            [*command, "--home", str(tmp_path / "home"), "--port", str(port)],
            cwd=REPOSITORY,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # As a script starts it in the background.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        )
    try:
        deadline = time.monotonic() + SECONDS_TO_BOOT
        while not (nodes := ask(port)) and time.monotonic() < deadline and server.poll() is None:
            time.sleep(1)
        answers = guarded(port) if nodes else {}
    finally:
        server.send_signal(signal.SIGINT)
        exit_code = server.wait(timeout=60)
    said = log.read_text(encoding="utf-8")
    assert nodes, said
    (location,) = nodes
    assert location["location"]["name"] == "sightline"
    assert {schedule["name"] for schedule in location["schedules"]} == {"publish_site_daily", "publish_site_hourly"}
    assert {sensor["name"] for sensor in location["sensors"]} == {"logs_changed", "code_changed", "run_failed"}
    assert "publish_site" in [job["name"] for job in location["pipelines"]]
    assert len(location["assetNodes"]) > 40
    assert answers == {
        "own page": 200,
        "own websocket": 101,
        "page of the UI": 200,
        "other page": 403,
        "other websocket": 403,
        "other name": 421,
        "query by GET": 405,
    }
    assert exit_code == 130
    assert left_in_session(server.pid) == []
    assert "Warning" not in said
    assert "ERROR" not in said
