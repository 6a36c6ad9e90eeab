"""Secrets never reach the lake, what is no secret stays, and the same secret has the same mark."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.log_ingest.log_lake import SETTLED_OPTIONS, Lake, beat_log, ingest, write

HEAD = "EventBus.ts:70 2026-03-01T10:00:05.000Z "
MARK = re.compile(r"\[redacted:([a-z_]+):[0-9a-f]{8}\]")
# Made up for these tests; split so that no scanner of this repository takes them for real.
SECRETS = {
    "email_address": ["ada.l+news@mail.example.org", "x@y.io"],
    "json_web_token": ["eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"],
    "aws_key": ["AKIA" + "IOSFODNN7EXAMPLE"],
    "github_token": ["ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"],
    "slack_token": ["xoxb-" + "123456789012-abcdefghijkl"],
    "google_key": ["AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q"],
}
NAMED = {
    "bearer_token": ("Authorization: Bearer {}", "q7Wm2ZrT9xKfP4sLd8Vn"),
    "url_credentials": ("GET https://robot:{}@host.example/x", "hunter22"),
    "named_password": ('{{"password": "{}"}}', "c0rrecthorse"),
}
HARMLESS = [
    "(anonymous) @ sequence-registration.ts:102",
    "VERSIONS: @renderx-plugins/canvas@0.1.0-rc.4",
    "http://localhost:5173/@vite/client",
    "decorator @Injectable() on a.b@1.2",
    "token count: 12",
    "password: ",
    "secret = undefined",
    "passwordField.value changed",
    "https://example.org:8080/a@b",
]


def lake_of(tmp_path: Path, *lines: str) -> Lake:
    path = write(tmp_path / "a.log", beat_log(3) + "".join(f"{line}\n" for line in lines))
    return ingest(path, tmp_path / "lake")


@pytest.mark.parametrize(
    ("rule", "secret"), [(rule, secret) for rule, secrets in SECRETS.items() for secret in secrets]
)
def test_a_secret_is_replaced_by_a_mark_that_names_its_kind(tmp_path: Path, rule: str, secret: str) -> None:
    lake = lake_of(tmp_path, f"{HEAD}before {secret} after")
    message = lake.records()[-1]["message"]
    assert MARK.sub("#", message) == "before # after"
    assert MARK.search(message)[1] == rule  # type: ignore[index]
    assert lake.table("redactions").select("redaction_rule", "redaction_count").rows() == [(rule, 1)]


@pytest.mark.parametrize("rule", NAMED)
def test_of_a_named_secret_only_the_value_is_replaced(tmp_path: Path, rule: str) -> None:
    form, secret = NAMED[rule]
    message = lake_of(tmp_path, HEAD + form.format(secret)).records()[-1]["message"]
    assert message == form.format(MARK.search(message)[0])  # type: ignore[index]
    assert MARK.search(message)[1] == rule  # type: ignore[index]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays_as_it_is(tmp_path: Path, text: str) -> None:
    lake = lake_of(tmp_path, HEAD + text)
    assert lake.records()[-1]["message"] == text.rstrip() or lake.records()[-1]["message"] == text
    assert len(lake.table("redactions")) == 0


def test_details_fields_and_rejected_lines_are_redacted_too(tmp_path: Path) -> None:
    lake = lake_of(
        tmp_path,
        f"{HEAD}❌ Error: no mail to a@example.org",
        "    at sendTo (b@example.org:1:2)",
        "\0 c@example.org",
    )
    text = str(lake.table("log_records").to_dicts()) + str(lake.rejected())
    assert "@example.org" not in text
    assert MARK.search(lake.records()[-1]["error_message"])
    assert lake.file("a.log")["redaction_count"] == 3


def test_the_same_secret_has_the_same_mark_under_one_key_only(tmp_path: Path) -> None:
    path = write(tmp_path / "a.log", beat_log(3) + f"{HEAD}a@example.org b@example.org a@example.org\n")
    one = ingest(path, tmp_path / "one").records()[-1]["message"].split()
    two = ingest(path, tmp_path / "two", replace(SETTLED_OPTIONS, redaction_key=b"k")).records()[-1]["message"].split()
    assert one[0] == one[2] != one[1]
    assert one[0] != two[0]


@pytest.mark.parametrize(
    ("line", "is_same"), [(f"{HEAD}nothing to hide", True), (f"{HEAD}mail to a@example.org", False)]
)
def test_the_key_is_part_of_a_logs_version_only_where_it_left_marks(tmp_path: Path, line: str, is_same: bool) -> None:
    log = write(tmp_path / "a.log", beat_log(5) + line + "\n")
    versions = {
        ingest(log, tmp_path / key, replace(SETTLED_OPTIONS, redaction_key=key.encode())).file("a.log")[
            "content_version"
        ]
        for key in ("one", "other")
    }
    assert (len(versions) == 1) is is_same


def test_a_private_key_is_blotted_out_to_its_end_and_no_further(tmp_path: Path) -> None:
    body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"
    lake = lake_of(
        tmp_path,
        f"{HEAD}key: -----BEGIN RSA PRIVATE KEY-----",
        body,
        body[::-1],
        "-----END RSA PRIVATE KEY-----",
        "Promise.then",
    )
    record = lake.records()[-1]
    assert body not in record["detail"]
    assert body[::-1] not in record["detail"]
    assert record["detail"].endswith("\nPromise.then")
    assert record["line_count"] == 5


def test_ten_thousand_secrets_are_replaced_in_one_go(tmp_path: Path) -> None:
    lines = [f"{HEAD}mail to user{number}@example.org" for number in range(10_000)]
    lake = lake_of(tmp_path, *lines)
    assert lake.file("a.log")["redaction_count"] == 10_000
    assert len({record["message"] for record in lake.records()[3:]}) == 10_000
