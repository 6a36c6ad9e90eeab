"""The server of the site answers the user and the site's own pages, reads only the site, and says how to keep it."""

import gzip
import http.client
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from orchestration.cli.reloading import SCRIPT_PATH, VERSION_PATH, ReloadingHandler
from orchestration.cli.serving import SiteHandler, open_server
from orchestration.cli.site_files import find_file

PAGE = "<!doctype html><title>site</title>" + "<p>text</p>" * 500


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    files = {
        "site/index.html": PAGE,
        "site/.site-fingerprint": "hidden",
        "site/assets/main.0a1b2c3d.min.js": "var a;",
        "site/assets/figures.js": "var b;" * 500,
        "site/assets/drawing.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        "site/lines/plain": "text",
        "secret.txt": "outside",
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "site" / "out.txt").symlink_to(folder / "secret.txt")
    (folder / "site" / "outside").symlink_to(folder)
    (folder / "site" / "loop").symlink_to(folder / "site" / "loop")
    (folder / "site" / "same.html").symlink_to("index.html")
    os.mkfifo(folder / "site" / "pipe")
    return folder / "site"


@pytest.fixture(scope="module", params=[SiteHandler, ReloadingHandler])
def port(site: Path, request: pytest.FixtureRequest) -> Iterator[int]:
    with open_server(site, 0, request.param) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def ask(
    port: int, address: str, headers: Mapping[str, str] | None = None, method: str = "GET"
) -> tuple[int, Mapping[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.putrequest(method, address, skip_host=True, skip_accept_encoding=True)
        for name, value in ({"Host": f"127.0.0.1:{port}"} | dict(headers or {})).items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:1", "localhost", "LOCALHOST:8808", "[::1]:8808"])
def test_names_of_this_machine_are_answered_whatever_the_port(port: int, host: str) -> None:
    assert ask(port, "/", {"Host": host})[0] == 200


@pytest.mark.parametrize(
    "host", ["attacker.example", "127.0.0.1.attacker.example", "localhost.attacker.example:8808", "", "[", "127.1", "0"]
)
def test_a_name_that_was_bent_to_this_machine_is_not_answered(port: int, host: str) -> None:
    status, _, said = ask(port, "/", {"Host": host})
    assert status == 421
    assert b"text" not in said.replace(b"text/", b"")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://attacker.example"},
        {"Origin": "http://localhost:1"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
    ],
)
def test_other_pages_cannot_read_the_site(port: int, headers: dict[str, str]) -> None:
    assert ask(port, "/assets/figures.js", headers)[0] == 403


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, {}])
def test_a_link_from_elsewhere_opens_the_site(port: int, headers: dict[str, str]) -> None:
    assert ask(port, "/", headers)[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_the_server_only_reads(port: int, method: str) -> None:
    assert ask(port, "/", method=method)[0] == 501


@pytest.mark.parametrize(
    "address",
    [
        *("/assets/", "/assets", "/lines/", "/.site-fingerprint", "/out.txt", "/outside/", "/outside/secret.txt"),
        *("/../secret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt", "//../secret.txt", "/assets/%00.js"),
        *("/..%2fsecret.txt", "/loop", "/pipe", "/absent.html", "/" + "a" * 5000, "/%ff%fe", "/index.html/"),
    ],
)
def test_no_folder_is_listed_and_nothing_is_read_outside_of_the_site(port: int, address: str) -> None:
    status, _, said = ask(port, address)
    assert status == 404
    assert said == b"There is no such page."


def test_every_answer_says_how_it_is_to_be_taken(port: int) -> None:
    for address, status in (("/", 200), ("/absent", 404), ("/assets/figures.js", 200)):
        found, headers, _ = ask(port, address)
        assert found == status
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "python" not in headers["server"].lower()
    assert ask(port, "/")[1]["content-security-policy"] == "frame-ancestors 'self'"
    assert "default-src 'none'" in ask(port, "/assets/drawing.svg")[1]["content-security-policy"]


def test_what_did_not_change_is_not_sent_again(port: int) -> None:
    for address in ("/", "/assets/figures.js", "/same.html"):
        _, headers, content = ask(port, address)
        assert headers["cache-control"] == "no-cache"
        assert len(content) == int(headers["content-length"])
        status, _, again = ask(port, address, {"If-None-Match": headers["etag"]})
        assert (status, again) == (304, b"")
    assert "immutable" in ask(port, "/assets/main.0a1b2c3d.min.js")[1]["cache-control"]


def test_text_is_packed_for_who_takes_it(port: int) -> None:
    for address in ("/", "/assets/figures.js"):
        plain = ask(port, address)
        packed = ask(port, address, {"Accept-Encoding": "gzip, br"})
        assert packed[1]["content-encoding"] == "gzip"
        assert len(packed[2]) < len(plain[2]) / 4
        assert gzip.decompress(packed[2]) == plain[2]
        assert packed[1]["etag"] != plain[1]["etag"]
    assert "content-encoding" not in ask(port, "/lines/plain", {"Accept-Encoding": "gzip"})[1]


def test_head_says_the_same_and_sends_nothing(port: int) -> None:
    asked, told = ask(port, "/"), ask(port, "/", method="HEAD")
    assert told[2] == b""
    assert {**asked[1], "date": ""} == {**told[1], "date": ""}


def test_pages_that_follow_need_no_script_in_the_page(site: Path) -> None:
    with open_server(site, 0, ReloadingHandler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        port = server.server_address[1]
        assert ask(port, "/")[2].decode().endswith(f'<script src="{SCRIPT_PATH}"></script>\n')
        assert ask(port, SCRIPT_PATH)[1]["content-type"].startswith("text/javascript")
        assert ask(port, VERSION_PATH, {"Host": "attacker.example"})[0] == 421
        server.shutdown()


def test_a_changed_file_is_another_one(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text("one" * 1000, encoding="utf-8")
    first = find_file(tmp_path, "/")
    page.write_text("two" * 1000, encoding="utf-8")
    os.utime(page, ns=(1, 1))
    second = find_file(tmp_path, "/index.html?query#part")
    assert first is not None
    assert second is not None
    assert first.tag(is_packed=True) != second.tag(is_packed=True)
    assert gzip.decompress(second.read(is_packed=True)) == b"two" * 1000
