"""No secret of any kind we know stays in what Sightline keeps, in whatever quotes it was written."""

import html
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from orchestration.log_ingest.options import IngestOptions
from orchestration.redaction.redactor import Redactor
from orchestration.redaction.rules import PERSONAL_GROUPS, all_rules, chosen_rules
from tests.hardening.planted_secrets import Planted, planted_secrets, private_key
from tests.unit.log_ingest.log_lake import SETTLED_OPTIONS, beat_log, ingest, write

PLANTED = planted_secrets()
REDACTOR = Redactor(chosen_rules(), b"key of a test")
STAMP = "EventBus.ts:70 2026-03-01T10:00:05.000Z "
QUOTINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "behind a stamp": lambda line: STAMP + line,
    "in a stack row": lambda line: f"    at send (app.js:1:2) {line}",
    "json": lambda line: json.dumps({"message": line}),
    "json in json": lambda line: json.dumps({"preview": json.dumps({"message": line})}),
    "json in json in json": lambda line: json.dumps({"a": json.dumps(json.dumps({"message": line}))}),
    "unicode escapes": lambda line: line.replace('"', "\\u0022"),
    "address": lambda line: "GET /x?q=" + quote(line, safe=""),
    "address in an address": lambda line: "GET /x?q=" + quote(quote(line, safe=""), safe=""),
    "html": html.escape,
}
# At least so much of what is planted must be gone.
BAR = 0.99


def plain(text: str) -> str:
    """Return a text with its quotings undone, as whoever looks for a secret would."""
    for _ in range(3):
        text = html.unescape(unquote(text)).replace('\\"', '"').replace("\\\\", "\\")
    return text


def kept(secrets: tuple[str, ...], text: str) -> list[str]:
    """Return which secrets, or halves of long ones, a text still holds."""
    seen = text + plain(text)
    halves = {secret: (unquote(secret)[: len(secret) // 2], unquote(secret)[len(secret) // 2 :]) for secret in secrets}
    return [s for s in secrets if s in seen or (len(s) > 11 and any(half in seen for half in halves[s]))]


def test_there_are_more_than_a_hundred_kinds() -> None:
    assert len({planted.kind for planted in PLANTED}) >= 150


@pytest.mark.parametrize("quoting", QUOTINGS)
def test_secrets_of_every_kind_are_gone_in_every_quoting(quoting: str) -> None:
    lines = [(planted, QUOTINGS[quoting](planted.line)) for planted in [*PLANTED, *planted_secrets(seed=8)]]
    redacted = REDACTOR.redact_text("\n".join(line for _, line in lines)).split("\n")
    left = [
        (planted.kind, new) for (planted, _), new in zip(lines, redacted, strict=True) if kept(planted.secrets, new)
    ]
    print(f"{quoting}: {len(lines) - len(left)} of {len(lines)} gone")
    assert len(left) <= (1 - BAR) * len(lines), left


def test_the_lake_holds_no_byte_of_them(tmp_path: Path) -> None:
    canary = "canary-" + "q7Wm2ZrT9x"
    lines = [f"{STAMP}{planted.line}" for planted in PLANTED]
    lines += [f"{STAMP}failed ❌ Error: {planted.line}\n    at f ({planted.line})" for planted in PLANTED[:40]]
    lines += [f"\0 rejected {planted.line}" for planted in PLANTED[:40]]
    lines += [f'{STAMP}password="{canary}"', json.dumps({"password": canary}), f"\0 token={canary}"]
    lake = ingest(write(tmp_path / "a.log", beat_log(3) + "\n".join(lines) + "\n"), tmp_path / "lake")
    secrets = {secret for planted in PLANTED for secret in planted.secrets if len(secret) > 6} | {canary}
    decoded = "".join(
        str(lake.table(name).to_dicts()) for name in ("log_records", "rejected_lines", "log_files", "redactions")
    )
    raw = b"".join(path.read_bytes() for path in sorted((tmp_path / "lake").rglob("*")) if path.is_file())
    left = {secret for secret in secrets if secret in decoded or secret.encode() in raw}
    assert canary not in left
    assert len(left) <= (1 - BAR) * len(secrets), left


def test_a_log_is_known_by_a_name_without_secrets(tmp_path: Path) -> None:
    names = [
        "app-bob@example.org.log",
        "app-ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8.log",
        "plain-1772359205000.log",
    ]
    for name in names:
        write(tmp_path / "logs" / name, beat_log(3) + name)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    shown = lake.table("log_files")["log_file_path"].to_list()
    assert {re.sub(":[0-9a-f]{8}]", "]", path) for path in shown} == {
        "app-[redacted:github_token].log",
        "plain-1772359205000.log",
        "[redacted:email_address].log",
    }
    ids = lake.table("log_files")["log_file_id"].sort().to_list()
    assert ingest(tmp_path / "logs", tmp_path / "lake").table("log_files")["log_file_id"].sort().to_list() == ids


@pytest.mark.parametrize(
    "prefix",
    ["", STAMP, "2026-03-01 10:00:05,123 INFO  key.Loader - ", "<34>Mar  1 10:00:05 host app[12]: ", "[worker-1] "],
)
@pytest.mark.parametrize("name", ["RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", ""])
def test_a_private_key_is_gone_line_by_line_behind_any_prefix(prefix: str, name: str) -> None:
    key = private_key(random.Random(3), name)
    before, after = f"{prefix}loading the key", f"{prefix}loaded"
    text = "\n".join([before, *(prefix + line for line in key), after])
    lines = REDACTOR.redact_text(text).split("\n")
    assert lines[0] == before
    assert lines[-1] == after
    assert not [line for line in key[1:-1] if line in "\n".join(lines)]
    assert all(line.startswith(prefix) for line in lines)


def test_a_private_key_is_gone_within_json_and_on_one_line() -> None:
    key = private_key(random.Random(4))
    for text in (
        "\n".join(json.dumps({"level": "info", "message": line}) for line in key),
        json.dumps({"key": "\n".join(key)}),
        " ".join(key),
        "\n".join(key[:-3]),
        "\n".join(key[5:]),
    ):
        redacted = REDACTOR.redact_text(text)
        assert not [line for line in key[1:-2] if line in redacted], redacted


def test_the_same_secret_has_the_same_digits_in_every_quoting() -> None:
    line = '{"password":"correct horse/battery"}'
    marks = {REDACTOR.redact_text(quoted(line)).split("[redacted:")[1].split("]")[0] for quoted in QUOTINGS.values()}
    assert len(marks) == 1


@pytest.mark.parametrize(
    ("group", "text"),
    [
        ("ip", "request of 203.0.113.77 done"),
        ("ip", "request of 2001:db8:0:0:8:800:200c:417a done"),
        ("phone", "call +49 30 901820 now"),
        ("phone", "call (555) 013-4567 now"),
        ("mail", "mail to a.b@example.org now"),
        ("cards", "card 4111 1111 1111 1111 now"),
    ],
)
def test_personal_data_is_redacted_as_its_group_is_switched(group: str, text: str) -> None:
    with_group, without = (
        Redactor(tuple(rule for rule in all_rules() if rule.group in groups), b"k").redact_text(text)
        for groups in ((group,), tuple(other for other in PERSONAL_GROUPS if other != group))
    )
    assert without == text
    first, last = text.split(" ")[0], text.split(" ")[-1]
    assert re.fullmatch(rf"{first} (?:of |to )?\[redacted:[a-z_]+:[0-9a-f]{{8}}\] {last}", with_group)


def test_a_log_is_read_anew_when_a_group_is_switched(tmp_path: Path) -> None:
    log = write(tmp_path / "a.log", beat_log(5) + f"{STAMP}request of 203.0.113.77\n")
    assert "203.0.113.77" in str(ingest(log, tmp_path / "lake").records())
    options = IngestOptions(settle_seconds=SETTLED_OPTIONS.settle_seconds, redaction_groups=("ip",))
    assert "203.0.113.77" not in str(ingest(log, tmp_path / "lake", options).records())


HARMLESS = [
    "paid 4,800.935999999999 in 1772359205000 ms",
    "order 4111111111111112 shipped",
    "commit 3f2504e04f8911d39a0c0305e82c3301a1b2c3d4 built",
    "session 3f2504e0-4f89-11d3-9a0c-0305e82c3301 began",
    "tokens used: 4096, max_tokens: 8192",
    "key: ArrowDown pressed",
    "password: required",
    "Invalid password: must be longer",
    "using password: YES",
    "unexpected token: ';'",
    "token = AppWindowToken{9f4ef63 token=Token{a64f992 ActivityRecord",
    "getty@tty1.service started",
    "icon@2x.png loaded",
    "at f@app.js:10:5",
    "lodash@4.17.21 installed",
    "http://localhost:5173/@vite/client",
    "cookie: accepted",
    "Authorization: required",
    "bearer authentication failed",
    "author: x, access granted",
    "GET /x?state=open&code=200&key=name",
    "DE00 is no account, GB82WEST12345698765433 neither",
    "handler passed: 12, failed: 3, compass: north",
    "phase: PASS=12",
    "mapping: 1234, pinned: 1234",
    "publish auth:token:refresh and user:password:forgotten",
    "publish token:revoked",
    "publish canvas:token:createRequested",
    "publish user:password:resetRequestedV2 then user:secret:rotate_v2",
    "a passphrase: the words used to open it",
    'the password "required" is missing, the passphrase "is too short"',
    "login failed password missing",
    "mysql -u root -p shop",
    "docker login --password-stdin registry.example",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert REDACTOR.redact_text(text) == text


# Words of secrets within topics, events, handlers, paths and sentences.
NAMES_ONLY = [
    "user:passphrase:check",
    "topic=canvas:token:created",
    "event user:secret:rotate",
    "user:secret:rotate",
    "login:passwd:check",
    "canvas:token:created",
    "auth:token:refresh",
    "password:reset:requested",
    "password: reset: requested",
    "POST /api/token/refresh",
    "token=created",
    "handler=setPassword",
    '{"topic":"user:password:changed"}',
    '"token:created"',
    "[event] password:changed",
    "subscribe secret:rotated handler=rotateSecret",
    "topic='session:cookie:expired'",
    "auth.password:changed",
    "auth/password:changed",
    "secret:rotate:failed",
    "user:apiKey:created",
    "user:api_key:revoked",
    "apikey:rotated",
    "vault:secretKey:rotated",
    "vault:privateKey:loaded",
    "canvas:credential:issued",
    "sequence=token:issue:sequence",
    "token: refreshed",
    "token expired",
    "password: required",
    "Token: invalid",
    "password is required",
    "token=null",
    "password=undefined",
    "token: [object Object]",
    "secret INFO loaded",
    "password: ERROR wrong",
    "token: string",
    "password: string | null",
    "cookie: accepted",
    "Set-Cookie: none",
    "access_token:expired",
    "pwd:changed",
    "pass=3 fail=0",
    "pass: 12",
    "passed=true",
    "auth:pass:ok",
    "beat=validate-token",
    "tokenCount=1523",
    "tokens: 1523",
    "max_tokens=4096",
    "token_type=bearer",
    "user:session-id:changed",
    "sessionId:created",
    "sig:valid",
    "key:pressed",
    "key=ArrowLeft",
    "EventBus emit 'canvas:token:created' {\"id\":1}",
    "ui:password:input:focus",
    "password:validate -> ok",
    "Sequence password-reset:start",
    "topic=user.password.changed",
    "topic: user:password:changed",
    "passwd:check:done",
    "bearer:token:verify",
    "client_secret:rotated",
    "canvas:token:create-requested",
    "canvas:token:createRequested",
    "canvas:token:drag2",
    "user:password:resetRequestedV2",
    "user:secret:rotate_v2",
]


@pytest.mark.parametrize("text", NAMES_ONLY)
def test_a_name_that_speaks_of_secrets_stays(text: str) -> None:
    assert REDACTOR.redact_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("svc:password:{}", "db:secret:{}", "login db:password:{} ok", "topic=user:token:{}", "app:passphrase:{}"),
        *("user:api_key:{}", "password:{}:changed", "passwd:{}"),
    ],
)
@pytest.mark.parametrize("secret", ["sunshine", "letmein", "swordfishes", "correctHorse", "dragonfly99"])
def test_a_secret_behind_what_looks_like_a_topic_is_one(text: str, secret: str) -> None:
    assert secret not in REDACTOR.redact_text(text.format(secret))


def test_a_planted_line_says_what_is_secret_in_it() -> None:
    assert all(planted.secrets and all(s in planted.line for s in planted.secrets) for planted in PLANTED)
    assert isinstance(PLANTED[0], Planted)
