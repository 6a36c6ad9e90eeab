/** Handlers of the cart: lines, prices, vouchers, sharing the bill. */
import { createHash } from "node:crypto";
import { required, type BistroContext, type BistroHandler, type BistroPlugin, type OrderLine } from "../../domain.js";
import type { PriceEntry, Store } from "../../services/store.js";

const MOST_OF_ONE_DISH = 20;
const DINNER_TIER = 60;
const VOUCHER = /^([A-Z]+)-(\d{1,2})-([0-9a-f]{4})$/;

export class InvalidItem extends Error {
  override readonly name = "InvalidItem";
}

export class VoucherError extends Error {
  override readonly name = "VoucherError";
}

/** Refuses dishes that do not exist and quantities nobody can eat. */
export const validateItem: BistroHandler = (state, { services }) => {
  const sku = required(state, "sku");
  const quantity = state.quantity ?? 1;
  if (!services.store.dish(sku)) throw new InvalidItem(`no dish ${sku} on the menu`);
  if (quantity < 1 || quantity > MOST_OF_ONE_DISH) throw new InvalidItem(`${quantity} of ${sku} is not a sensible quantity`);
  return { quantity };
};

export const addLine: BistroHandler = async (state, { clock, services }) => {
  const sku = required(state, "sku");
  const lines = linesOf(services.store, required(state, "cartId"));
  const known = lines.find((line) => line.sku === sku);
  const quantity = (known?.quantity ?? 0) + required(state, "quantity");
  const next = [...lines.filter((line) => line !== known), { sku, quantity }];
  await clock.pause(1);
  services.store.carts.set(required(state, "cartId"), next);
  return { lines: next };
};

export const removeLine: BistroHandler = async (state, { clock, services }) => {
  const cartId = required(state, "cartId");
  const lines = linesOf(services.store, cartId).filter((line) => line.sku !== state.sku);
  await clock.pause(1);
  services.store.carts.set(cartId, lines);
  return { lines };
};

/** Prices every line at the tier of its quantity. */
export const priceCart: BistroHandler = (state, context) => {
  const lines = required(state, "lines");
  const totals = lines.map((line) => line.quantity * (priceOf(line, context)?.cents ?? 0));
  const totalCents = totals.reduce((sum, cents) => sum + cents, 0);
  return { totalCents: totalCents + roundingOf(lines) };
};

/** Sides are what the menu holds close in price and far in cuisine. */
export const suggestSides: BistroHandler = (state, { services }) => {
  const chosen = services.store.dish(required(state, "sku"));
  const sides = services.store.dishes
    .filter((dish) => dish.cuisine !== chosen?.cuisine && dish.isOnToday)
    .sort((left, right) => Math.abs(left.price - 690) - Math.abs(right.price - 690));
  return { suggestions: sides.slice(0, 3).map((dish) => dish.sku) };
};

/** A voucher is a name, a percentage and four digits that prove both. */
export const checkVoucher: BistroHandler = (state) => {
  const voucher = required(state, "voucher");
  const parts = VOUCHER.exec(voucher);
  if (!parts) throw new VoucherError(`"${voucher}" is not a voucher`);
  const [, name, pct, proof] = parts;
  if (proof !== proofOf(`${name}-${pct}`)) throw new VoucherError(`voucher ${name}-${pct} has a wrong proof`);
  return { discountPct: Number(pct) };
};

export const applyVoucher: BistroHandler = (state) => {
  if (!state.discountPct || !state.totalCents) return;
  return { totalCents: Math.round(state.totalCents * (1 - state.discountPct / 100)) };
};

/** Cents that do not divide go to the first guests. */
export const computeShares: BistroHandler = (state) => {
  const guests = required(state, "guests");
  const total = required(state, "totalCents");
  const base = Math.floor(total / guests);
  return { shares: Array.from({ length: guests }, (_, guest) => base + (guest < total % guests ? 1 : 0)) };
};

export const presentShares: BistroHandler = (state) => {
  return { page: required(state, "shares").map((cents, guest) => `guest ${guest + 1}: ${(cents / 100).toFixed(2)}`) };
};

export function proofOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 4);
}

function priceOf(line: OrderLine, { services }: BistroContext): PriceEntry | undefined {
  const { priceBook, priceIndex } = services.store;
  const key = `${line.sku}/${Math.min(DINNER_TIER + line.quantity, 119)}`;
  if (services.features.priceLookup === "index") return priceIndex.get(key);
  return priceBook.filter((entry) => `${entry.sku}/${entry.tier}` === key).at(-1);
}

/** The till rounds to five cents, in a direction that depends on what was bought. */
function roundingOf(lines: readonly OrderLine[]): number {
  let digest: Buffer = Buffer.from(JSON.stringify(lines));
  for (let round = 0; round < 120; round += 1) digest = createHash("sha256").update(digest).digest();
  return (digest[0] ?? 0) % 5;
}

function linesOf(store: Store, cartId: string): readonly OrderLine[] {
  return store.carts.get(cartId) ?? [];
}

export const plugin: BistroPlugin = {
  id: "CartPlugin",
  handlers: {
    validateItem, addLine, removeLine, priceCart, suggestSides, checkVoucher, applyVoucher, computeShares, presentShares,
  },
};
