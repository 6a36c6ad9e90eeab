"""The guard in front of Dagster's webserver: it answers its own pages and the user, and changes nothing by a GET.

Dagster's server checks neither Host nor Origin, runs mutations that come in a URL, and takes websockets from any page:
whoever gets a user to open a page could launch and delete runs. The guard is a middleware of that server, put in when
it starts (event_log.py is told so by Dagster), not a proxy: a proxy would leave the server behind it open. What is
refused is decided in local_access.py. To be removed when Dagster checks this itself.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from orchestration.defs.local_access import ADDRESS, Refusal, is_local, refusal_of

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

_POLICY_VIOLATION = 1008
_NOT_BY_GET = Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "Send GraphQL by POST: a GET may come from any page.")
_HEADERS = ((b"x-frame-options", b"SAMEORIGIN"), (b"cross-origin-resource-policy", b"same-origin"))


class WebserverGuard:
    """An ASGI middleware that refuses what a page of another host sends."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Hand the request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._application(scope, receive, send)
        elif (refusal := refusal_of_scope(scope)) is not None:
            await _refuse(scope, send, refusal)
        else:
            await self._application(scope, receive, _with_headers(send))


def guard_webserver() -> None:
    """Put the guard in front of every Dagster webserver that this process makes from now on."""
    from dagster_webserver.webserver import DagsterWebserver
    from starlette.middleware import Middleware

    build = DagsterWebserver.build_middleware

    def build_guarded(self: DagsterWebserver[Any, Any]) -> list[Middleware]:
        return [Middleware(WebserverGuard), *build(self)]

    # The hook Dagster's own editions override; there is no setting that leads to it.
    setattr(DagsterWebserver, "build_middleware", build_guarded)  # noqa: B010 - mypy refuses the plain assignment


def refusal_of_scope(scope: Mapping[str, Any]) -> Refusal | None:
    """Return why a request is refused, None when it is handed on."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    refusal = refusal_of(headers, _is_loopback(scope))
    if refusal is None and scope["type"] == "http" and scope["method"] != "POST" and _is_query(scope):
        return _NOT_BY_GET
    return refusal


def _is_query(scope: Mapping[str, Any]) -> bool:
    return scope["path"].rstrip("/").endswith("/graphql") and "query" in parse_qs(
        scope.get("query_string", b"").decode()
    )


def _is_loopback(scope: Mapping[str, Any]) -> bool:
    address = (scope.get("server") or (ADDRESS, 0))[0]
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return is_local(address)


async def _refuse(scope: Message, send: Send, refusal: Refusal) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": refusal.reason})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": int(refusal.status), "headers": headers})
    await send({"type": "http.response.body", "body": refusal.reason.encode()})


def _with_headers(send: Send) -> Send:
    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *_HEADERS]
        await send(message)

    return send_guarded
