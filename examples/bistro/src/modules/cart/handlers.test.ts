import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { featuresOf } from "../../releases.js";
import { newContext, run } from "../../testing/context.js";
import { addLine, applyVoucher, checkVoucher, computeShares, InvalidItem, priceCart, proofOf, validateItem, VoucherError } from "./handlers.js";

describe("the cart", () => {
  it("refuses dishes and quantities that make no sense", async () => {
    await assert.rejects(run(async (...all) => validateItem(...all), { sku: "D999" }), InvalidItem);
    await assert.rejects(run(async (...all) => validateItem(...all), { sku: "D001", quantity: 4_000 }), InvalidItem);
    assert.deepEqual(await run(validateItem, { sku: "D001" }), { quantity: 1 });
  });

  it("adds to a line that is there already", async () => {
    const context = newContext();
    await run(addLine, { cartId: "c1", sku: "D001", quantity: 2 }, context);
    const { lines } = await run(addLine, { cartId: "c1", sku: "D001", quantity: 1 }, context);
    assert.deepEqual(lines, [{ sku: "D001", quantity: 3 }]);
  });

  it("costs the same however prices are looked up", async () => {
    const lines = [{ sku: "D001", quantity: 2 }, { sku: "D044", quantity: 1 }];
    const indexed = await run(priceCart, { lines }, newContext(featuresOf("1.5.0")));
    const scanned = await run(priceCart, { lines }, newContext(featuresOf("1.6.0")));
    assert.ok((indexed.totalCents ?? 0) > 0);
    assert.deepEqual(indexed, scanned);
  });

  it("takes a voucher with the right proof and no other", async () => {
    assert.deepEqual(await run(checkVoucher, { voucher: `AUTUMN-10-${proofOf("AUTUMN-10")}` }), { discountPct: 10 });
    await assert.rejects(run(async (...all) => checkVoucher(...all), { voucher: "free food!" }), VoucherError);
  });

  it("leaves the total alone without a discount", async () => {
    assert.deepEqual(await run(applyVoucher, { totalCents: 1_000 }), {});
    assert.deepEqual(await run(applyVoucher, { totalCents: 1_000, discountPct: 15 }), { totalCents: 850 });
  });

  it("splits every cent of a bill", async () => {
    assert.deepEqual((await run(computeShares, { totalCents: 1_000, guests: 3 })).shares, [334, 333, 333]);
  });
});
