"""A machine that changes the bytes of small inputs, and what must hold of each reader whatever the bytes are.

Nothing but the seed decides: a failure names its seed, and the same seed gives the same bytes. How long it runs is
test_mutation.py.
"""

import bz2
import gzip
import json
import lzma
import random
import shutil
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import zstandard

from orchestration.analysis.baselines.baseline_model import read_baseline
from orchestration.code_scan.scan import scan_code
from orchestration.defs.project.accepted_deviations import read_accepted_deviations
from orchestration.domain.errors import UsageError
from orchestration.exports.replay_bundle import read_bundle
from orchestration.log_ingest.dialect_file import BUILT_IN_FOLDER, load_dialects
from orchestration.settings import load_settings
from tests.corpus import REPOSITORY
from tests.unit.code_scan.sources import OPTIONS, sequence
from tests.unit.log_ingest.log_lake import assert_counts_add_up, beat_log, ingest, write

MOST_SECONDS = 20.0
BISTRO = REPOSITORY / "examples" / "bistro"
# What libraries are known to stumble over.
_ODD: tuple[bytes, ...] = (
    b"\0", b"\xff", b"\xfe\xff", b"\xff\xfe\0\0", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\r", b"\r\n", b"\n\n\n", b"\t",
    b"\x1b[31m", b"\x1b]0;", b'"', b"'", b"\\", b"\\u0000", b"\\ud800", b"{", b"}", b"[", b"]", b"[" * 3000,
    b'{"a":' * 2000, b"(", b"*" * 40, b"**/" * 20, b"!", b"/", b"#", b"=", b",", b";", b":", b"<", b">",
    b"<!DOCTYPE x [<!ENTITY a 'a'>]>", b"&a;", b"]]>", b"--", b"NaN",
    b"Infinity", b"-0", b"1e400", b"9" * 30, b"9" * 5000, b"0000-01-01T00:00:00.000Z",
    b"9999-12-31T23:59:60.999999999Z", b"2026-02-30T25:61:61.000Z", b"null", b"true", b"\xe2\x80\xae", b"a" * 70_000,
    b"=cmd|' /C calc'!A0", b"<script>", b"../" * 9, b"${jndi:ldap://x}", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd",
    b"PK\3\4", b"-----BEGIN PRIVATE KEY-----\n", b"password=",
)  # fmt: skip


def changed(content: bytes, chance: random.Random) -> bytes:
    """Return the bytes with some of them changed."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 8, 30))):
        at = chance.randrange(len(data) + 1)
        size = chance.choice((1, 1, 2, 4, 16, 200, 5000))
        kind = chance.randrange(7)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            data[at : at + size] = chance.randbytes(min(size, 64))
        elif kind == 2:
            data[at:at] = chance.choice(_ODD)
        elif kind == 3:
            data[at : at + len(odd)] = (odd := chance.choice(_ODD))
        elif kind == 4:
            del data[at : at + size]
        elif kind == 5:
            begin = chance.randrange(len(data) + 1)
            data[at:at] = data[begin : begin + size]
        elif chance.random() < 0.3:
            del data[at:]
    return bytes(data)


def _zipped(content: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.log", content)
    return made.getvalue()


def _bistro_log() -> bytes:
    logs = sorted((BISTRO / "logs").rglob("*.log"))
    return b"".join(logs[0].read_bytes().splitlines(keepends=True)[:120])


def _whole(text: bytes) -> bytes:
    return text


PACKS: tuple[Callable[[bytes], bytes], ...] = (
    _whole, _whole, gzip.compress, zstandard.ZstdCompressor(write_checksum=True).compress, bz2.compress,
    lambda text: lzma.compress(text, preset=0), _zipped, lambda text: text.decode().encode("utf-16-le"),
    lambda text: text.decode().encode("utf-32"), lambda text: gzip.compress(text[:2000]) + gzip.compress(text[2000:]),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Machine:
    """Reads changed inputs in a folder of its own."""

    folder: Path

    def step_of(self, seed: int) -> Callable[[random.Random], None]:
        """Return the reader a seed is for; most of the time is the logs'."""
        steps = (self.read_logs, self.read_code, self.read_settings, self.read_logs, self.read_tables)
        return steps[seed % len(steps)]

    def run(self, seed: int) -> None:
        """Do one step; what it reads is gone after it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        begun = time.monotonic()
        self.step_of(seed)(random.Random(seed))
        assert time.monotonic() - begun < MOST_SECONDS

    def read_logs(self, chance: random.Random) -> None:
        """Check that a changed log costs itself only, and that every line is accounted for."""
        text = chance.choice((beat_log(40).encode(), _bistro_log()))
        if chance.random() < 0.5:
            content = changed(chance.choice(PACKS)(text), chance)
        else:
            content = chance.choice(PACKS)(changed(text, chance).decode("utf-8", "replace").encode())
        write(self.folder / "logs/odd.log", content)
        write(self.folder / "logs/usual.log", beat_log(5, first=900))
        lake = ingest(self.folder / "logs", self.folder / "lake")
        assert_counts_add_up(lake)
        odd, usual = lake.file("odd.log"), lake.file("usual.log")
        assert (usual["ingest_status"], usual["record_count"]) == ("ok", 5)
        assert "could not be ingested" not in (odd["problem"] or ""), odd["problem"]
        write(self.folder / "logs/odd.log", content + changed(text, chance)[:2000], age=1800)
        grown = ingest(self.folder / "logs", self.folder / "lake")
        assert_counts_add_up(grown)
        assert not any("could not be ingested" in (problem.problem or "") for problem in grown.report.problems)

    def read_code(self, chance: random.Random) -> None:
        """Check that declarations, configuration, rules of paths and reports cost themselves only."""
        inputs = _code_inputs()
        odd = chance.sample(sorted(inputs), 3)
        root = self.folder / "code"
        for name, content in inputs.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(changed(content, chance) if name in odd else content)
        (root / "usual.json").write_text(sequence("usual", "go"))
        reports: list[str | Path] = [root / name for name in inputs if name.startswith("reports/")]
        report = scan_code([root], [], reports, self.folder / "lake", OPTIONS)
        ignored = {".gitignore"} & set(odd)
        assert report.sequence_count >= 1 or ignored

    def read_settings(self, chance: random.Random) -> None:
        """Check that settings and dialects are right or told in one line."""
        config = self.folder / "sightline.toml"
        config.write_bytes(changed((BISTRO / "sightline.toml").read_bytes(), chance))
        _told_in_one_line(lambda: load_settings(config))
        dialect = changed((BUILT_IN_FOLDER / "bistro.toml").read_bytes().replace(b'"bistro"', b'"other"'), chance)
        (self.folder / "dialects").mkdir()
        (self.folder / "dialects/other.toml").write_bytes(dialect)
        _told_in_one_line(lambda: load_dialects([self.folder / "dialects"]))

    def read_tables(self, chance: random.Random) -> None:
        """Check that what people write for Sightline, and what it wrote itself, is right or told in one line."""
        deviations = self.folder / "accepted.csv"
        deviations.write_bytes(changed(_DEVIATIONS, chance))
        _told_in_one_line(lambda: read_accepted_deviations([str(deviations)]))
        _told_in_one_line(lambda: read_baseline(changed(_BASELINE, chance), "a baseline"))
        _told_in_one_line(lambda: read_bundle(changed(_BUNDLE, chance), "a bundle"))


_DEVIATIONS = (
    b"deviation_class,reason,accepted_on,sequence,place,until\n"
    b'missing_beat,"known, ticket 12",2026-01-05,play,*,2027-01-01\nfailed,old,2026-02-01,,,\n'
)
_SPREAD = dict.fromkeys(("total_ms", "max_ms", "p50_ms", "p95_ms", "p99_ms"), 1.5) | {"count": 1, "buckets": {"3": 1}}
_SESSION = dict.fromkeys(("session_id", "session_name", "log_file_path", "build"), "x") | {
    "started_at": "2026-03-01T10:00:00Z",
    "load_factor": 1.0,
}
_UNIT = {"kind": "handler", "unit_id": "u", "name": "go", "plugin": None, "clock_ms": 0.1} | {
    "spread": _SPREAD,
    "levels": [[0, 0.5, 3]],
}
_BASELINE = json.dumps(
    {"format": "sightline-baseline", "version": 1, "name": "one", "saved_at": "2026-03-02T10:00:00Z"}
    | {"sessions": [_SESSION], "units": [_UNIT], "rates": [], "covered": [], "beats": []}
).encode()
_STEP = {
    "topic": "play:go",
    "status": "completed",
    "line": 3,
    "handlers": [
        {
            "handler": "go",
            "inputs": [{"key": "a", "state": "known", "value": {"b": [1, 2.5, None]}}],
            "changes": [{"key": "a", "kind": "added", "value": "x"}],
        }
    ],
}
_BUNDLE = json.dumps(
    {
        "sightline_replay": 1,
        "flow": dict.fromkeys(("flow_id", "sequence_key", "sequence_name", "status", "build"), "x"),
        "replayability": {"level": "live", "score_pct": 50.0, "missing": ["a"]},
        "declared": [{"topic": "play:go"}],
        "observed": [_STEP],
        "request": {"values": {"a": 1}, "line_numbers": [1], "publisher": {}},
    }
).encode()


def _told_in_one_line(read: Callable[[], object]) -> None:
    told = ""
    try:
        read()
    except UsageError as error:
        told = str(error)
    assert "\n" not in told.strip()


def _code_inputs() -> dict[str, bytes]:
    code = [*sorted((BISTRO / "manifests").rglob("*.json"))[:4], BISTRO / "package.json", BISTRO / "tsconfig.json"]
    inputs = {path.relative_to(BISTRO).as_posix(): path.read_bytes()[:6000] for path in code}
    inputs["play.json"] = sequence("play", "go").encode()
    inputs["appsettings.json"] = b'{ // limits\n "handlers": {"go": {"maxMs": 12, "p95Ms": 8.5}}, /* x */ "a": [1,]}\n'
    inputs[".gitignore"] = b"*.tmp\n!keep.tmp\n/out/\n**/cache/**\nfoo?[a-z]*.js\n\\#odd\n"
    inputs["CODEOWNERS"] = b"* @all\n/manifests/ @team @other\n*.md docs@x.org\n[Section]\n"
    inputs["dist/bundle.js.map"] = b'{"version":3,"sources":["../a.ts"],"mappings":"AAAA;AACA"}'
    inputs["reports/lcov.info"] = b"TN:\nSF:src/a.ts\nFN:1,go\nFNDA:2,go\nDA:1,2\nDA:2,0\nend_of_record\n"
    inputs["reports/cobertura-coverage.xml"] = (
        b'<?xml version="1.0"?><coverage><sources><source>/x</source></sources><packages><package><classes>'
        b'<class filename="src/a.ts"><lines><line number="1" hits="3"/></lines></class></classes>'
        b"</package></packages></coverage>"
    )
    inputs["reports/junit.xml"] = (
        b'<testsuites><testsuite name="s" file="a.test.ts"><testcase name="one" classname="c" time="0.5"/>'
        b'<testcase name="two" time="1,000.5"><failure message="no">why\nso</failure></testcase>'
        b"</testsuite></testsuites>"
    )
    inputs["reports/coverage-final.json"] = (
        b'{"/x/src/a.ts":{"path":"/x/src/a.ts","statementMap":{"0":{"start":{"line":1,"column":0},'
        b'"end":{"line":1,"column":9}}},'
        b'"fnMap":{},"branchMap":{},"s":{"0":4},"f":{},"b":{}}}'
    )
    inputs["reports/vitest.json"] = (
        b'{"testResults":[{"name":"/x/a.test.ts","assertionResults":[{"title":"one","status":"passed","duration":1.5}]}]}'
    )
    return inputs
