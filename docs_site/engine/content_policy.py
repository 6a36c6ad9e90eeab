"""The Content-Security-Policy of every page: which scripts may run, wherever the page is opened from.

Put into the frame MkDocs made, before anything made of data joins it, and only for scripts the theme put outside of
the page's own content: a script that log text might smuggle in has no hash here, and does not run. A page opened as a
file has no server to send headers, so the policy is in the page; what a policy in a page may not say (who may frame
it) is added by the server (orchestration/cli/serving.py).
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator

# 'self' means the page's own server; browsers differ on what it means to a page opened as a file, `file:` says it.
_HERE = "'self' file:"
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
# From the start of the content to its end: what stands there may be made of log text.
_CONTENT = re.compile(r"<article\b.*</article>", re.DOTALL | re.IGNORECASE)
_CHARSET = re.compile(r"<meta charset=[^>]*>", re.IGNORECASE)


def with_policy(html: str) -> str:
    """Return a page with its policy, as the first thing its head says after the encoding."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy_of(html)}">'
    charset = _CHARSET.search(html)
    if charset is None:
        raise ValueError("a page without an encoding cannot be given a policy")
    return html[: charset.end()] + meta + html[charset.end() :]


def policy_of(html: str) -> str:
    """Return the policy for a frame: files of the site, and the inline scripts of the theme by their hashes."""
    hashes = " ".join(sorted(set(_hashes(_CONTENT.sub("", html)))))
    directives = (
        "default-src 'none'",
        f"script-src {_HERE} {hashes}".rstrip(),
        # Figures and diagrams set their places by styles of elements; a style runs nothing.
        f"style-src {_HERE} 'unsafe-inline'",
        f"img-src {_HERE} data: blob:",
        f"font-src {_HERE} data:",
        f"connect-src {_HERE}",
        f"worker-src {_HERE}",
        f"frame-src {_HERE}",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(directives)


def _hashes(html: str) -> Iterator[str]:
    for attributes, script in _INLINE_SCRIPT.findall(html):
        if "json" not in attributes.lower():
            digest = b64encode(hashlib.sha256(script.encode("utf-8", "surrogatepass")).digest()).decode("ascii")
            yield f"'sha256-{digest}'"
