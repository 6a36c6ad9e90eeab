/** Handlers of orders: placing, withdrawing, repeating, and the diner's notes. */
import { createHash } from "node:crypto";
import { required, type BistroHandler, type BistroPlugin } from "../../domain.js";

const LONGEST_NOTE = 200;

export class EmptyCart extends Error {
  override readonly name = "EmptyCart";
}

export class OutOfStock extends Error {
  override readonly name = "OutOfStock";
}

/** From here on the cart no longer changes under the order. */
export const freezeCart: BistroHandler = async (state, { clock, services }) => {
  const cartId = required(state, "cartId");
  const lines = services.store.carts.get(cartId) ?? [];
  if (!lines.length) throw new EmptyCart(`cart ${cartId} is empty`);
  await clock.pause(1);
  services.store.carts.delete(cartId);
  return { lines: structuredClone(lines) };
};

export const checkStock: BistroHandler = (state, { services }) => {
  const missing = required(state, "lines").filter((line) => (services.store.stock.get(line.sku) ?? 0) < line.quantity);
  if (missing.length) throw new OutOfStock(`not enough of ${missing.map((line) => line.sku).join(", ")}`);
};

export const numberOrder: BistroHandler = (state, { requestId, clock }) => {
  const digest = createHash("sha256").update(JSON.stringify(required(state, "lines"))).update(requestId);
  const day = new Date(clock.now()).toISOString().slice(5, 10).replace("-", "");
  return { orderId: `B${day}-${digest.digest("hex").slice(0, 6)}` };
};

export const storeOrder: BistroHandler = async (state, { clock, services }) => {
  const orderId = required(state, "orderId");
  const lines = required(state, "lines");
  await clock.pause(1);
  services.store.orders.set(orderId, { orderId, lines, diner: state.diner ?? "walk-in" });
  for (const line of lines) services.store.stock.set(line.sku, (services.store.stock.get(line.sku) ?? 0) - line.quantity);
};

/** Kitchen and payment hear of the order at the same time. */
export const announceOrder: BistroHandler = (state, { publish }) => {
  const { orderId, lines, totalCents, diner, contact } = state;
  publish("order.placed", { orderId, lines, totalCents, diner, contact });
};

export const withdrawOrder: BistroHandler = async (state, { clock, services }) => {
  const order = services.store.orders.get(required(state, "orderId"));
  await clock.pause(1);
  if (!order) return;
  order.isWithdrawn = true;
  return { lines: order.lines };
};

export const announceCancel: BistroHandler = (state, { publish }) => {
  publish("order.cancelled", { orderId: state.orderId });
};

export const recallOrder: BistroHandler = async (state, { clock, services }) => {
  await clock.pause(1);
  const own = [...services.store.orders.values()].filter((order) => order.diner === state.diner && !order.isWithdrawn);
  return { lines: own.at(-1)?.lines ?? [] };
};

export const fillCart: BistroHandler = (state, { services }) => {
  services.store.carts.set(required(state, "cartId"), [...required(state, "lines")]);
};

/** Trims and shortens. It does not escape: whoever shows the note must. */
export const cleanNote: BistroHandler = (state) => {
  return { note: Array.from(required(state, "note").trim().replace(/\s+/g, " ")).slice(0, LONGEST_NOTE).join("") };
};

export const attachNote: BistroHandler = async (state, { clock, services }) => {
  const order = services.store.orders.get(required(state, "orderId"));
  await clock.pause(1);
  if (!order) return;
  order.note = required(state, "note");
  return { order: { note: order.note, orderId: order.orderId } };
};

export const plugin: BistroPlugin = {
  id: "OrderPlugin",
  handlers: {
    freezeCart, checkStock, numberOrder, storeOrder, announceOrder, withdrawOrder, announceCancel, recallOrder, fillCart,
    cleanNote, attachNote,
  },
};
