import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { APP_ROOT } from "../app.js";
import { readDeclarations } from "../conductor/declarations.js";
import { playLive } from "./live.js";
import type { Bundle, Input, Step } from "./protocol.js";
import { changesOf } from "./steps.js";
import { playStubbed } from "./stubbed.js";

const bundle = (sequence: string, inputs: readonly Input[] = [], observed: readonly Step[] = []): Bundle => ({
  flow: { sequence_key: sequence, started_at: "2026-11-09T08:00:00Z" }, observed, request: { values: {} }, inputs,
});
const unknown = (...keys: string[]): Input[] => keys.map((key) => ({ key, state: "not_logged" }));

describe("Replay", () => {
  it("plays every declared sequence to its end, with inputs made up where they are unknown", async () => {
    const keys = ["cartId", "sku", "orderId", "lines", "totalCents", "query", "voucher", "note", "guests", "table"];
    for (const sequence of readDeclarations(APP_ROOT).sequences) {
      const answer = await playLive(bundle(sequence.id, unknown(...keys)), 0);
      const beats = sequence.movements.flatMap((movement) => movement.beats);
      assert.equal(answer.status, "completed", `${sequence.id}: ${answer.error}`);
      assert.deepEqual(answer.steps.map((step) => step.topic), beats.map((beat) => beat.event));
    }
  });

  it("takes what is known, then what was seen earlier, and names only what it made up", async () => {
    const inputs: Input[] = [
      { key: "guests", state: "known", value: 3 }, { key: "diner", state: "not_logged", candidate: "Ada" }, { key: "cartId", state: "not_logged" },
    ];
    const answer = await playLive(bundle("reservation-book", inputs), 0);
    assert.deepEqual(answer.stand_ins, ["cartId"]);
  });

  it("refuses a sequence nobody declared", async () => {
    assert.equal((await playLive(bundle("menu-burn"), 0)).status, "refused");
  });

  it("gives the same answer for the same repeat", async () => {
    const play = (repeat: number) => playLive(bundle("delivery-track"), repeat);
    assert.deepEqual(await play(1), await play(1));
  });

  it("calls a handler by itself, and says when it threw", async () => {
    const step = (value: string): Step => ({
      topic: "cart:voucher:check", status: "completed",
      handlers: [{ plugin: "CartPlugin", handler: "checkVoucher", status: "ok", inputs: [{ key: "voucher", state: "known", value }] }],
    });
    const answer = await playStubbed(bundle("cart-apply-voucher", [], [step("none")]), 0);
    assert.equal(answer.steps[0]?.handlers?.[0]?.status, "error");
  });

  it("reads a change of the state key by key", () => {
    assert.deepEqual(changesOf("+a,b -c", (key) => (key === "a" ? 1 : undefined)), [
      { key: "a", kind: "added", value: 1 }, { key: "b", kind: "added" }, { key: "c", kind: "removed" },
    ]);
  });
});
