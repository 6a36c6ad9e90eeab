import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NetworkError } from "../../conductor/handler.js";
import { PaymentGateway } from "../../services/gateway.js";
import { newContext, run } from "../../testing/context.js";
import { authoriseCharge, buildCharge, findCharge, NothingToRefund } from "./handlers.js";

const CHARGE = { orderId: "B1", cents: 990, fingerprint: "f" };

describe("a payment", () => {
  it("has a fingerprint that depends on the order", async () => {
    const one = await run(buildCharge, { orderId: "B1", totalCents: 990 });
    const other = await run(buildCharge, { orderId: "B2", totalCents: 990 });
    assert.notEqual(one.charge?.fingerprint, other.charge?.fingerprint);
  });

  it("is authorised by the payment service", async () => {
    assert.match((await run(authoriseCharge, { charge: CHARGE })).authorisation ?? "", /^[0-9a-f]{12}$/);
  });

  it("fails with a network error while the service is down", async () => {
    const context = newContext();
    const gateway = new PaymentGateway(context.clock, context.random, true);
    await assert.rejects(run(authoriseCharge, { charge: CHARGE }, { ...context, services: { ...context.services, gateway } }), NetworkError);
  });

  it("cannot be refunded before it was charged", async () => {
    await assert.rejects(run(findCharge, { orderId: "B1" }), NothingToRefund);
  });
});
