"""Who may ask the servers of this machine: pages they served themselves, and the user; no other page in the browser.

A page of any host can send requests to 127.0.0.1, and can make its own name lead there (DNS rebinding). Such a request
names a host that is not this machine, or an origin or a context that is not the page's own. The decisions are here,
for the server of the site (orchestration/cli/serving.py) and for Dagster's (webserver_guard.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

ADDRESS = "127.0.0.1"
LOCAL_NAMES = frozenset({ADDRESS, "localhost", "::1"})
# Sent with every answer: types are not guessed, no other site frames or includes it, addresses are not told on.
ANSWER_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered."""

    status: HTTPStatus
    reason: str


def refusal_of(headers: Mapping[str, str], is_loopback: bool = True) -> Refusal | None:
    """Return why a request is refused, None when it is answered.

    `headers` are looked up by their names in lower case. A server that was bound to the network on purpose
    (`is_loopback` is false) is called by names nobody here knows; its own pages are still told from others.
    """
    host = headers.get("host", "")
    if is_loopback and not is_local(host):
        return Refusal(HTTPStatus.MISDIRECTED_REQUEST, "This server answers to 127.0.0.1 and localhost only.")
    origin = headers.get("origin")
    if origin is not None and _authority(origin) != host.lower():
        return Refusal(HTTPStatus.FORBIDDEN, "This server does not answer pages of other origins.")
    is_foreign = headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    if is_foreign and headers.get("sec-fetch-mode") != "navigate":
        return Refusal(HTTPStatus.FORBIDDEN, "This server does not answer pages of other origins.")
    return None


def is_local(host: str) -> bool:
    """Tell whether a Host header names this machine; the port is left out, because ports are forwarded."""
    try:
        return urlsplit(f"//{host}").hostname in LOCAL_NAMES
    except ValueError:
        return False


def _authority(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
