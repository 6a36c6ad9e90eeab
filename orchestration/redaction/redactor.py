"""Replace secrets in texts by typed, keyed marks: `[redacted:<rule>:<8 hex digits>]`.

The same secret under the same key has the same digits, so that texts can still be joined, and the mark cannot be turned
back without the key. What is a secret is data (rules.py). All rules see the text as it was written; where their finds
overlap, one mark stands for all of them. Keys that lie over several texts are key_blocks.py.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from orchestration.redaction.escapes import plain_view
from orchestration.redaction.finder import Numbers, finder_of
from orchestration.redaction.key_blocks import key_bodies
from orchestration.redaction.matcher import Block, Find, finds_in
from orchestration.redaction.rules import SECRETS, Rule

KEY_RULE = "private_key"


@dataclass(frozen=True, slots=True)
class Redacted:
    """The texts that changed, by their places, and which rules replaced how much in each."""

    places: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    rule_names: list[list[str]] = field(default_factory=list)


class Redactor:
    """Redacts texts by rules, with one key."""

    def __init__(self, rules: tuple[Rule, ...], key: bytes) -> None:
        """Prepare the rules; `rules_digest` changes when a rule does, `digest` when a rule or the key does."""
        self._rules = rules
        self._key = key
        self.rules_digest = hashlib.sha256(repr(rules).encode()).hexdigest()[:16]
        self.digest = hmac.new(key, repr(rules).encode(), hashlib.sha256).hexdigest()[:16]

    def redact(self, data: NDArray[np.uint8], starts: Numbers, sizes: Numbers) -> Redacted:
        """Redact UTF-8 texts that lie in `data` one after the other, each followed by a line feed."""
        redacted = Redacted()
        if not len(starts):
            return redacted
        heads: list[int] = []
        for place, text, finds in self._found(data[: int(starts[-1] + sizes[-1]) + 1], starts, sizes):
            new, names = self._marked(text, finds)
            redacted.places.append(place)
            redacted.texts.append(new)
            redacted.rule_names.append(names)
            if KEY_RULE in names:
                heads.append(place)
        if heads:
            self._blot_keys(redacted, heads, data, starts, sizes)
        return redacted

    def redact_column(self, texts: pl.Series) -> pl.Series:
        """Return a column of texts without secrets."""
        distinct: list[str] = texts.drop_nulls().unique(maintain_order=True).to_list()
        block = Block(
            {place: text.encode("utf-8", "replace") for place, text in enumerate(distinct) if "\n" not in text}
        )
        sizes = np.diff(block.starts, append=len(block.data)) - 1
        redacted = self.redact(np.frombuffer(block.data, np.uint8), block.starts, sizes)
        changed = {distinct[block.places[at]]: new for at, new in zip(redacted.places, redacted.texts, strict=True)}
        changed |= {old: new for old in distinct if "\n" in old and (new := self.redact_text(old)) != old}
        return texts.replace(list(changed), list(changed.values())) if changed else texts

    def keyed(self, text: str) -> str:
        """Return a hash of a text that nobody can try texts against without the key."""
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()[:16]

    def redact_text(self, text: str) -> str:
        """Return a text, of one or more lines, without secrets."""
        data = np.frombuffer(text.encode("utf-8", "surrogatepass") + b"\n", np.uint8)
        ends = np.flatnonzero(data == ord("\n"))
        starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])
        redacted = self.redact(data, starts, ends - starts)
        if not redacted.places:
            return text
        lines = text.split("\n")
        for place, new in zip(redacted.places, redacted.texts, strict=True):
            lines[place] = new
        return "\n".join(lines)

    def mark(self, name: str, secret: bytes) -> str:
        """Return what stands for a secret."""
        return f"[redacted:{name}:{hmac.new(self._key, secret, hashlib.sha256).hexdigest()[:8]}]"

    def _found(
        self, data: NDArray[np.uint8], starts: Numbers, sizes: Numbers
    ) -> Iterator[tuple[int, bytes, list[Find]]]:
        """Yield the texts that hold secrets, in order."""
        suspects = finder_of(self._rules).find(data, starts)
        texts = {place: bytes(data[starts[place] : starts[place] + sizes[place]]) for place, _ in suspects}
        finds = finds_in(self._rules, texts, suspects)
        escaped = {place: texts[place] for place, numbers in suspects if numbers[-1] == len(self._rules)}
        for place, more in self._finds_behind_escapes(escaped).items():
            finds.setdefault(place, []).extend(more)
        for place in sorted(finds):
            yield place, texts[place], _ordered(finds[place])

    def _finds_behind_escapes(self, texts: dict[int, bytes]) -> dict[int, list[Find]]:
        """Return what is found in texts once their escapes are undone."""
        if not texts:
            return {}
        views = {place: plain_view(text) for place, text in texts.items()}
        block = Block({place: view.text.replace(b"\n", b" ") for place, view in views.items()})
        suspects = finder_of(self._rules).find(block.data, block.starts)
        places = list(views)
        suspects = [(places[at], numbers) for at, numbers in suspects]
        return {
            place: [replace(find, span=views[place].span(*find.span)) for find in finds]
            for place, finds in finds_in(self._rules, block.texts, suspects).items()
        }

    def _marked(self, text: bytes, finds: list[Find]) -> tuple[str, list[str]]:
        """Return the text with a mark for each run of overlapping finds; the longest of a run gives the name."""
        runs: list[list[Find]] = []
        reached = -1
        for find in finds:
            if find.span[0] < reached:
                runs[-1].append(find)
            else:
                runs.append([find])
            reached = max(reached, find.span[1])
        pieces, names, done = [], [], 0
        for run in runs:
            longest = max(run, key=lambda find: find.span[1] - find.span[0])
            begin, end = run[0].span[0], max(find.span[1] for find in run)
            names.append(longest.rule.name)
            whole = [find.secret for find in run if find.span == (begin, end)]
            secret = min(whole, key=len) if whole else text[begin:end]
            pieces += [text[done:begin].decode(errors="replace"), self.mark(longest.rule.name, secret)]
            done = end
        return "".join([*pieces, text[done:].decode(errors="replace")]), names

    def _blot_keys(
        self, redacted: Redacted, heads: list[int], data: NDArray[np.uint8], starts: Numbers, sizes: Numbers
    ) -> None:
        known = {place: number for number, place in enumerate(redacted.places)}
        for place, begin, end in key_bodies(heads, data, starts, sizes):
            if place in known:
                continue
            text = bytes(data[starts[place] : starts[place] + sizes[place]])
            new = text[:begin] + f"[redacted:{KEY_RULE}]".encode() + text[end:]
            redacted.places.append(place)
            redacted.texts.append(new.decode(errors="replace"))
            redacted.rule_names.append([])


def _ordered(finds: list[Find]) -> list[Find]:
    """Return finds by where they begin; the host behind a password in an address is no part of a mail address."""
    secrets = [find for find in finds if find.rule.group == SECRETS]
    personal = [
        find
        for find in finds
        if find.rule.group != SECRETS
        and not any(s.span[0] < find.span[1] and find.span[0] < s.span[1] for s in secrets)
    ]
    return sorted(secrets + personal, key=lambda find: find.span[0])
