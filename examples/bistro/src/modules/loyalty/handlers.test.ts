import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newContext, run } from "../../testing/context.js";
import { computePoints, redeemPoints } from "./handlers.js";

describe("loyalty", () => {
  it("doubles the points above fifty", async () => {
    assert.deepEqual(await run(computePoints, { totalCents: 4_999 }), { points: 49 });
    assert.deepEqual(await run(computePoints, { totalCents: 6_000 }), { points: 70 });
  });

  it("leaves a small balance alone", async () => {
    assert.deepEqual(await run(redeemPoints, { balance: 24 }), {});
  });

  it("takes whole rewards only", async () => {
    const context = newContext();
    assert.deepEqual(await run(redeemPoints, { diner: "Ada", balance: 60 }, context), { discountPct: 2, balance: 10 });
    assert.equal(context.services.store.points.get("Ada"), 10);
  });
});
