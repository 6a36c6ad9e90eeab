import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newContext, run } from "../../testing/context.js";
import { filterMenu, loadMenu, matchDishes, parseQuery, presentMenu, translateMenu } from "./handlers.js";

describe("the menu", () => {
  it("loads a copy that callers may change", async () => {
    const context = newContext();
    const { dishes = [], menuVersion } = await run(loadMenu, {}, context);
    assert.equal(dishes.length, context.services.store.dishes.length);
    assert.notEqual(dishes[0], context.services.store.dishes[0]);
    assert.match(menuVersion ?? "", /^[0-9a-f]{8}$/);
  });

  it("keeps what is on today and of the wanted cuisine", async () => {
    const { dishes } = newContext().services.store;
    const kept = await run(filterMenu, { dishes, cuisine: "smoke" });
    assert.ok(kept.dishes?.length);
    assert.ok(kept.dishes?.every((dish) => dish.isOnToday && dish.cuisine === "smoke"));
  });

  it("shows one page with names", async () => {
    const { dishes } = newContext().services.store;
    const { page } = await run(presentMenu, { dishes, ranked: dishes.map((dish) => dish.sku) });
    assert.equal(page?.length, 12);
    assert.equal(page?.[0], `D001 ${dishes[0]?.name}`);
  });

  it("finds words in whatever a diner types", async () => {
    assert.deepEqual((await run(parseQuery, { query: "Grüne <b>Bohnen</b>, bohnen!" })).terms, ["gru", "ne", "bohnen"]);
  });

  it("forgives two wrong letters", async () => {
    const context = newContext();
    const wanted = context.services.store.dishes.filter((dish) => dish.name.includes("trout"));
    const { ranked = [] } = await run(matchDishes, { terms: ["truot"] }, context);
    assert.ok(wanted.length && wanted.every((dish) => ranked.includes(dish.sku)));
  });

  it("leaves words the phrase book lacks", async () => {
    assert.deepEqual((await run(translateMenu, { phrases: ["leek", "quail"] })).phrases, ["poireau", "quail"]);
  });
});
