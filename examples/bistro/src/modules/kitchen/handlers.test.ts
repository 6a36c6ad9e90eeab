import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newContext, run } from "../../testing/context.js";
import { cookDishes, countStock, handOver, plateDishes } from "./handlers.js";

describe("the kitchen", () => {
  it("cooks a plate for every line", async () => {
    const { plates } = await run(cookDishes, { lines: [{ sku: "D001", quantity: 1 }, { sku: "D002", quantity: 2 }] });
    assert.deepEqual(plates?.map((plate) => plate.slice(0, 7)), ["D001 x1", "D002 x2"]);
  });

  it("puts the tallest plate to the back", async () => {
    assert.deepEqual((await run(plateDishes, { plates: ["a", "c", "b"] })).plates, ["c", "b", "a"]);
  });

  it("calls for supplies when handing over leaves little", async () => {
    const context = newContext();
    context.services.store.stock.set("D001", 2);
    await run(handOver, { orderId: "B1", lines: [{ sku: "D001", quantity: 1 }] }, context);
    assert.deepEqual(context.published, ["kitchen.ready", "kitchen.short"]);
  });

  it("lists what is short, least first", async () => {
    const context = newContext();
    context.services.store.stock.set("D005", 3).set("D009", 1);
    assert.deepEqual((await run(countStock, {}, context)).shortage, ["D009", "D005"]);
  });
});
