"""Dagster's server, guarded: its own pages and the user are answered, pages of others are not; no change by a GET."""

import asyncio
from typing import Any

import pytest
from starlette.middleware import Middleware

from orchestration.defs.webserver_guard import WebserverGuard, guard_webserver, refusal_of_scope

HERE = "127.0.0.1:3000"


def scope_of(headers: dict[str, str], **changes: Any) -> dict[str, Any]:
    raw = [(name.encode(), value.encode()) for name, value in ({"host": HERE} | headers).items()]
    return {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "server": ("127.0.0.1", 3000),
        "headers": raw,
    } | changes


def status_of(scope: dict[str, Any]) -> int | None:
    refusal = refusal_of_scope(scope)
    return None if refusal is None else int(refusal.status)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, None),
        ({"origin": f"http://{HERE}"}, None),
        ({"host": "localhost:3000", "origin": "http://localhost:3000"}, None),
        ({"host": "attacker.example:3000"}, 421),
        ({"host": "attacker.example:3000", "origin": "http://attacker.example:3000"}, 421),
        ({"origin": "http://attacker.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:8808", "host": "localhost:3000"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_who_asks_decides(kind: str, headers: dict[str, str], status: int | None) -> None:
    assert status_of(scope_of(headers, type=kind)) == status


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/graphql", b"query=mutation%7Bx%7D", 405),
        ("/graphql/", b"a=1&query=%7Bx%7D", 405),
        ("/prefix/graphql", b"query=%7Bx%7D", 405),
        ("/graphql", b"", None),
        ("/runs", b"query=failed", None),
    ],
)
def test_a_query_in_an_address_is_refused(path: str, query: bytes, status: int | None) -> None:
    assert status_of(scope_of({}, method="GET", path=path, query_string=query)) == status


def test_a_server_bound_to_the_network_is_called_by_its_name_and_still_refuses_other_pages() -> None:
    named = {"host": "build-7.example:3000"}
    bound = {"server": ("10.0.0.7", 3000)}
    assert status_of(scope_of(named, **bound)) is None
    assert status_of(scope_of(named | {"origin": "http://build-7.example:3000"}, **bound)) is None
    assert status_of(scope_of(named | {"origin": "http://attacker.example"}, **bound)) == 403


def exchange(scope: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the guard sends in front of an application that answers everything."""
    sent: list[dict[str, Any]] = []

    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"answered"})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    asyncio.run(WebserverGuard(application)(scope, receive, send))
    return sent


def test_what_is_answered_is_not_to_be_framed() -> None:
    start, body = exchange(scope_of({}))
    assert (b"x-frame-options", b"SAMEORIGIN") in start["headers"]
    assert body["body"] == b"answered"


def test_what_is_refused_never_reaches_dagster() -> None:
    start, body = exchange(scope_of({"origin": "http://attacker.example"}))
    assert start["status"] == 403
    assert body["body"] != b"answered"
    (closed,) = exchange(scope_of({"origin": "http://attacker.example"}, type="websocket"))
    assert closed["type"] == "websocket.close"


def test_the_guard_is_the_outermost_part_of_dagsters_server(monkeypatch: pytest.MonkeyPatch) -> None:
    from dagster_webserver.webserver import DagsterWebserver

    monkeypatch.setattr(DagsterWebserver, "build_middleware", DagsterWebserver.build_middleware)
    before = DagsterWebserver.build_middleware(object())  # type: ignore[arg-type]
    guard_webserver()
    parts = DagsterWebserver.build_middleware(object())  # type: ignore[arg-type]
    assert isinstance(parts[0], Middleware)
    assert parts[0].cls is WebserverGuard
    assert [part.cls for part in parts[1:]] == [part.cls for part in before]
