import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newContext, run } from "../../testing/context.js";
import { findTable, NoTable, releaseTable } from "./handlers.js";

describe("a reservation", () => {
  it("gets the smallest table that seats the party", async () => {
    const context = newContext();
    context.services.store.freeTables.clear();
    context.services.store.freeTables.set(1, 8).set(2, 4).set(3, 2);
    assert.deepEqual(await run(findTable, { guests: 3 }, context), { table: 2 });
  });

  it("is refused when no table is large enough", async () => {
    await assert.rejects(run(async (...all) => findTable(...all), { guests: 40 }), NoTable);
  });

  it("gives its table back", async () => {
    const context = newContext();
    context.services.store.freeTables.clear();
    await run(releaseTable, { table: 5, guests: 4 }, context);
    assert.equal(context.services.store.freeTables.get(5), 4);
  });
});
