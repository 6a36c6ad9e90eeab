"""Alerts: only what is new, posted only where a webhook is set, and a post that fails fails nothing."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from docs_site.queries.changes import take_snapshot
from docs_site.queries.health import failures_of, load_alarming_checks
from docs_site.queries.history import Snapshot, keep_snapshot
from orchestration.defs.home import Home
from orchestration.defs.platform import Platform
from orchestration.defs.site.alerting import alerts_known, raise_alerts, report_failed_run
from orchestration.defs.site.failure_sensor import build_failure_sensor
from orchestration.domain.errors import UsageError
from orchestration.settings import load_settings
from tests.unit.docs_site.recommendation_rows import write_recommendation
from tests.unit.docs_site.synthetic_warehouse import empty_home
from tests.unit.docs_site.test_quality_tables import CHECK, write_checks

HOSTILE = "</script>\n\x1b[31m take"


class Receiver:
    """A webhook on this machine that keeps what it is sent and answers with `status`."""

    def __init__(self, status: int = 200) -> None:
        received: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                """Say nothing."""

        self.received = received
        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/secret-path"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    yield server
    server.close()


def platform_of(folder: Path, webhook: str | None = None) -> Platform:
    alerts = {"alerts": {"webhook": webhook}} if webhook else {}
    return Platform(load_settings(None, {"home": folder, **alerts}), Home(folder))


def write_warehouse(folder: Path, *numbers: int) -> None:
    with duckdb.connect(str(empty_home(folder).warehouse)) as connection:
        for number in numbers:
            write_recommendation(connection, number, title=f"{HOSTILE}{number}")
        write_recommendation(connection, 90, severity="info")
        write_recommendation(connection, 91, outcome="not_seen_in_newest_build")


def alerts_in(folder: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((folder / "exports" / "alerts.json").read_text(encoding="utf-8"))
    return value


def test_only_what_the_site_before_did_not_have_is_new(tmp_path: Path, receiver: Receiver) -> None:
    write_warehouse(tmp_path, 1, 2)
    platform = platform_of(tmp_path, receiver.url)
    keep_snapshot(tmp_path / "history", Snapshot("2026-11-21T05:00:00", {}, [], ["id0001"]))
    assert raise_alerts(platform, alerts_known(tmp_path / "history")) == "1 new alert, posted"
    assert [alert["recommendation_id"] for alert in alerts_in(tmp_path)["new"]] == ["id0002"]
    assert receiver.received == [alerts_in(tmp_path)]
    assert receiver.received[0]["text"].count("\n") == 1


def test_what_was_said_once_is_not_said_again(tmp_path: Path, receiver: Receiver) -> None:
    write_warehouse(tmp_path, 1)
    history = tmp_path / "history"
    keep_snapshot(history, take_snapshot(tmp_path / "published.duckdb", "2026-11-21T05:00:00", []))
    assert raise_alerts(platform_of(tmp_path, receiver.url), alerts_known(history)) == ""
    assert alerts_in(tmp_path)["new"] == []
    assert receiver.received == []


def test_a_check_that_fails_for_something_new_is_told_with_that_and_its_line_only(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    told = CHECK | {"things": ["Play", "Wait"], "examples": ["a.log:1: Play hangs", f"b.log:2: Wait hangs{HOSTILE}"]}
    write_checks(home.quality, told, CHECK | {"check_name": "low", "severity": "info"})
    keep_snapshot(
        tmp_path / "history", Snapshot("2026-11-21T05:00:00", {}, [], [], ["marts.fct_flows.no_flow_hangs: Play"])
    )
    assert raise_alerts(platform_of(tmp_path), alerts_known(tmp_path / "history")) == "1 new alert"
    (alert,) = alerts_in(tmp_path)["failed_checks"]
    assert (alert["check_name"], alert["severity"], alert["page"]) == ("no_flow_hangs", "critical", "flows.html")
    assert (alert["things"], alert["examples"]) == (["Wait"], [f"b.log:2: Wait hangs{HOSTILE}"])
    assert alerts_in(tmp_path)["text"].splitlines()[1].startswith("- High: check failed: No flow hangs. b.log:2: Wait")


def test_checks_that_failed_on_the_site_before_are_not_told_again(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_checks(home.quality, CHECK)
    failed = [name for row in load_alarming_checks(home.quality) for name in failures_of(row)]
    keep_snapshot(tmp_path / "history", take_snapshot(home.warehouse, "2026-11-21T05:00:00", [], failed))
    assert raise_alerts(platform_of(tmp_path), alerts_known(tmp_path / "history")) == ""
    assert alerts_in(tmp_path)["failed_checks"] == []


def test_without_a_webhook_nothing_is_sent(tmp_path: Path) -> None:
    write_warehouse(tmp_path, 1)
    assert raise_alerts(platform_of(tmp_path), frozenset()) == "1 new alert"
    assert alerts_in(tmp_path)["new"][0]["page"] == "insights.html#r-id0001"


@pytest.mark.parametrize("status", [404, 500])
def test_a_webhook_that_refuses_is_a_warning_without_its_address(tmp_path: Path, status: int) -> None:
    write_warehouse(tmp_path, 1)
    server = Receiver(status)
    said = raise_alerts(platform_of(tmp_path, server.url), frozenset())
    server.close()
    assert f"warning: the webhook answered {status}" in said
    assert "secret-path" not in said


def test_a_webhook_that_is_away_is_a_warning(tmp_path: Path, receiver: Receiver) -> None:
    write_warehouse(tmp_path, 1)
    receiver.close()
    assert "warning: the webhook could not be reached" in raise_alerts(platform_of(tmp_path, receiver.url), frozenset())


def test_a_failed_run_is_written_and_posted(tmp_path: Path, receiver: Receiver) -> None:
    assert report_failed_run(platform_of(tmp_path, receiver.url), "r1", "no space") == ", posted"
    assert receiver.received[0]["failed_run"] == {"run_id": "r1", "reason": "no space"}
    assert "no space" in receiver.received[0]["text"]


def test_a_webhook_is_a_web_address_and_is_never_shown(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"alerts\.webhook"):
        platform_of(tmp_path, "file:///etc/passwd")
    assert "secret" not in repr(platform_of(tmp_path, "https://host/secret").settings)


def test_the_sensor_reports_a_failed_run_of_the_job_and_of_no_other(tmp_path: Path) -> None:
    sensor = build_failure_sensor(platform_of(tmp_path))

    def fail(name: str) -> None:
        @dg.op
        def breaks() -> None:
            raise dg.Failure("no space")

        @dg.job(name=name)
        def failing() -> None:
            breaks()

        with dg.DagsterInstance.ephemeral() as instance:
            result = failing.execute_in_process(instance=instance, raise_on_error=False)
            event = next(event for event in result.all_events if event.event_type_value == "PIPELINE_FAILURE")
            context = dg.build_run_status_sensor_context("run_failed", event, instance, result.dagster_run)
            sensor(context.for_run_failure())

    fail("another_job")
    assert not (tmp_path / "exports" / "alerts.json").exists()
    fail("publish_site")
    assert alerts_in(tmp_path)["failed_run"]["run_id"]
