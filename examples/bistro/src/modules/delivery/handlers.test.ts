import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { run } from "../../testing/context.js";
import { planRoute, replanRoute } from "./handlers.js";
import { cheapestRoute, crossingOf } from "./streets.js";

describe("a delivery", () => {
  it("goes from the kitchen to the diner", async () => {
    const { route = [], etaMinutes } = await run(planRoute, { diner: "Ada" });
    assert.equal(route[0], 0);
    assert.equal(route.at(-1), crossingOf("Ada"));
    assert.ok((etaMinutes ?? 0) > 0);
  });

  it("takes another way when it must", async () => {
    const target = crossingOf("Ada");
    const before = cheapestRoute(target);
    const { route } = await run(replanRoute, { diner: "Ada", route: before });
    assert.equal(route?.at(-1), target);
    assert.notDeepEqual(route, before);
  });
});
