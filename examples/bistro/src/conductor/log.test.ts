import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatEvent } from "./log.js";
import { applyPatch } from "./state.js";

const AT = Date.UTC(2026, 10, 9, 8, 15, 2, 123);

describe("a log line", () => {
  it("has time, level, scope, kind and fields", () => {
    const line = formatEvent({ kind: "beat.start", scope: "kitchen", at: AT, fields: { flow: "kit-1", name: "Kitchen Prepare", n: 2 } });
    assert.equal(line, '2026-11-09T08:15:02.123Z  INFO [kitchen] beat.start flow=kit-1 name="Kitchen Prepare" n=2\n');
  });

  it("stays one line whatever a user types", () => {
    const line = formatEvent({ kind: "ui.action", scope: "app", at: AT, fields: { action: "x", input: 'a "b"\n\\c\t\r' } });
    assert.ok(line.endsWith('input="a \\"b\\"\\n\\\\c\\t\\r"\n'));
  });

  it("shows the stack of an error below it, relative to the application", () => {
    const error = Object.assign(new Error("boom"), { stack: "Error: boom\n    at cook (file:///app/src/kitchen.ts:1:2)" });
    const line = formatEvent({ kind: "handler.failed", scope: "kitchen", at: AT, fields: {}, error }, "/app");
    assert.ok(line.endsWith("handler.failed\n    at cook (src/kitchen.ts:1:2)\n"));
  });
});

describe("a change of state", () => {
  it("names added, updated and removed keys", () => {
    const before: { kept?: number; gone?: number; old?: number; fresh?: number } = { kept: 1, gone: 1, old: 1 };
    const { state, change } = applyPatch(before, { kept: 1, gone: undefined, old: 2, fresh: 3 });
    assert.equal(change, "+fresh ~old -gone");
    assert.deepEqual(state, { kept: 1, old: 2, fresh: 3 });
  });

  it("shows a preview that never cuts an emoji in half", () => {
    const { preview } = applyPatch<{ note?: string }>({}, { note: "🍋".repeat(200) });
    assert.match(preview, /^\{"note":"🍋+…$/u);
  });
});
