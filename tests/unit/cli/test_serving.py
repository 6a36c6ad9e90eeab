"""The static server of the site: this machine only, and a clear word when there is nothing to serve."""

import threading
import urllib.request
from pathlib import Path

import pytest

from orchestration.cli.serving import open_server, url_of
from orchestration.domain.errors import UsageError


def test_the_site_is_served_on_the_loopback_address(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("hello", encoding="utf-8")
    with open_server(tmp_path, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert url_of(server).startswith("http://127.0.0.1:")
        with urllib.request.urlopen(url_of(server)) as answer:
            assert answer.read() == b"hello"
        server.shutdown()


def test_a_port_in_use_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("hello", encoding="utf-8")
    with open_server(tmp_path, 0) as server, pytest.raises(UsageError, match="choose another with --port"):
        open_server(tmp_path, server.server_address[1])
