"""Plays declared sequences and logs what happens, in the dialect of Sightline's example."""

import asyncio
import inspect
import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from bakery import orders, oven, till

ROOT = Path(__file__).parents[1]
PLUGINS = {"OrderPlugin": orders, "OvenPlugin": oven, "TillPlugin": till}
_PREVIEW = 160
_ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def declared():
    """Return the declared sequences by their id."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted((ROOT / "json-sequences").glob("*.json"))]
    return {one["id"]: one for one in found if "movements" in one}


class Conductor:
    """Plays one flow at a time; `write` gets each line of the log."""

    def __init__(self, write=lambda line: None, now=0.0):
        self.write, self.now, self.count = write, now, 0

    def say(self, level, scope, kind, **fields):
        """Write a line."""
        self.now += 0.001
        stamp = datetime.fromtimestamp(self.now, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        tail = " ".join(f"{key}={value}" for key, value in fields.items())
        self.write(f"{stamp}Z {level:>5} [{scope}] {kind} {tail}\n")

    def ask(self, key, state):
        """Play what a customer asks for; the request is logged with what came with it."""
        self.say("INFO", "app", "ui.action", action=_quoted(key), request=json.dumps(state, separators=(",", ":")))
        return self.play(key, state)

    def play(self, key, state):
        """Play a sequence; return how it ended, its beats, and the state."""
        sequence = declared()[key]
        self.count += 1
        flow = f"{key[:3]}-{self.count:08x}"
        plugin, name = sequence["pluginId"], _quoted(sequence["name"])
        self.say("INFO", "conductor", "seq.requested", flow=flow, plugin=plugin, seq=key)
        self.say("INFO", "conductor", "flow.queued", flow=flow, seq=key, name=name, depth=1)
        self.say("INFO", "conductor", "flow.started", flow=flow, seq=key, name=name, waited="0.001ms")
        steps, state, error = [], dict(state), None
        for movement in sequence["movements"]:
            place = {"flow": flow, "name": name, "movement": _quoted(movement["name"])}
            self.say("INFO", "bakery", "movement.start", **place, beats=len(movement["beats"]))
            for beat in movement["beats"]:
                error = self._beat(plugin, beat, place, state, steps)
                if error:
                    self.say("ERROR", "bakery", "movement.failed", **place, **_failure(error), took="0.010ms")
                    break
            if error:
                break
            self.say("INFO", "bakery", "movement.done", **place, took="0.010ms")
        if error:
            self.say("ERROR", "conductor", "flow.failed", flow=flow, seq=key, name=name, **_failure(error), took="1.000ms")
        else:
            self.say("INFO", "conductor", "flow.done", flow=flow, seq=key, name=name, took="1.000ms")
        return SimpleNamespace(status="failed" if error else "completed", steps=steps, state=state, error=error)

    def _beat(self, plugin, beat, place, state, steps):
        flow, topic, handler = place["flow"], beat["event"], beat["handler"]
        where = {"flow": flow, "topic": topic}
        mine = {**where, "i": 0, "plugin": plugin, "handler": handler}
        self.say("INFO", "bakery", "beat.start", **place, n=beat["beat"], topic=topic)
        self.say("DEBUG", "bus", "bus.subscribers", **where, n=1)
        self.say("DEBUG", "bakery", "handler.start", **mine)
        published, before = [], dict(state)

        def publish(published_topic, payload=None):
            published.append(published_topic)
            self.say("INFO", "router", "topic.published", flow=flow, topic=published_topic, routes=0)

        step = {"topic": topic, "beat": beat["beat"], "status": "completed"}
        steps.append(step)
        try:
            found = getattr(PLUGINS[plugin], handler)(state, SimpleNamespace(publish=publish))
            found = asyncio.run(_awaited(found)) if inspect.isawaitable(found) else found
        except Exception as error:
            self.say("ERROR", "bakery", "handler.failed", **mine, **_failure(error), took="0.100ms")
            self.say("ERROR", "bakery", "beat.failed", **place, n=beat["beat"], topic=topic, **_failure(error), took="0.2ms")
            step["status"] = "failed"
            step["handlers"] = [_done(plugin, handler, "error", published, [], type(error).__name__)]
            return error
        state.update(found or {})
        self.say("DEBUG", "bakery", "handler.done", **mine, took="0.100ms")
        changes = _changes(before, state)
        self._tell(place, where, plugin, handler, changes)
        step["handlers"] = [_done(plugin, handler, "ok", published, changes)]
        self.say("INFO", "bakery", "beat.done", **place, n=beat["beat"], topic=topic, took="0.200ms")
        return None

    def _tell(self, place, where, plugin, handler, changes):
        fields = {"flow": place["flow"], "name": place["name"], "topic": where["topic"], "plugin": plugin, "handler": handler}
        if not changes:
            self.say("DEBUG", "bakery", "state.same", **fields)
            return
        kinds = {"added": "+", "updated": "~", "removed": "-"}
        named = {kind: [one["key"] for one in changes if one["kind"] == kind] for kind in kinds}
        change = " ".join(f"{sign}{','.join(named[kind])}" for kind, sign in kinds.items() if named[kind])
        values = {one["key"]: one["value"] for one in changes if "value" in one}
        preview = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        preview = preview if len(preview) <= _PREVIEW else preview[:_PREVIEW] + "…"
        self.say("DEBUG", "bakery", "state.changed", **fields, change=_quoted(change), preview=_quoted(preview))


async def _awaited(value):
    return await value


def _done(plugin, handler, status, published, changes, error=None):
    done = {"plugin": plugin, "handler": handler, "status": status, "published": published, "changes": changes}
    return {**done, "error": error} if error else done


def _changes(before, after):
    found = []
    for key in {**before, **after}:
        if key not in after:
            found.append({"key": key, "kind": "removed"})
        elif key not in before:
            found.append({"key": key, "kind": "added", "value": after[key]})
        elif before[key] != after[key]:
            found.append({"key": key, "kind": "updated", "value": after[key]})
    return found


def _quoted(text):
    return f'"{text.translate(_ESCAPES)}"'


def _failure(error):
    return {"error": type(error).__name__, "message": _quoted(str(error))}
