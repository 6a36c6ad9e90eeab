import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newContext, run } from "../../testing/context.js";
import { announceOrder, cleanNote, EmptyCart, freezeCart, numberOrder, storeOrder } from "./handlers.js";

describe("an order", () => {
  it("needs a cart with something in it", async () => {
    await assert.rejects(run(freezeCart, { cartId: "c1" }), EmptyCart);
  });

  it("gets a number that begins with the day", async () => {
    assert.match((await run(numberOrder, { lines: [{ sku: "D001", quantity: 1 }] })).orderId ?? "", /^B1109-[0-9a-f]{6}$/);
  });

  it("takes its dishes out of the stock", async () => {
    const context = newContext();
    context.services.store.stock.set("D001", 10);
    await run(storeOrder, { orderId: "B1", lines: [{ sku: "D001", quantity: 3 }] }, context);
    assert.equal(context.services.store.stock.get("D001"), 7);
  });

  it("is announced to whoever listens", async () => {
    const context = newContext();
    await run(announceOrder, { orderId: "B1" }, context);
    assert.deepEqual(context.published, ["order.placed"]);
  });

  it("keeps the words of a note, not its white space", async () => {
    assert.deepEqual(await run(cleanNote, { note: "  <b>two\nlines</b> " }), { note: "<b>two lines</b>" });
  });
});
